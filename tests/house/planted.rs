//! What the tests of the house must find, planted.

use std::path::PathBuf;

use crate::crates::Crates;
use crate::{against_the_arrows, circles};

const ARROWS: &[(&str, &[&str])] = &[("low", &[]), ("middle", &["low"]), ("high", &["middle"])];
const PROGRAMS: &[(&str, &[&str])] = &[("tool", &["low"])];
const LIBRARY: &str = "pub mod low; pub mod middle; pub mod high;";

fn crates(files: &[(&str, &str)]) -> Crates {
    let rooms = ["low", "middle", "high"].map(|room| format!("src/{room}/mod.rs"));
    let empty = rooms.iter().map(|room| (room.as_str(), ""));
    let all = [("src/lib.rs", LIBRARY)].into_iter().chain(empty).chain(files.iter().copied());
    let all = all.map(|(file, text)| (PathBuf::from(file), text.to_owned())).collect();
    let programs = files.iter().filter(|(file, _)| file.ends_with("main.rs"));
    Crates::new(
        &all,
        "src/lib.rs",
        &programs.map(|(file, _)| (*file).to_owned()).collect::<Vec<_>>(),
    )
}

fn against(files: &[(&str, &str)]) -> Vec<String> {
    let lines = against_the_arrows(&crates(files), ARROWS, PROGRAMS);
    lines.lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn an_arrow_that_points_up_is_found_in_each_form() {
    for text in [
        "\nuse crate::high::Thing;",
        "\nuse crate::{\n  high::Thing,\n  low};",
        "\nfn f() { crate::high::Thing::new(); }",
        "\npub use super::high::Thing;",
        "\nuse super::high::*;",
        "/* \" */ const C: char = '\"'; const R: &str = r#\"\"\"#;\nuse crate::high::Thing as T;",
    ] {
        let found = against(&[("src/middle/mod.rs", text)]);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(
            found[0].starts_with("src/middle/mod.rs:") && found[0].contains("high"),
            "{found:?}"
        );
    }
}

#[test]
fn arrows_reach_through_and_tests_may_use_everything() {
    let text = "use crate::low::A; // use crate::high::B;
        const WORDS: &str = \"use crate::high::B;\";
        #[cfg(test)] mod tests { use crate::high::B; }
        #[cfg(test)] use crate::high::B;";
    assert_eq!(against(&[("src/high/mod.rs", text), ("src/middle/mod.rs", text)]), [""; 0]);
}

#[test]
fn a_program_of_the_table_may_use_what_stands_there_alone() {
    let text = "use ccr2tcr::low::A;\nuse ccr2tcr::middle::B;";
    let found = against(&[("tool/main.rs", text), ("other/main.rs", text)]);
    assert_eq!(found, ["tool/main.rs:2: ccr2tcr::middle::B"]);
}

#[test]
fn a_circle_is_found_through_a_reexport_and_around_three_files() {
    let found = circles(
        &crates(&[
            ("src/low/mod.rs", "mod a; mod b; mod c; pub use a::A; pub(super) use c::C;"),
            ("src/low/a.rs", "use super::b::B; pub struct A(B);"),
            ("src/low/b.rs", "pub struct B(super::C);"),
            ("src/low/c.rs", "use crate::low::*;\n\npub struct C(Box<A>);"),
        ])
        .edges(),
    );
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(
        lines,
        [
            "3 files import each other in a circle:",
            "  src/low/a.rs:1 -> src/low/b.rs: super::b::B",
            "  src/low/b.rs:1 -> src/low/c.rs: super::C",
            "  src/low/c.rs:3 -> src/low/a.rs: A",
        ]
    );
}

#[test]
fn a_table_of_contents_is_in_no_circle_until_it_has_code_that_its_children_use() {
    let child = ("src/low/child.rs", "use super::Parent; pub struct Child(Parent);");
    let circle = |text: &str| circles(&crates(&[("src/low/mod.rs", text), child]).edges());
    assert_eq!(circle("mod child; pub use child::Child; pub struct Parent;"), "");
    let found = circle("mod child; pub use child::Child; pub struct Parent(Box<Child>);");
    assert!(found.starts_with("2 files"), "{found}");
}

//! The house as docs/architecture.md draws it: which room may use which, and no two files that
//! import each other, directly or around. Read from the sources; nothing is compiled for it.

mod crates;
mod module;
mod planted;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crates::{Crates, Edges};
use module::Sources;

/// A room, and the rooms that it stands on. What those stand on, it may use too.
const ARROWS: &[(&str, &[&str])] = &[
    ("diagnostic", &[]),
    ("environment", &[]),
    ("private_file", &[]),
    ("secret", &[]),
    ("text", &[]),
    ("docker_config", &["secret"]),
    ("image", &["diagnostic"]),
    ("http", &["image", "environment", "secret", "text"]),
    ("workload", &["image", "docker_config"]),
    ("language", &["diagnostic", "environment"]),
    ("terminal", &["language"]),
    ("prompt", &["terminal"]),
    ("tencent", &["http"]),
    ("rights", &["tencent"]),
    ("registry", &["http", "docker_config"]),
    ("kubernetes", &["http"]),
    ("network", &["tencent", "private_file"]),
    ("account", &["tencent", "registry"]),
    ("first_run", &["tencent", "registry"]),
    ("fleet", &["account"]),
    ("proof", &["account"]),
    ("transfer", &["account", "private_file"]),
    ("redirect", &["transfer"]),
    ("job", &["transfer", "kubernetes"]),
    ("switch", &["workload", "kubernetes", "proof", "private_file"]),
    ("guard", &["switch"]),
    ("triggers", &["transfer"]),
    ("usage", &["switch", "transfer"]),
    ("sources", &["workload", "proof"]),
    ("rewrite", &["sources", "prompt"]),
    ("page", &["prompt", "environment", "private_file", "text"]),
    ("tke", &["tencent", "kubernetes"]),
    ("checkup", &["account", "rights", "tke", "prompt"]),
];

/// What a room may not use although it stands on a room that does: `kubernetes` knows no images.
const OUT_OF_REACH: &[(&str, &str)] = &[("kubernetes", "image")];

/// Programs that may not use all of the library. It shares no code with the clients that it tests.
const PROGRAMS: &[(&str, &[&str])] = &[("sandbox", &["image"])];

#[test]
fn arrows_between_rooms_point_one_way() {
    let against = against_the_arrows(&crates(&sources()), ARROWS, PROGRAMS);
    assert!(against.is_empty(), "not drawn in ARROWS:\n{against}");
}

#[test]
fn every_room_is_on_the_map() {
    let library = &sources()[Path::new("src/lib.rs")];
    let rooms = library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let drawn = ARROWS.iter().map(|(room, _)| *room);
    assert_eq!(rooms.collect::<BTreeSet<_>>(), drawn.collect::<BTreeSet<_>>());
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let circles = circles(&crates(&sources()).edges());
    assert!(circles.is_empty(), "{circles}");
}

/// One line for each mention of a room that may not be used there.
fn against_the_arrows(
    crates: &Crates,
    arrows: &[(&str, &[&str])],
    programs: &[(&str, &[&str])],
) -> String {
    let mut allowed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    // A room stands below those that use it in the table, so that each line can build on others.
    for (room, below) in arrows.iter().chain(programs) {
        let mut all: BTreeSet<&str> = below.iter().copied().chain([*room]).collect();
        if !programs.iter().any(|(program, _)| program == room) {
            all.extend(below.iter().filter_map(|room| allowed.get(room)).flatten());
        }
        all.retain(|below| !OUT_OF_REACH.contains(&(*room, *below)));
        allowed.insert(*room, all);
    }
    let mut lines = String::new();
    for (file, room, mention) in crates.rooms() {
        let mut parts = file.iter().filter_map(|part| part.to_str());
        let at_home = match parts.next() {
            Some("src") => parts.next().map(|part| part.trim_end_matches(".rs")),
            program => program,
        };
        if at_home.and_then(|home| allowed.get(home)).is_some_and(|rooms| !rooms.contains(room)) {
            let path = mention.path.join("::");
            let _ = writeln!(lines, "  {}:{}: {path}", file.display(), mention.line);
        }
    }
    lines
}

/// Each circle with the lines that close it.
fn circles(edges: &Edges) -> String {
    let mut reached: BTreeMap<&Path, BTreeSet<&Path>> = BTreeMap::new();
    for file in edges.keys() {
        let (mut seen, mut left) = (BTreeSet::new(), vec![file.as_path()]);
        while let Some(next) = left.pop() {
            let below = edges.get(next).into_iter().flat_map(|below| below.keys());
            left.extend(below.map(PathBuf::as_path).filter(|file| seen.insert(*file)));
        }
        reached.insert(file, seen);
    }
    let reaches = |from: &Path, to: &Path| reached.get(from).is_some_and(|seen| seen.contains(to));
    let mut lines = String::new();
    let mut told = BTreeSet::new();
    for file in edges.keys().filter(|file| reaches(file, file)) {
        if told.contains(file) {
            continue;
        }
        let circle = edges.keys().filter(|other| reaches(file, other) && reaches(other, file));
        let circle: BTreeSet<&PathBuf> = circle.collect();
        let _ = writeln!(lines, "{} files import each other in a circle:", circle.len());
        for from in &circle {
            for (to, mention) in edges[*from].iter().filter(|(to, _)| circle.contains(to)) {
                let (from, to, path) = (from.display(), to.display(), mention.path.join("::"));
                let _ = writeln!(lines, "  {from}:{} -> {to}: {path}", mention.line);
            }
        }
        told.extend(circle);
    }
    lines
}

fn crates(sources: &Sources) -> Crates {
    let is_program = |file: &&PathBuf| file.ends_with("main.rs");
    let programs = sources.keys().filter(is_program).map(|file| file.display().to_string());
    Crates::new(sources, "src/lib.rs", &programs.collect::<Vec<_>>())
}

/// The library and the programs, without the tests beside them.
fn sources() -> Sources {
    let mut sources = Sources::new();
    let mut folders: Vec<PathBuf> = ["src", "plugins", "sandbox"].map(PathBuf::from).to_vec();
    while let Some(folder) = folders.pop() {
        // Cargo runs a test in the folder of its package.
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("a folder of this repository").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a file of this repository");
                sources.insert(path, text);
            }
        }
    }
    sources
}

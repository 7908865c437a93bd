//! One tree of all shapes that files have: `shapes/*/before`, which the library's own tests judge
//! place by place.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::tree::Tree;
use crate::support::{Sandbox, run};

/// The shapes name the real CCR and a TCR that isn't there; nothing of it leaves this machine.
const NOWHERE: [&str; 8] = [
    "--tcr-host=prod.tencentcloudcr.com",
    "--resolve=prod.tencentcloudcr.com:443:127.0.0.1",
    "--resolve=ccr.ccs.tencentyun.com:443:127.0.0.1",
    "--resolve=hkccr.ccs.tencentyun.com:443:127.0.0.1",
    "--resolve=sgccr.ccs.tencentyun.com:443:127.0.0.1",
    "--allow-unverified",
    "--ccr-host=ccr.ccs.tencentyun.com",
    "--output=json",
];

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

#[test]
fn a_tree_of_all_shapes_is_rewritten_and_then_nothing_is_left_but_what_is_by_hand() {
    let sandbox = Sandbox::with_account("version: 1\npersonal: [{}]\nenterprise: [{}]\n");
    let tree = Tree::new(&sandbox, &[]);
    let shapes = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rewrite/shapes");
    for shape in fs::read_dir(shapes).unwrap().map(Result::unwrap) {
        let before = shape.path().join("before");
        if before.is_dir() {
            copy(&before, &tree.folder().join(shape.file_name()));
        }
    }
    tree.git(&["init", "-q"]).ends_with(0);
    // What is committed has the bytes that it has.
    tree.write(".git/info/attributes", "* -text\n");
    tree.commit();

    // Without a key nobody says whose the namespaces are.
    let rewrite = |more: &[&str]| {
        let mut command = tree.command(&[&NOWHERE[..], more].concat());
        command.env_remove("TENCENTCLOUD_SECRET_ID").env_remove("TENCENTCLOUD_SECRET_KEY");
        run(command.env("TENCENTCLOUD_METADATA_ENDPOINT", "http://127.0.0.1:1"))
    };
    let patch = tree.folder().join("../x.patch");
    let patch = format!("--patch={}", patch.display());
    let shown = rewrite(&[&patch]).ends_with(0).json();
    let count = |name: &str| shown["summary"][name].as_u64().unwrap();
    assert!(count("rewritten") > 300 && count("byHand") > 100 && count("kept") > 10, "{shown:#}");
    tree.git(&["status", "--porcelain"]).ends_with(0).never_says(&["M "]);
    tree.git(&["apply", "--check", "../x.patch"]).ends_with(0);

    let written = rewrite(&["--write"]).ends_with(0).json();
    assert_eq!(written["summary"]["rewritten"], shown["summary"]["rewritten"]);
    let stat = tree.git(&["diff", "--numstat"]).ends_with(0).stdout;
    assert_eq!(stat.lines().count() as u64, count("files"));
    for line in stat.lines() {
        let mut numbers = line.split('\t');
        assert_eq!(numbers.next(), numbers.next(), "lines came or went: {line}");
    }
    tree.git(&["apply", "--check", "--reverse", "../x.patch"]).ends_with(0);

    let again = rewrite(&["--write", "--allow-dirty"]).ends_with(0).json();
    assert_eq!(again["summary"]["rewritten"], 0, "{again:#}");
    // What is left is for a person; with that left out, a check finds nothing.
    let files = again["files"].as_array().unwrap().iter();
    let by_hand = files.filter(|file| {
        let places = file["places"].as_array().unwrap();
        places.iter().any(|place| place["verdict"] == "by-hand")
    });
    let by_hand: BTreeSet<String> =
        by_hand.map(|file| format!("--exclude={}", file["path"].as_str().unwrap())).collect();
    let by_hand: Vec<&str> = by_hand.iter().map(String::as_str).collect();
    rewrite(&["--check"]).ends_with(1);
    rewrite(&[&["--check"], &by_hand[..]].concat()).ends_with(0);
}

//! Disks that are full, and files that may not grow.

use std::fs;
use std::process::Command;

use super::snapshot::Snapshot;
use super::{IMAGE, synced};
use crate::rewrite::tree::Tree;
use crate::support::{plugin, run, tool};

/// A shell with a name space of its own, in which it may mount.
fn shell_that_may_mount() -> Command {
    let try_it = ["sh", "-c", "mount -t tmpfs tmpfs /mnt"];
    for way in [&["unshare", "-rm"][..], &["sudo", "-n", "--preserve-env", "unshare", "-m"]] {
        let mut tried = tool(way[0]);
        if tried.args(&way[1..]).args(try_it).output().is_ok_and(|output| output.status.success()) {
            let mut shell = tool(way[0]);
            shell.args(&way[1..]).args(["sh", "-ec"]);
            return shell;
        }
    }
    panic!("a small disk needs `unshare -rm` or `sudo unshare -m` to work");
}

#[test]
fn a_full_disk_leaves_whole_files_and_names_the_others() {
    let sandbox = synced();
    let content = format!("{IMAGE}{}", "# a line\n".repeat(400));
    let names: Vec<String> = (10..60).map(|number| format!("{number}.yaml")).collect();
    let files: Vec<(&str, &str)> =
        names.iter().map(|name| (name.as_str(), content.as_str())).collect();
    let tree = Tree::new(&sandbox, &files);
    // Room for the files, and for new versions of about twenty of them.
    let script = r#"
        mkdir disk after
        mount -t tmpfs -o size=280k tmpfs disk
        cp tree/* disk
        code=0; (cd disk; "$0" rewrite --write) || code=$?
        cp -a disk/. after
        code2=0; (cd disk; "$0" rewrite --write >&2) || code2=$?
        cp -a disk/. after2
        echo "first $code, second $code2"
    "#;
    let mut shell = shell_that_may_mount();
    shell.arg(script).arg(plugin()).current_dir(sandbox.folder());
    let given = tree.command(&[]);
    shell.envs(given.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ran = run(&mut shell).ends_with(0).says(&["first 1", "no space", "was not begun"]);
    let (old, new) = (tree.filled(&content), tree.filled(&content.replace("CCR", "TCR")));
    let mut counts = Vec::new();
    for folder in ["after", "after2"] {
        let folder = sandbox.folder().join(folder);
        let mut found: Vec<String> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        found.sort();
        assert_eq!(found, names, "nothing is left behind");
        let texts = names.iter().map(|name| fs::read_to_string(folder.join(name)).unwrap());
        let texts: Vec<String> = texts.collect();
        assert!(texts.iter().all(|text| *text == old || *text == new));
        counts.push(texts.iter().filter(|text| **text == new).count());
    }
    assert!((5..45).contains(&counts[0]), "{counts:?} were rewritten");
    assert!(counts[1] > counts[0], "what was replaced made room: {counts:?}");
    for name in &names {
        let is_new = fs::read_to_string(sandbox.folder().join("after").join(name)).unwrap() == new;
        assert!(
            is_new || ran.stderr.contains(name.as_str()) || ran.stderr.contains("more"),
            "{name}"
        );
    }
}

#[test]
fn a_file_that_may_not_be_so_long_stays_and_the_others_go_on() {
    let sandbox = synced();
    let long = format!("{IMAGE}{}", "# a line\n".repeat(4000));
    let tree = Tree::committed(&sandbox, &[("a.yaml", &long), ("b.yaml", IMAGE)]);
    let before = tree.snapshot();
    let mut shell = tool("sh");
    // The signal that comes with it would end the program.
    shell.args(["-c", r#"trap '' XFSZ; ulimit -f 8; exec "$0" rewrite --write"#]).arg(plugin());
    let given = tree.command(&[]);
    shell.envs(given.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ran = run(shell.current_dir(tree.folder()));
    ran.ends_with(1).says(&["a.yaml is not written: File too large"]);
    before.assert_only(&["b.yaml"], &Snapshot::of(tree.folder()));
}

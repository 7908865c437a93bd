//! Files and folders that may not be read, written or given away.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::process::Command;

use super::{IMAGE, synced};
use crate::rewrite::tree::Tree;
use crate::support::{plugin, run, tool};

/// The command as a user for whom modes count: root is let in everywhere.
fn as_a_user(tree: &Tree<'_>, arguments: &[&str]) -> Command {
    if fs::metadata(tree.folder()).unwrap().uid() != 0 {
        return tree.command(arguments);
    }
    let mut command = tool("setpriv");
    let without = "-chown,-dac_override,-dac_read_search,-fowner";
    command.args([format!("--bounding-set={without}"), format!("--inh-caps={without}")]);
    command.args([plugin(), "rewrite"]).args(arguments).current_dir(tree.folder());
    let given = tree.command(&[]);
    command.envs(given.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}

fn set_mode(tree: &Tree<'_>, name: &str, mode: u32) {
    fs::set_permissions(tree.folder().join(name), fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_may_not_be_read_is_named_and_the_others_go_on() {
    for is_git in [true, false] {
        let sandbox = synced();
        let files = [("a.yaml", IMAGE), ("file.yaml", IMAGE), ("tracked/b.yaml", IMAGE)];
        let tree =
            if is_git { Tree::committed(&sandbox, &files) } else { Tree::new(&sandbox, &files) };
        tree.write("new/c.yaml", IMAGE);
        let before = tree.snapshot();
        let closed = ["file.yaml", "tracked", "new"];
        for name in &closed {
            set_mode(&tree, name, 0);
        }
        let told = if is_git { "tracked/b.yaml can't be read" } else { "tracked can't be read" };
        let ran = run(&mut as_a_user(&tree, &["--write"])).ends_with(1).says(&[
            "file.yaml can't be read: Permission denied",
            told,
            "new can't be read",
        ]);
        drop(ran);
        for name in &closed {
            set_mode(&tree, name, 0o755);
        }
        set_mode(&tree, "file.yaml", 0o644);
        before.assert_only(&["a.yaml"], &tree.snapshot());
    }
}

#[test]
fn what_may_not_be_written_is_named_and_stays() {
    let sandbox = synced();
    let files = [("a.yaml", IMAGE), ("file.yaml", IMAGE), ("folder/b.yaml", IMAGE)];
    let tree = Tree::committed(&sandbox, &files);
    set_mode(&tree, "file.yaml", 0o444);
    set_mode(&tree, "folder", 0o555);
    let before = tree.snapshot();
    let write = ["--write", "--allow-dirty"];
    run(&mut as_a_user(&tree, &write)).ends_with(1).says(&[
        "file.yaml names CCR, and may not be written",
        "chmod u+w",
        "folder/b.yaml is not written: Permission denied",
    ]);
    before.assert_only(&["a.yaml"], &tree.snapshot());
    set_mode(&tree, "folder", 0o755);
    set_mode(&tree, "file.yaml", 0o644);
    run(&mut as_a_user(&tree, &write)).ends_with(0);
}

#[test]
fn a_file_of_another_owner_is_not_taken_over() {
    let sandbox = synced();
    let tree = Tree::new(&sandbox, &[("a.yaml", IMAGE), ("theirs.yaml", IMAGE)]);
    let theirs = tree.folder().join("theirs.yaml");
    set_mode(&tree, "theirs.yaml", 0o666);
    if std::os::unix::fs::chown(&theirs, Some(12_345), None).is_err() {
        let chown = ["-n", "chown", "12345"];
        run(tool("sudo").args(chown).arg(&theirs)).ends_with(0);
    }
    let before = tree.snapshot();
    run(&mut as_a_user(&tree, &["--write"]))
        .ends_with(1)
        .says(&["theirs.yaml", "its owner 12345:"]);
    before.assert_only(&["a.yaml"], &tree.snapshot());
}

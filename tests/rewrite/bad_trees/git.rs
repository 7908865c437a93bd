//! What Git holds, hides, leaves out or doesn't say.

use std::fs;

use super::{IMAGE, synced};
use crate::rewrite::tree::Tree;
use crate::support::run;

#[test]
fn files_that_git_does_not_hold_as_they_are_are_refused() {
    let sandbox = synced();
    let names =
        ["clean", "modified", "staged", "assumed", "skipped"].map(|name| format!("{name}.yaml"));
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), IMAGE)).collect();
    let tree = Tree::committed(&sandbox, &files);
    for name in &names[1..] {
        tree.write(name, &format!("{IMAGE}# mine\n"));
    }
    tree.git(&["add", "staged.yaml"]).ends_with(0);
    tree.git(&["update-index", "--assume-unchanged", "assumed.yaml"]).ends_with(0);
    tree.git(&["update-index", "--skip-worktree", "skipped.yaml"]).ends_with(0);
    tree.write("untracked.yaml", IMAGE);
    let before = tree.snapshot();
    tree.rewrite(&[]).ends_with(0);
    tree.rewrite(&["--write"]).ends_with(1).says(&[
        "modified.yaml has changes that are not committed",
        "staged.yaml has staged changes that are not committed",
        "untracked.yaml is not in Git",
        "assumed.yaml is hidden from `git status`",
        "skipped.yaml is hidden from `git status`",
        "--allow-dirty",
    ]);
    before.assert_only(&["clean.yaml"], &tree.snapshot());
    tree.rewrite(&["--write", "--allow-dirty"]).ends_with(0);
    tree.assert_rewritten("untracked.yaml");
    tree.assert_reads("assumed.yaml", &format!("{}# mine\n", IMAGE.replace("CCR", "TCR")));
    tree.rewrite(&["--check"]).ends_with(0);
}

#[test]
fn files_that_a_sparse_checkout_leaves_out_are_counted_and_not_made() {
    let sandbox = synced();
    let tree = Tree::committed(
        &sandbox,
        &[("in/a.yaml", IMAGE), ("out/b.yaml", IMAGE), ("out/c.yaml", IMAGE)],
    );
    tree.git(&["sparse-checkout", "set", "in"]).ends_with(0);
    let before = tree.snapshot();
    let told = "2 files that the sparse checkout leaves out were not looked at";
    tree.rewrite(&["--write"]).ends_with(0).says(&[told]);
    before.assert_only(&["in/a.yaml"], &tree.snapshot());
    tree.rewrite(&["out"]).ends_with(2).says(&["out is not there", "git sparse-checkout list"]);
}

#[test]
fn without_git_files_are_read_and_not_written_unless_that_is_wanted() {
    let sandbox = synced();
    let tree = Tree::committed(&sandbox, &[("a.yaml", IMAGE), (".gitignore", "*.log\n")]);
    tree.write("b.log", IMAGE);
    let before = tree.snapshot();
    let without = |arguments: &[&str]| run(tree.command(arguments).env("PATH", "/no/such/folder"));
    without(&[]).ends_with(0).says(&["there is no program `git`", "a/a.yaml"]);
    without(&["--write"]).ends_with(2).says(&["there is no program `git`", "--allow-dirty"]);
    before.assert_only(&[], &tree.snapshot());
    without(&["--write", "--allow-dirty"]).ends_with(0);
    before.assert_only(&["a.yaml"], &tree.snapshot());
}

#[test]
fn a_repository_of_somebody_else_is_named_with_what_git_wants() {
    let sandbox = synced();
    let tree = Tree::committed(&sandbox, &[("a.yaml", IMAGE)]);
    let before = tree.snapshot();
    // Git's own tests have it believe that.
    let asked = |arguments: &[&str]| {
        run(tree.command(arguments).env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1"))
    };
    for arguments in [&[][..], &["--check"], &["--write"], &["--write", "--allow-dirty"]] {
        asked(arguments)
            .ends_with(2)
            .says(&["it belongs to another user", "git config --global --add safe.directory"]);
    }
    before.assert_only(&[], &tree.snapshot());
    let safe = [
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "safe.directory"),
        ("GIT_CONFIG_VALUE_0", "*"),
    ];
    let mut command = tree.command(&["--write"]);
    run(command.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").envs(safe)).ends_with(0);
    tree.assert_rewritten("a.yaml");
}

#[test]
fn inside_of_a_hook_the_tree_is_the_one_around_it() {
    let sandbox = synced();
    let tree = Tree::committed(&sandbox, &[("a.yaml", IMAGE)]);
    let mut command = tree.command(&["--write"]);
    // What a hook of another repository is started with.
    let hook =
        [("GIT_DIR", "/no/such/.git"), ("GIT_INDEX_FILE", "/no/such/index"), ("GIT_PREFIX", "x/")];
    run(command.envs(hook)).ends_with(0);
    tree.assert_rewritten("a.yaml");
}

#[test]
fn what_a_killed_run_left_behind_is_named_and_not_read() {
    let sandbox = synced();
    let tree = Tree::committed(&sandbox, &[("a.yaml", "nothing\n")]);
    tree.write(".ccr2tcr-abcdefgh.new", IMAGE);
    let told = ".ccr2tcr-abcdefgh.new was left by a run that was killed";
    tree.rewrite(&["--check"]).ends_with(0).says(&[told]);
    tree.rewrite(&["--write"]).ends_with(0).says(&[told, "nothing to rewrite"]);
    assert!(fs::exists(tree.folder().join(".ccr2tcr-abcdefgh.new")).unwrap());
}

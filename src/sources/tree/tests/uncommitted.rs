//! Whether Git holds files as they are.

use super::super::{Dirty, Listed, TreeError, dirty};
use super::Tree;

fn ask(tree: &Tree, paths: &[&str]) -> Result<Vec<(String, Dirty)>, TreeError> {
    let listing = tree.list(paths).unwrap();
    let files: Vec<&Listed> = listing.files.iter().collect();
    let answers = dirty(&files)?;
    let of = |(file, answer): (&&Listed, Option<Dirty>)| {
        Some((file.path().display().to_string(), answer?))
    };
    Ok(files.iter().zip(answers).filter_map(of).collect())
}

/// Files in each state that Git knows.
fn every_state() -> Tree {
    let tree = Tree::with_git();
    tree.write(".gitignore", "*.env\n");
    for name in
        ["clean", "modified", "staged", "both", "assumed", "skipped", "touched", "d/[x].yaml"]
    {
        tree.file(name);
    }
    tree.commit();
    tree.write("modified", "new\n")
        .write("assumed", "new\n")
        .write("skipped", "new\n")
        .write("d/[x].yaml", "new\n");
    tree.write("staged", "new\n").write("both", "new\n").write("added", "new\n");
    tree.git(".", &["add", "staged", "both", "added"]).write("both", "newer\n");
    tree.git(".", &["update-index", "--assume-unchanged", "assumed"]);
    tree.git(".", &["update-index", "--skip-worktree", "skipped"]);
    let touched = std::fs::File::options().append(true).open(tree.path("touched")).unwrap();
    touched.set_modified(std::time::UNIX_EPOCH).unwrap();
    tree.file("untracked").file("local.env");
    tree
}

const EVERY_STATE: [(&str, Dirty); 9] = [
    ("added", Dirty::Staged),
    ("assumed", Dirty::Hidden),
    ("both", Dirty::Modified),
    ("d/[x].yaml", Dirty::Modified),
    ("local.env", Dirty::Untracked),
    ("modified", Dirty::Modified),
    ("skipped", Dirty::Hidden),
    ("staged", Dirty::Staged),
    ("untracked", Dirty::Untracked),
];

#[test]
fn each_state_has_its_name() {
    let tree = every_state();
    let expected = EVERY_STATE.map(|(name, state)| (name.to_owned(), state));
    assert_eq!(ask(&tree, &[]).unwrap(), expected);
    let one = ask(&tree, &["d/[x].yaml", "clean"]).unwrap();
    assert_eq!(one, [("d/[x].yaml".to_owned(), Dirty::Modified)]);
}

#[test]
fn many_files_are_asked_for_at_once() {
    let tree = every_state();
    for number in 0..300 {
        tree.file(&format!("many/{number}"));
    }
    let answers = ask(&tree, &[]).unwrap();
    let few: Vec<_> =
        answers.iter().filter(|(name, _)| !name.starts_with("many/")).cloned().collect();
    assert_eq!(few, EVERY_STATE.map(|(name, state)| (name.to_owned(), state)));
    assert_eq!(answers.len(), 309);
}

#[test]
fn a_conflict_is_told() {
    let tree = Tree::with_git();
    tree.file("a").commit().git(".", &["checkout", "-qb", "side"]).write("a", "side\n").commit();
    tree.git(".", &["checkout", "-q", "-"]).write("a", "main\n").commit();
    let merge = std::process::Command::new("git")
        .args(["merge", "side"])
        .current_dir(tree.path(""))
        .output();
    assert!(!merge.unwrap().status.success());
    assert_eq!(ask(&tree, &[]).unwrap(), [("a".to_owned(), Dirty::Conflicting)]);
}

#[test]
fn nothing_is_said_outside_of_git_and_each_repository_is_asked() {
    let tree = Tree::new();
    tree.file("loose").file("one/a").file("two/b");
    tree.git("one", &["init", "-q"]).git("two", &["init", "-q"]).git("two", &["add", "b"]);
    let expected = [("one/a", Dirty::Untracked), ("two/b", Dirty::Staged)];
    assert_eq!(ask(&tree, &[]).unwrap(), expected.map(|(name, state)| (name.to_owned(), state)));
}

/// A program, and a file that is there once it has been run.
#[cfg(unix)]
fn evil(tree: &Tree) -> (String, std::path::PathBuf) {
    use std::os::unix::fs::PermissionsExt as _;
    let ran = tree.path(".git/ran");
    let script = format!("#!/bin/sh\necho \"$0\" >>{}\ncat\n", ran.display());
    tree.write(".git/evil", &script);
    let evil = tree.path(".git/evil");
    std::fs::set_permissions(&evil, std::fs::Permissions::from_mode(0o755)).unwrap();
    (evil.display().to_string(), ran)
}

#[cfg(unix)]
#[test]
fn nothing_is_fetched_of_a_partial_clone() {
    let origin = Tree::with_git();
    origin.file("a").commit().git(".", &["config", "uploadpack.allowFilter", "true"]);
    let tree = Tree::new();
    let url = format!("file://{}", origin.path("").display());
    tree.git(".", &["clone", "-q", "--filter=tree:0", "--no-checkout", &url, "."]);
    tree.file("a").git(".", &["update-index", "--add", "--info-only", "a"]);
    let (evil, ran) = evil(&tree);
    tree.git(".", &["config", "remote.origin.uploadpack", &evil]);
    let error = ask(&tree, &[]).unwrap_err();
    assert!(matches!(error, TreeError::GitFailed { .. }), "{error}");
    assert!(!ran.exists(), "{error}");
}

#[cfg(unix)]
#[test]
fn no_program_of_the_repository_is_run() {
    let tree = Tree::with_git();
    tree.write(".gitattributes", "*.yaml filter=evil\n*.yml filter=process\n")
        .file("a.yaml")
        .file("b.yml")
        .commit();
    let (evil, ran) = evil(&tree);
    std::fs::create_dir_all(tree.path(".git/hooks")).unwrap();
    for hook in ["post-index-change", "fsmonitor-watchman", "pre-commit", "post-checkout"] {
        std::fs::copy(&evil, tree.path(".git/hooks").join(hook)).unwrap();
    }
    for (key, value) in [
        ("core.fsmonitor", evil.as_str()),
        ("core.pager", &evil),
        ("pager.status", &evil),
        ("pager.ls-files", &evil),
        ("diff.external", &evil),
        ("filter.evil.clean", &evil),
        ("filter.evil.required", "true"),
        ("filter.process.process", &evil),
        ("core.sshCommand", &evil),
        ("core.gitProxy", &evil),
        ("alias.status", &format!("!{evil}")),
        ("status.submoduleSummary", "true"),
    ] {
        tree.git(".", &["config", key, value]);
    }
    std::fs::remove_file(&ran).ok();
    // Their times have changed, and so their bytes are compared.
    for name in ["a.yaml", "b.yml"] {
        let file = std::fs::File::options().append(true).open(tree.path(name)).unwrap();
        file.set_modified(std::time::UNIX_EPOCH).unwrap();
    }
    ask(&tree, &[]).unwrap();
    ask(&tree, &["a.yaml"]).unwrap();
    assert_eq!(std::fs::read_to_string(&ran).ok(), None);
    tree.git(".", &["config", "filter.a=b.clean", &evil]);
    let error = ask(&tree, &[]).unwrap_err();
    assert!(error.to_string().contains("filter.a=b.clean"), "{error}");
}

#[test]
fn the_index_is_not_written() {
    let tree = every_state();
    let before = std::fs::metadata(tree.path(".git/index")).unwrap().modified().unwrap();
    ask(&tree, &[]).unwrap();
    assert_eq!(std::fs::metadata(tree.path(".git/index")).unwrap().modified().unwrap(), before);
}

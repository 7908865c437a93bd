//! What commands see, and that nobody else sees what they do.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, SystemTime};

use super::*;

const OLD: &str = "image: ccr.example/shop/web:v1\n";
const NEW: &str = "image: tcr.example/shop/web:v1\n";

/// What is left out, by its path.
fn left_out(proven: &Proven) -> Vec<&str> {
    proven.not_copied.iter().map(|left_out| left_out.path.to_str().unwrap()).collect()
}

#[tokio::test]
async fn both_copies_have_one_path_that_is_called_like_the_tree() {
    let files = Files::new(&[("apps/web/a.yaml", OLD)]).rewriting("apps/web/a.yaml", NEW);
    let files = Files { below: "apps/web".into(), ..files };

    let proof = files.proof("cat a.yaml; pwd; echo $PWD").await;

    proof.holds_with(3, 1);
    let name = files.root().file_name().unwrap().to_str().unwrap().to_owned();
    files.proof(&format!("pwd | grep '/{name}/apps/web$'")).await.holds_with(1, 0);
    files.proof("ls -ld ../../../.. | cut -c-10 | grep drwx------").await.holds_with(1, 0);
}

#[tokio::test]
async fn nothing_that_a_command_does_reaches_the_tree() {
    let files = Files::in_git(&[("a.yaml", OLD), ("b/c", "c"), (".gitignore", "charts\n")]);
    files.write("charts/d.tgz", "d");
    symlink("b", files.root().join("link")).unwrap();
    let files = files.rewriting("a.yaml", NEW);
    let before = files.contents();

    let harm =
        "cat a.yaml; echo x >>a.yaml; echo x >link/c; rm -r b; rm charts/d.tgz; mkdir -m 0500 new";
    let proof = files.proof(harm).await;

    assert!(matches!(proof.outcome, Outcome::FailsBefore(_)), "the second run finds it gone");
    assert_eq!(files.contents(), before);
}

#[tokio::test]
async fn files_keep_their_mode_and_time() {
    let files = Files::new(&[("a.sh", "#!/bin/sh\ncat a.yaml\n"), ("a.yaml", OLD)]);
    let script = files.root().join("a.sh");
    fs::set_permissions(&script, PermissionsExt::from_mode(0o555)).unwrap();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    fs::File::open(files.root().join("a.yaml")).unwrap().set_modified(time).unwrap();
    let files = files.rewriting("a.yaml", NEW).rewriting("a.sh", "#!/bin/sh\ncat a.yaml\n");

    files.proof("./a.sh").await.holds_with(1, 1);
    let proof = files.proof("stat -c '%a %n' a.sh; stat -c '%y' a.yaml | cut -c-10").await;
    assert!(proof.diff().contains("-2001-09-"), "what changes is new to make: {proof:?}");
}

#[tokio::test]
async fn in_git_dependencies_come_along_and_hooks_do_not_run() {
    let files = Files::in_git(&[("a.yaml", OLD), (".gitignore", "*.tgz\nvendor/\n.env\n")]);
    files.write("charts/x.tgz", "x\n");
    files.write("vendor/base/b.yaml", "b\n");
    files.write(".env", "E=e\n");
    files.write("new.yaml", "new\n");
    let hook = "#!/bin/sh\ntouch hooked\n";
    for name in ["post-checkout", "post-index-change", "fsmonitor"] {
        let path = files.root().join(".git/hooks").join(name);
        fs::write(&path, hook).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    }
    files.git(&["config", "core.fsmonitor", ".git/hooks/fsmonitor"]);
    let files = files.rewriting("a.yaml", NEW);

    let read = "cat a.yaml charts/x.tgz vendor/base/b.yaml .env new.yaml; test ! -e .git";
    files.proof(read).await.holds_with(5, 1);

    assert!(!files.root().join("hooked").exists());
}

#[tokio::test]
async fn what_git_ignores_is_copied_up_to_a_limit_and_named_beyond() {
    let ignored = [(".gitignore", "charts/\nnode_modules/\n"), ("a.yaml", OLD)];
    let mut files = Files::in_git(&ignored).rewriting("a.yaml", NEW);
    files.write("charts/x.tgz", "x\n");
    for number in 0..20 {
        files.write(&format!("node_modules/{number}/index.js"), "large");
    }
    files.limits.ignored.files = 10;

    let proven = files.prove(&["cat a.yaml charts/x.tgz", "ls node_modules"]).await.unwrap();

    proven.proofs[0].holds_with(2, 1);
    assert_eq!(left_out(&proven), ["node_modules"]);
    let hint = proven.proofs[1].hint.as_ref().unwrap();
    assert!(hint.ends_with("without node_modules"), "{hint}");
}

#[tokio::test]
async fn a_tree_that_is_too_large_is_not_copied() {
    let mut files = Files::new(&[("a.yaml", OLD), ("b", "b")]).rewriting("a.yaml", NEW);
    files.limits.tree.bytes = 31;
    let error = files.prove(&["cat a.yaml"]).await.unwrap_err();
    assert!(error.to_string().contains("more than 31 B"), "{error}");
    assert!(error.hint().is_some());
}

#[tokio::test]
async fn links_out_of_the_tree_pipes_and_unreadable_files_are_left_out_by_name() {
    let outside = Files::new(&[("o.yaml", "outside\n")]);
    let files = Files::new(&[("a.yaml", OLD)]).rewriting("a.yaml", NEW);
    symlink(outside.root(), files.root().join("out")).unwrap();
    symlink("a.yaml", files.root().join("in")).unwrap();
    symlink(files.root().join("a.yaml"), files.root().join("absolute")).unwrap();
    let status = Command::new("mkfifo").arg(files.root().join("pipe")).status().unwrap();
    assert!(status.success());

    let read = "cat a.yaml in absolute; test ! -e out; echo x >absolute; cat out/o.yaml";
    let proven = files.prove(&["cat a.yaml in absolute", read]).await.unwrap();

    proven.proofs[0].holds_with(3, 3);
    assert!(matches!(proven.proofs[1].outcome, Outcome::FailsBefore(_)));
    assert_eq!(left_out(&proven), ["out", "pipe"]);
    let written = fs::read_to_string(files.root().join("a.yaml")).unwrap();
    assert_eq!(written, OLD, "not through the link");
}

#[tokio::test]
async fn what_was_rewritten_and_not_committed_is_compared_with_head() {
    let files = Files::in_git(&[("a.yaml", OLD), ("b.sh", "b"), ("gone", "gone\n"), ("c", "c\n")]);
    files.write("a.yaml", NEW);
    fs::remove_file(files.root().join("gone")).unwrap();
    files.write("untracked", "u\n");

    let proven = files.prove(&["cat a.yaml c untracked"]).await.unwrap();

    assert!(matches!(&proven.before, Before::Head(commit) if commit.len() >= 7), "{proven:?}");
    proven.proofs[0].holds_with(3, 1);
    let gone = files.proof("cat a.yaml; test -e gone && echo it is there").await;
    assert!(matches!(gone.outcome, Outcome::FailsAfter(_)), "HEAD has it: {gone:?}");
    files.write("c", "changed\n");
    let changed = files.proof("cat a.yaml c").await;
    assert!(changed.diff().contains("-c\n+changed\n"), "{changed:?}");
}

#[tokio::test]
async fn head_is_as_it_would_be_checked_out() {
    let files = Files::new(&[(".gitattributes", "*.yaml text eol=crlf\n"), ("a.yaml", "")]);
    files.write("a.yaml", &OLD.replace('\n', "\r\n"));
    files.write("link-to", "l\n");
    symlink("link-to", files.root().join("link")).unwrap();
    files.write("run.sh", "#!/bin/sh\ncat a.yaml link\n");
    fs::set_permissions(files.root().join("run.sh"), PermissionsExt::from_mode(0o755)).unwrap();
    files.git(&["init", "-q"]);
    files.commit();
    files.write("a.yaml", &NEW.replace('\n', "\r\n"));
    files.write("run.sh", "#!/bin/sh\ncat a.yaml link # changed\n");
    fs::remove_file(files.root().join("link")).unwrap();
    files.write("link", "l\n");

    files.proof("./run.sh").await.holds_with(2, 1);
}

#[tokio::test]
async fn where_nothing_changes_there_is_nothing_to_prove() {
    let outside = Files::new(&[("a.yaml", OLD)]);
    let clean = Files::in_git(&[("a.yaml", OLD)]);
    let unborn = Files::new(&[("a.yaml", OLD)]);
    unborn.git(&["init", "-q"]);
    for files in [outside, clean, unborn] {
        let error = files.prove(&["cat a.yaml"]).await.unwrap_err();
        assert!(matches!(error, ProveError::NothingChanged), "{error}");
    }
}

#[tokio::test]
async fn submodules_come_along_as_they_are() {
    let base = Files::in_git(&[("base.yaml", "base\n")]);
    let files = Files::in_git(&[("a.yaml", OLD)]);
    files.git(&["submodule", "-q", "add", base.root().to_str().unwrap(), "sub"]);
    files.commit();
    files.write("sub/more.yaml", "more\n");
    let files = files.rewriting("a.yaml", NEW);

    files
        .proof("cat a.yaml sub/base.yaml sub/more.yaml; test ! -e sub/.git")
        .await
        .holds_with(3, 1);

    let files = Files { new: BTreeMap::new(), ..files };
    files.write("a.yaml", NEW);
    let proven = files.prove(&["cat a.yaml sub/more.yaml"]).await.unwrap();
    assert!(matches!(proven.before, Before::Head(_)));
    proven.proofs[0].holds_with(2, 1);
}

#[tokio::test]
async fn a_folder_that_is_not_copied_is_named() {
    let files = Files::in_git(&[("a.yaml", OLD)]).rewriting("a.yaml", NEW);
    fs::create_dir(files.root().join("empty")).unwrap();
    let files = Files { below: "empty".into(), ..files };
    let error = files.prove(&["cat ../a.yaml"]).await.unwrap_err();
    assert!(error.to_string().contains("/empty is not copied"), "{error}");
}

#[tokio::test]
async fn a_command_with_the_trees_own_path_is_told_so() {
    let files = Files::new(&[("a.yaml", OLD)]).rewriting("a.yaml", NEW);
    let path = files.root().join("a.yaml");
    let proof = files.proof(&format!("cat {}", path.display())).await;
    assert!(proof.diff().contains("+image: ccr.example"), "{proof:?}");
    assert!(proof.hint.unwrap().contains("is not the copy"));
}

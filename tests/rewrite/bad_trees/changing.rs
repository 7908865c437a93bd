//! Files that change while a run works on them, and runs that end in the middle.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;
use std::time::Duration;

use super::{IMAGE, synced};
use crate::rewrite::tree::Tree;
use crate::support::{run, signal};

/// A folder with a `git` that does this after it has told the state of the files.
fn git_and_then(tree: &Tree<'_>, lines: &str) -> String {
    let folder = tree.sandbox.folder().join("bin");
    fs::create_dir_all(&folder).unwrap();
    let path = std::env::var("PATH").unwrap();
    let script = format!(
        "#!/bin/sh\nPATH={path}\ngit \"$@\"\ncode=$?\ncase \" $* \" in *' status '*) {lines};; esac\nexit $code\n"
    );
    fs::write(folder.join("git"), script).unwrap();
    fs::set_permissions(folder.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{path}", folder.display())
}

#[test]
fn a_file_that_changes_between_plan_and_write_stays_as_it_was_made() {
    let sandbox = synced();
    let names = ["0-written", "1-replaced", "2-gone", "3-link", "4-mode", "5-ok"];
    let files: Vec<(&str, &str)> = names.iter().map(|name| (*name, IMAGE)).collect();
    let tree = Tree::committed(&sandbox, &files);
    let folder = tree.folder().display();
    let path = git_and_then(
        &tree,
        &format!(
            "cd {folder}; echo theirs >>0-written; echo theirs >new; mv new 1-replaced; rm 2-gone; rm 3-link; ln -s 5-ok 3-link; chmod 600 4-mode"
        ),
    );
    run(tree.command(&["--write"]).env("PATH", path)).ends_with(1).says(&[
        "0-written",
        "1-replaced",
        "2-gone",
        "3-link",
        "4-mode",
        "run it again",
    ]);
    tree.assert_reads("0-written", &format!("{IMAGE}theirs\n"));
    tree.assert_reads("1-replaced", "theirs\n");
    assert!(!fs::exists(tree.folder().join("2-gone")).unwrap());
    assert_eq!(fs::read_link(tree.folder().join("3-link")).unwrap().as_os_str(), "5-ok");
    tree.assert_reads("4-mode", IMAGE);
    tree.assert_rewritten("5-ok");
}

#[test]
fn a_folder_that_becomes_a_link_is_not_written_through() {
    let sandbox = synced();
    let tree = Tree::committed(&sandbox, &[("d/a.yaml", IMAGE), ("e.yaml", IMAGE)]);
    let outside = sandbox.folder().join("outside");
    let path = git_and_then(
        &tree,
        &format!("cd {}; mv d {}; ln -s {1} d", tree.folder().display(), outside.display()),
    );
    run(tree.command(&["--write"]).env("PATH", path)).ends_with(1).says(&["d/a.yaml"]);
    assert_eq!(fs::read_to_string(outside.join("a.yaml")).unwrap(), tree.filled(IMAGE));
    tree.assert_rewritten("e.yaml");
}

#[test]
fn a_run_that_is_killed_leaves_whole_files() {
    let sandbox = synced();
    let content = format!("{IMAGE}{}", "# a line\n".repeat(2000));
    let names: Vec<String> =
        (0..600).map(|number| format!("{}/{number}.yaml", number % 5)).collect();
    let files: Vec<(&str, &str)> =
        names.iter().map(|name| (name.as_str(), content.as_str())).collect();
    let tree = Tree::committed(&sandbox, &files);
    let (old, new) = (tree.filled(&content), tree.filled(&content.replace("CCR", "TCR")));
    let mut killed = 0;
    for delay in std::iter::successors(Some(0), |delay| Some(delay * 5 / 4 + 20)) {
        let mut command = tree.command(&["--write", "--allow-dirty"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        if child.try_wait().unwrap().is_none() {
            signal(&child, "KILL");
            killed += 1;
        }
        let code = child.wait().unwrap().code();
        let mut left = Vec::new();
        for folder in 0..5 {
            for entry in fs::read_dir(tree.folder().join(folder.to_string())).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                if name.starts_with(".ccr2tcr-") && name.strip_suffix(".new").is_some() {
                    left.push(path);
                    continue;
                }
                let text = fs::read_to_string(&path).unwrap();
                assert!(text == old || text == new, "{name} after {delay} ms");
            }
        }
        if code == Some(0) {
            break;
        }
        for path in &left {
            fs::remove_file(path).unwrap();
        }
    }
    assert!(killed > 3, "{killed} runs were killed");
    for name in &names {
        assert_eq!(tree.read(name), new, "{name}");
    }
}

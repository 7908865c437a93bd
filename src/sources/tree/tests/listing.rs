//! Which files are looked at.

use super::super::listed::Standing;
use super::super::{LeftOut, Listed, TreeError};
#[cfg(unix)]
use super::symlink;
use super::{Tree, lines, paths};

#[test]
fn in_git_its_files_are_those_that_it_tracks_or_would_add() {
    let tree = Tree::with_git();
    tree.file("tracked.yaml").file("b/tracked.yaml").write(".gitignore", "*.log\n").commit();
    tree.file("new.yaml").file("b/.hidden").file("b/ignored.log");
    let listing = tree.list(&[]).unwrap();
    let all =
        [".gitignore", "b/.hidden", "b/ignored.log", "b/tracked.yaml", "new.yaml", "tracked.yaml"];
    assert_eq!(paths(&listing), all);
    let ignored = listing.files.iter().filter(|file| file.standing == Standing::Ignored);
    assert_eq!(
        ignored.map(Listed::path).collect::<Vec<_>>(),
        [std::path::Path::new("b/ignored.log")]
    );
    assert_eq!((listing.left_out, listing.unasked), (Vec::new(), Vec::new()));
}

#[test]
fn paths_are_as_the_user_would_type_them() {
    let tree = Tree::with_git();
    tree.file("a/one.yaml").file("b/two.yaml").commit();
    assert_eq!(paths(&tree.list_from("a", &[]).unwrap()), ["one.yaml"], "this folder alone");
    assert_eq!(paths(&tree.list_from("a", &["./"]).unwrap()), ["one.yaml"]);
    assert_eq!(paths(&tree.list_from("a", &["../b"]).unwrap()), ["../b/two.yaml"]);
    assert_eq!(paths(&tree.list_from("a", &[".."]).unwrap()), ["../a/one.yaml", "../b/two.yaml"]);
    assert_eq!(paths(&tree.list(&["./b//two.yaml"]).unwrap()), ["b/two.yaml"]);
    let absolute = tree.path("b").display().to_string();
    assert_eq!(paths(&tree.list(&[&absolute]).unwrap()), [format!("{absolute}/two.yaml")]);
}

#[test]
fn no_file_is_there_twice() {
    let tree = Tree::with_git();
    tree.file("a/one.yaml").file("a/b/two.yaml").write(".gitignore", "*.env\n").commit();
    tree.file("a/x.env");
    let absolute = tree.path("a").display().to_string();
    for given in [
        &["a", "a"][..],
        &["a/b", "a"],
        &["a", "a/b/two.yaml"],
        &["a", "./a/../a"],
        &["a", &absolute],
    ] {
        assert_eq!(paths(&tree.list(given).unwrap()).len(), 3, "{given:?}");
    }
    let listing = tree.list(&["a", "a/x.env"]).unwrap();
    let given = listing.files.iter().filter(|file| file.standing == Standing::Given);
    assert_eq!(given.count(), 1, "what was given counts more than what was found");
    // Both sides of a conflict are in the index.
    tree.git(".", &["checkout", "-qb", "side"]).write("a/one.yaml", "side\n").commit();
    tree.git(".", &["checkout", "-q", "-"]).write("a/one.yaml", "main\n").commit();
    let merge = std::process::Command::new("git")
        .args(["merge", "side"])
        .current_dir(tree.path(""))
        .output();
    assert!(!merge.unwrap().status.success());
    assert_eq!(paths(&tree.list(&["a/b", "a"]).unwrap()).len(), 3);
    assert_eq!(paths(&tree.list(&["a"]).unwrap()).len(), 3);
}

#[test]
fn a_path_that_git_ignores_is_taken_if_it_is_given() {
    let tree = Tree::with_git();
    tree.write(".gitignore", "*.env\nbuild/\n").commit();
    tree.file("x.env").file("build/out/one.yaml").file("build/two.env");
    let given = |paths: &[&str], from: &str| {
        let files = tree.list_from(from, paths).unwrap().files;
        files
            .into_iter()
            .map(|file| (file.path().display().to_string(), file.standing))
            .collect::<Vec<_>>()
    };
    assert_eq!(given(&["x.env"], ""), [("x.env".to_owned(), Standing::Given)]);
    let both = [
        ("build/out/one.yaml".to_owned(), Standing::Found),
        ("build/two.env".to_owned(), Standing::Found),
    ];
    assert_eq!(given(&["build"], ""), both);
    tree.git(".", &["init", "-q", "build/inner"]).file("build/inner/three.yaml");
    assert_eq!(given(&["build"], ""), both);
    let inner = lines(&tree.list(&["build"]).unwrap().left_out);
    assert_eq!(inner, ["build/inner is a Git repository of its own"]);
    assert_eq!(
        given(&[], "build/out"),
        [("one.yaml".to_owned(), Standing::Found)],
        "the current folder"
    );
}

#[test]
fn outside_of_git_all_files_are_taken() {
    let tree = Tree::new();
    tree.file("a.yaml")
        .file(".hidden/b.yaml")
        .file("c.log")
        .write(".gitignore", "*.log\n")
        .write(".ignore", "*\n");
    let listing = tree.list(&[]).unwrap();
    assert_eq!(paths(&listing), [".gitignore", ".hidden/b.yaml", ".ignore", "a.yaml", "c.log"]);
}

#[test]
fn repositories_in_a_folder_are_each_asked() {
    let tree = Tree::new();
    tree.file("loose.yaml").file("one/a.yaml").file("one/b.log").write("one/.gitignore", "*.log\n");
    tree.git("one", &["init", "-q"]).git(".", &["init", "-q", "--bare", "mirror.git"]);
    let listing = tree.list(&[]).unwrap();
    assert_eq!(paths(&listing), ["loose.yaml", "one/.gitignore", "one/a.yaml", "one/b.log"]);
    let log = listing.files.iter().find(|file| file.path().ends_with("b.log")).unwrap();
    assert_eq!(log.standing, Standing::Ignored);
    assert_eq!(lines(&listing.left_out), ["mirror.git belongs to Git itself"]);
}

#[test]
fn submodules_and_repositories_inside_are_named_and_not_entered() {
    let tree = Tree::with_git();
    let other = Tree::with_git();
    other.file("inner.yaml").commit();
    let url = other.path("").display().to_string();
    tree.file("a.yaml").git(".", &["submodule", "--quiet", "add", &url, "sub"]).commit();
    tree.file("sub/new.yaml").git(".", &["clone", "-q", &url, "nested"]);
    let listing = tree.list(&[]).unwrap();
    assert_eq!(paths(&listing), [".gitmodules", "a.yaml"]);
    assert_eq!(
        lines(&listing.left_out),
        ["nested is a Git repository of its own", "sub is a submodule"]
    );
    let listing = tree.list(&["sub", "a.yaml"]).unwrap();
    assert_eq!(
        (paths(&listing), lines(&listing.left_out)),
        (vec!["a.yaml".to_owned()], vec!["sub is a submodule".to_owned()])
    );
    assert_eq!(
        paths(&tree.list_from("sub", &[]).unwrap()),
        ["inner.yaml", "new.yaml"],
        "its own folder"
    );
    assert_eq!(paths(&tree.list(&["nested"]).unwrap()), ["nested/inner.yaml"], "it was given");
    // One that was never fetched is an empty folder.
    let clone = Tree::new();
    let url = tree.path("").display().to_string();
    clone.git(".", &["clone", "-q", &url, "c"]);
    assert_eq!(lines(&clone.list(&["c"]).unwrap().left_out), ["c/sub is a submodule"]);
    assert_eq!(lines(&clone.list(&["c/sub"]).unwrap().left_out), ["c/sub is a submodule"]);
}

#[test]
fn a_linked_worktree_is_one_like_any_other() {
    let tree = Tree::with_git();
    tree.file("a.yaml").commit();
    let linked = Tree::new();
    let folder = linked.path("w").display().to_string();
    tree.git(".", &["worktree", "add", "-q", &folder]);
    linked.file("w/new.yaml");
    assert_eq!(paths(&linked.list(&["w"]).unwrap()), ["w/a.yaml", "w/new.yaml"]);
}

#[test]
fn a_bare_repository_and_what_belongs_to_git_are_refused() {
    let tree = Tree::with_git();
    tree.file("a.yaml").commit().git(".", &["init", "-q", "--bare", "../bare"]);
    let bare = Tree::new();
    bare.git(".", &["init", "-q", "--bare"]);
    let error = bare.list(&[]).unwrap_err();
    assert!(matches!(error, TreeError::Bare(_)), "{error}");
    assert_eq!(
        lines(&tree.list(&[".git/hooks"]).unwrap().left_out),
        [".git/hooks belongs to Git itself"]
    );
    assert_eq!(
        lines(&tree.list(&[".git/HEAD"]).unwrap().left_out),
        [".git/HEAD belongs to Git itself"]
    );
    let inside = tree.list_from(".git", &[]).unwrap();
    assert_eq!(
        (paths(&inside), lines(&inside.left_out)),
        (Vec::new(), vec![" belongs to Git itself".to_owned()])
    );
    assert_eq!(
        lines(&super::look_at(&tree.named(&[".git/config"])).left_out),
        [".git/config belongs to Git itself"]
    );
}

#[test]
fn a_path_that_is_not_there_is_an_error_and_in_a_list_it_is_named() {
    let tree = Tree::with_git();
    tree.file("a.yaml").commit();
    for missing in ["b.yaml", "a.yaml/b", "no/such"] {
        let error = tree.list(&["a.yaml", missing]).unwrap_err();
        assert_eq!(error, TreeError::NotFound(missing.into()));
        assert_eq!(error.to_string(), format!("{missing} is not there"));
    }
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    let tree = Tree::with_git();
    let outside = Tree::new();
    outside.file("real/one.yaml");
    tree.file("a/one.yaml");
    symlink("one.yaml", &tree.path("a/link.yaml"));
    symlink("..", &tree.path("a/loop"));
    symlink(outside.path("real"), &tree.path("out"));
    tree.commit();
    let listing = tree.list(&[]).unwrap();
    assert_eq!((paths(&listing), listing.symlinks), (vec!["a/one.yaml".to_owned()], 3));
    for given in ["out", "out/one.yaml", "a/loop/a/one.yaml", "a/loop/a", "a/link.yaml"] {
        let listing = tree.list(&[given]).unwrap();
        assert_eq!(paths(&listing), Vec::<String>::new(), "{given}");
        assert!(lines(&listing.left_out)[0].contains("a symbolic link to"), "{given}");
        assert!(matches!(listing.left_out[0].1, LeftOut::Symlink { .. }));
    }
    let plain = Tree::new();
    plain.file("a/one.yaml");
    symlink("..", &plain.path("a/loop"));
    symlink("nowhere", &plain.path("broken"));
    let listing = plain.list(&[]).unwrap();
    assert_eq!((paths(&listing), listing.symlinks), (vec!["a/one.yaml".to_owned()], 2));
    // Where the folder itself is behind a link, that is the user's way to it.
    symlink(plain.path("a"), &outside.path("way"));
    assert_eq!(paths(&outside.list_from("way", &[]).unwrap()), ["one.yaml"]);
    let absolute = outside.path("way/one.yaml").display().to_string();
    assert_eq!(paths(&outside.list(&[&absolute]).unwrap()), [absolute]);
}

#[cfg(unix)]
#[test]
fn names_are_bytes() {
    use std::os::unix::ffi::OsStrExt as _;
    let tree = Tree::with_git();
    let names: [&[u8]; 6] =
        [b"a\nb.yaml", b"caf\xe9.yaml", "部署.yaml".as_bytes(), b" b ", b"tab\there", b"-rf"];
    for name in names {
        std::fs::write(tree.path("").join(std::ffi::OsStr::from_bytes(name)), super::IMAGE)
            .unwrap();
    }
    let untracked = tree.list(&[]).unwrap();
    tree.commit();
    let tracked = tree.list(&[]).unwrap();
    assert_eq!(untracked, tracked);
    let mut expected = names;
    expected.sort_unstable();
    let listed: Vec<Vec<u8>> =
        tracked.files.iter().map(|file| file.path().as_os_str().as_bytes().to_vec()).collect();
    assert_eq!(listed, expected);
}

#[test]
fn ignored_files_are_looked_at_as_far_as_people_write_them() {
    let tree = Tree::with_git();
    tree.write(".gitignore", ".env\nbuild/\nlocal/\nnode_modules/\n").commit();
    tree.file(".env").file("a/.env").file("build/x.yaml").file("local/deep/er/x.yaml");
    tree.file("node_modules/m/index.js")
        .file("local/1/2/3/4/5/6/deep.yaml")
        .write("local/dump", vec![b'a'; 2 << 20]);
    let listing = tree.list(&[]).unwrap();
    assert_eq!(paths(&listing), [".env", ".gitignore", "a/.env", "local/deep/er/x.yaml"]);
    assert_eq!(listing.unasked.len(), 1);
    assert!(listing.unasked[0].message().starts_with("of the files in . that Git ignores"));
}

#[test]
fn what_a_killed_run_left_behind_is_known() {
    let tree = Tree::with_git();
    tree.file("a.yaml").file("b/.ccr2tcr-committed.new").commit();
    tree.file("b/.ccr2tcr-x9Za1b.new").file(".ccr2tcr-notes");
    let listing = tree.list(&[]).unwrap();
    let all = [".ccr2tcr-notes", "a.yaml", "b/.ccr2tcr-committed.new"];
    assert_eq!(paths(&listing), all, "what is committed is a file like any other");
    assert_eq!(listing.left_behind[0].path(), std::path::Path::new("b/.ccr2tcr-x9Za1b.new"));
}

#[test]
fn a_sparse_checkout_leaves_files_out() {
    let tree = Tree::with_git();
    tree.file("a/one.yaml").file("b/two.yaml").file("top.yaml").commit();
    tree.git(".", &["sparse-checkout", "set", "a"]);
    let sparse: Vec<_> = tree.list(&[]).unwrap().files;
    let standing =
        |name: &str| sparse.iter().find(|file| file.path().ends_with(name)).unwrap().standing;
    assert_eq!(standing("a/one.yaml"), Standing::Found);
    assert_eq!(standing("b/two.yaml"), Standing::Sparse);
    assert_eq!(tree.list(&["b"]).unwrap_err(), TreeError::NotFound("b".into()));
}

#[test]
fn a_repository_that_git_cannot_use_is_read_by_its_ignore_files() {
    let tree = Tree::new();
    tree.write(".git", "gitdir: /no/such/folder\n").write(".gitignore", "*.log\nbuild/\n");
    tree.file("a.yaml")
        .file("b.log")
        .file("d/.hidden")
        .file("build/x")
        .file("in/.git/config")
        .file("in/c.yaml");
    let listing = tree.list(&[]).unwrap();
    assert_eq!(paths(&listing), [".gitignore", "a.yaml", "d/.hidden"]);
    assert_eq!(lines(&listing.left_out), ["in is a Git repository of its own"]);
    assert_eq!(listing.unasked.len(), 1);
    let message = listing.unasked[0].message();
    assert!(
        message.starts_with("Git could not be asked about .: fatal: not a git repository"),
        "{message}"
    );
    assert_eq!(paths(&tree.list(&["d", "b.log"]).unwrap()), ["b.log", "d/.hidden"]);
    let files: Vec<&Listed> = listing.files.iter().collect();
    let error = super::super::dirty(&files).unwrap_err();
    assert!(
        matches!(error, TreeError::GitUnusable { .. }),
        "what isn't known isn't clean: {error}"
    );
}

#[test]
fn what_is_not_tracked_is_found_at_any_depth() {
    let tree = Tree::with_git();
    tree.write(".gitignore", "*.log\n!keep.log\n/secret/\n").file("a/tracked.yaml").commit();
    for name in [
        "new.yaml",
        "keep.log",
        "x.log",
        "a/new.yaml",
        "a/y.log",
        "fresh/one.yaml",
        "fresh/keep.log",
        "fresh/z.log",
        "fresh/deep/er/two.yaml",
        "fresh/secret/three.yaml",
        "only/all.log",
        "secret/four.yaml",
        "--all/[x]/five.yaml",
        ":(top)six.yaml",
        ":!.log",
    ] {
        tree.file(name);
    }
    tree.write("fresh/deep/.gitignore", "er/two.yaml\n").git(".", &["init", "-q", "fresh/inner"]);
    let with = |from: &str, paths: &[&str]| {
        let files = tree.list_from(from, paths).unwrap().files;
        let of = |standing| -> Vec<String> {
            let files = files.iter().filter(|file| file.standing == standing);
            files.map(|file| file.path().display().to_string()).collect()
        };
        (of(Standing::Found), of(Standing::Ignored))
    };
    let found = [
        "--all/[x]/five.yaml",
        ".gitignore",
        ":(top)six.yaml",
        "a/new.yaml",
        "a/tracked.yaml",
        "fresh/deep/.gitignore",
        "fresh/keep.log",
        "fresh/one.yaml",
        "fresh/secret/three.yaml",
        "keep.log",
        "new.yaml",
    ];
    let ignored = [
        ":!.log",
        "a/y.log",
        "fresh/deep/er/two.yaml",
        "fresh/z.log",
        "only/all.log",
        "secret/four.yaml",
        "x.log",
    ];
    let both = |found: &[&str], ignored: &[&str]| {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        (own(found), own(ignored))
    };
    assert_eq!(with("", &[]), both(&found, &ignored));
    let fresh = both(
        &["deep/.gitignore", "keep.log", "one.yaml", "secret/three.yaml"],
        &["deep/er/two.yaml", "z.log"],
    );
    assert_eq!(with("fresh", &[]), fresh, "a folder with nothing tracked in it");
    assert_eq!(
        lines(&tree.list(&[]).unwrap().left_out),
        ["fresh/inner is a Git repository of its own"]
    );
    let twice = tree.list(&["fresh", "."]).unwrap();
    assert_eq!(paths(&twice).len(), found.len() + ignored.len());
}

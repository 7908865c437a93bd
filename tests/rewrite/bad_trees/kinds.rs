//! Files that are no plain text, or no files.

use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use super::{IMAGE, synced};
use crate::rewrite::tree::Tree;
use crate::support::{Sandbox, run, tool};

/// Files that are rewritten, and what stands in them.
const GOOD: &[(&str, &str)] = &[
    ("a.yaml", IMAGE),
    ("crlf.yaml", "a: 1\r\nimage: CCR/shop/web:v1\r\nb: 2\r\n"),
    ("mark.yaml", "\u{feff}image: CCR/shop/web:v1\n"),
    ("no-end.yaml", "a: 1\nimage: CCR/shop/web:v1"),
    ("d/new\nline.yaml", IMAGE),
    ("d/tab\t \"'部署.yaml", IMAGE),
    ("-rf.yaml", IMAGE),
    ("d/a b.yaml", IMAGE),
    ("old-mac.yaml", "a: 1\rimage: CCR/shop/web:v1\rb: 2\r"),
];
const LATIN: &[u8] = b"d/caf\xe9.yaml";

/// A tree with every kind of file that is left as it is, beside those that are not.
fn every_kind(sandbox: &Sandbox) -> Tree<'_> {
    let tree = Tree::new(sandbox, GOOD);
    let path = |name: &str| tree.folder().join(name);
    let image = tree.filled(IMAGE);
    let latin = [b"# caf\xe9\n", image.as_bytes()].concat();
    fs::write(tree.folder().join(std::ffi::OsStr::from_bytes(LATIN)), latin).unwrap();

    let wide: Vec<u8> =
        format!("\u{feff}{image}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(path("wide.yaml"), wide).unwrap();
    fs::write(path("binary.yaml"), format!("{image}\0")).unwrap();
    tree.write("vendor/x/a.yaml", IMAGE);
    tree.write("picture.png", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    tree.write(".gitignore", ".env\n");
    tree.write("locked.yaml", IMAGE);
    fs::set_permissions(path("locked.yaml"), fs::Permissions::from_mode(0o444)).unwrap();
    tree.write("linked.yaml", IMAGE);
    fs::hard_link(path("linked.yaml"), path("linked-2.yaml")).unwrap();
    symlink(".", path("d/loop")).unwrap();
    symlink("a.yaml", path("link.yaml")).unwrap();
    symlink("/etc", path("out")).unwrap();
    tree.git(&["init", "-q"]).ends_with(0);
    tree.write("sub/inner.yaml", IMAGE);
    let git = |arguments: &[&str]| {
        let mut git = tool("git");
        git.args(["-c", "user.name=x", "-c", "user.email=x@example.com"]).args(arguments);
        run(git.current_dir(path("sub"))).ends_with(0);
    };
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "x"]);
    tree.commit();

    tree.write("nested/b.yaml", IMAGE);
    run(tool("git").args(["init", "-q", "nested"]).current_dir(tree.folder())).ends_with(0);
    tree.write(".env", "WEB=CCR/shop/web:v1\n");
    run(tool("mkfifo").arg(path("pipe"))).ends_with(0);
    let mut huge = fs::File::create(path("huge.yaml")).unwrap();
    huge.write_all(image.as_bytes()).unwrap();
    huge.set_len(200 * 1024 * 1024).unwrap();
    tree
}

/// What is told of each of the others.
const TOLD: &[&str] = &[
    "wide.yaml names CCR, and is UTF-16",
    "binary.yaml names CCR, and is not text",
    "huge.yaml names CCR, and is too large to be rewritten (200 MiB)",
    "vendor/x/a.yaml:1: ",
    ".env names CCR, and Git ignores it",
    "locked.yaml names CCR, and may not be written",
    "linked.yaml names CCR, and is one file with 2 names",
    "linked-2.yaml names CCR, and is one file with 2 names",
    "sub is a submodule",
    "nested is a Git repository of its own",
    "3 symbolic links were not looked at",
    "1 pointer of Git LFS was not looked at",
];

#[test]
fn each_kind_is_named_and_nothing_else_is_changed() {
    let sandbox = synced();
    let tree = every_kind(&sandbox);
    let before = tree.snapshot();

    let shown = tree.rewrite(&[]).ends_with(1).says(TOLD);
    before.assert_only(&[], &tree.snapshot());
    tree.rewrite(&["--patch", "../x.patch"]).ends_with(1);
    let patch = fs::read(sandbox.folder().join("x.patch")).unwrap();
    assert_eq!(shown.stdout, String::from_utf8_lossy(&patch));
    tree.git(&["apply", "--check", "../x.patch"]).ends_with(0);
    tree.rewrite(&["--check"]).ends_with(1).says(TOLD);
    tree.rewrite(&["-o", "json"]).ends_with(1).json();
    before.assert_only(&[], &tree.snapshot());

    tree.rewrite(&["--write"]).ends_with(1).says(TOLD);
    let after = tree.snapshot();
    let latin = String::from_utf8_lossy(LATIN);
    let changed: Vec<&str> = GOOD.iter().map(|(name, _)| *name).chain([&*latin]).collect();
    before.assert_only(&changed, &after);
    for (name, content) in GOOD {
        tree.assert_reads(name, &content.replace("CCR", "TCR"));
    }
    let latin = fs::read(tree.folder().join(std::ffi::OsStr::from_bytes(LATIN))).unwrap();
    let expected = tree.filled(&IMAGE.replace("CCR", "TCR"));
    assert_eq!(latin, [b"# caf\xe9\n", expected.as_bytes()].concat());

    tree.rewrite(&["--write"]).ends_with(1).says(TOLD);
    assert_eq!(after, tree.snapshot(), "a second run writes nothing");
}

#[test]
fn what_is_given_by_its_path_is_taken_or_named() {
    let sandbox = synced();
    let tree = every_kind(&sandbox);
    let before = tree.snapshot();
    for (given, told) in [
        ("link.yaml", "link.yaml is a symbolic link to a.yaml"),
        ("out/hostname", "out/hostname is behind out, a symbolic link to /etc"),
        ("d/loop/a b.yaml", "d/loop/a b.yaml is behind d/loop, a symbolic link to ."),
        ("sub", "sub is a submodule"),
        ("pipe", "pipe is not a file"),
        (".git/config", ".git/config belongs to Git itself"),
    ] {
        tree.rewrite(&["--write", given]).says(&[told]);
    }
    tree.rewrite(&["--write", "no/such/file"]).ends_with(2).says(&["no/such/file is not there"]);
    before.assert_only(&[], &tree.snapshot());
    let given = ["--write", "--allow-dirty", ".env", "nested", "./d/../a.yaml"];
    tree.rewrite(&given).ends_with(0);
    let changed = [".env", "a.yaml", "nested/b.yaml"];
    before.assert_only(&changed, &tree.snapshot());
}

#[test]
fn names_from_another_program_are_read_as_it_writes_them() {
    let sandbox = synced();
    let tree = every_kind(&sandbox);
    let before = tree.snapshot();
    let piped = |names: &[u8], arguments: &[&str]| {
        let mut command = tree.command(&[&["-"], arguments].concat());
        let list = sandbox.folder().join("list");
        fs::write(&list, names).unwrap();
        run(command.stdin(fs::File::open(list).unwrap()))
    };
    piped(b"a.yaml\r\nsub\r\ngone.yaml\r\npipe\r\n", &["--check"]).ends_with(1).says(&[
        "gone.yaml is not there",
        "--relative",
        "sub is not a file",
        "pipe is not a file",
    ]);
    // With names in quotes, as Git writes them without -z.
    let list = tree.git(&["ls-files"]).ends_with(0).stdout;
    assert!(list.contains("\"d/caf\\351.yaml\"\n"), "{list}");
    piped(list.as_bytes(), &["--write"]).ends_with(1).says(&["locked.yaml names CCR"]);
    let latin = String::from_utf8_lossy(LATIN);
    let changed: Vec<&str> = GOOD.iter().map(|(name, _)| *name).chain([&*latin]).collect();
    before.assert_only(&changed, &tree.snapshot());
    let names: Vec<PathBuf> = GOOD.iter().map(|(name, _)| name.into()).collect();
    let list: Vec<&[u8]> = names.iter().map(|name| name.as_os_str().as_bytes()).collect();
    piped(&list.join(&b"\0"[..]), &["--check"]).ends_with(0);
    piped(b"\xff\xfea\0", &["--check"]).ends_with(2).says(&["UTF-16"]);
}

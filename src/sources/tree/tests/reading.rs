//! What comes of looking at files.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::looks::Counts;
use super::super::{LeftOut, Listed, Looking, Stamp, look};
use super::{HOST, IMAGE, Looked, Looks, Tree, lines, look_at};

/// The files in which something was found, and of those why they stay.
fn found(looks: &Looks<usize>) -> Vec<(String, Option<String>)> {
    let line = |looked: &Looked<usize>| {
        let why = looked.left_out.as_ref().map(LeftOut::why);
        (looked.file.path().display().to_string(), why)
    };
    looks.found.iter().map(line).collect()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn what_names_ccr_is_found_whatever_the_bytes_around_it() {
    let tree = Tree::new();
    tree.file("plain").write("empty", "").write("other", "image: docker.io/library/nginx\n");
    tree.write("crlf", IMAGE.replace('\n', "\r\n")).write("mark", format!("\u{feff}{IMAGE}"));
    tree.write("no-end", IMAGE.trim_end())
        .write("latin", [b"# caf\xe9\n", IMAGE.as_bytes()].concat());
    let looks = tree.look(&[]);
    let names: Vec<_> =
        found(&looks).into_iter().map(|(name, kept)| (name, kept.is_some())).collect();
    let expected =
        ["crlf", "latin", "mark", "no-end", "plain"].map(|name| (name.to_owned(), false));
    assert_eq!(names, expected);
    assert_eq!(looks.counts, Counts { files: 7, ..Counts::default() });
    let stamp = looks.found[4].stamp;
    assert_eq!(looks.found[4].what, IMAGE.len());
    assert_eq!(stamp.facts.length, IMAGE.len() as u64);
    assert_eq!(stamp, Stamp::new(stamp.facts, IMAGE.as_bytes()));
}

#[test]
fn what_is_no_text_is_told_only_if_it_names_ccr() {
    let tree = Tree::new();
    tree.write("a.bin", [b"\x7fELF\0\0\x01", IMAGE.as_bytes()].concat())
        .write("b.bin", b"\x7fELF\0\0\0\x01");
    tree.write("late.bin", [&vec![b'a'; 100_000], &b"\0"[..], IMAGE.as_bytes()].concat());
    tree.write("utf16", wide(&format!("\u{feff}{IMAGE}"))).write("utf16-without-mark", wide(IMAGE));
    tree.write("utf16-other", wide("\u{feff}nothing"));
    tree.write("large-utf16", wide(&format!("\u{feff}{}{IMAGE}", "# filler\n".repeat(100_000))));
    tree.write("lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n");
    let looks = tree.look(&[]);
    assert_eq!(found(&looks), []);
    assert_eq!(
        lines(&looks.left_out),
        [
            "a.bin names CCR, and is not text",
            "large-utf16 names CCR, and is UTF-16",
            "late.bin names CCR, and is not text",
            "utf16 names CCR, and is UTF-16",
            "utf16-without-mark names CCR, and is UTF-16",
        ]
    );
    assert_eq!(looks.counts.lfs_pointers, 1);
}

#[test]
fn a_large_file_is_read_in_pieces_and_wherever_it_names_ccr() {
    let tree = Tree::new();
    let mut names = Vec::new();
    // Around the end of the first piece and of the second, and at the end of the file.
    for at in (262_100..262_200).step_by(7).chain((523_700..523_900).step_by(7)).chain([3_000_000])
    {
        let name = format!("{at:07}");
        tree.write(&name, ["x".repeat(at).as_bytes(), HOST].concat());
        names.push((name, None));
    }
    tree.write("none", "x".repeat(3_000_000));
    assert_eq!(found(&tree.look(&[])), names);
}

#[test]
fn a_file_of_any_length_is_searched_and_what_is_too_large_is_told() {
    let tree = Tree::new();
    for (name, length, at) in
        [("edge", 8 << 20, 0), ("over", (8 << 20) + 1, 0), ("huge", 200 << 20, 150 << 20)]
    {
        use std::io::{Seek as _, SeekFrom, Write as _};
        let mut file = std::fs::File::create(tree.path(name)).unwrap();
        file.set_len(length).unwrap();
        file.seek(SeekFrom::Start(at)).unwrap();
        file.write_all(IMAGE.as_bytes()).unwrap();
    }
    tree.write("text", [IMAGE.as_bytes(), &vec![b'a'; (8 << 20) - IMAGE.len()]].concat());
    let looks = tree.look(&[]);
    assert_eq!(found(&looks), [("text".to_owned(), None)]);
    assert_eq!(
        lines(&looks.left_out),
        [
            "edge names CCR, and is not text",
            "huge names CCR, and is too large to be rewritten (200 MiB)",
            "over names CCR, and is too large to be rewritten (8.0 MiB)",
        ]
    );
}

#[test]
fn what_stays_although_it_names_ccr_is_found_with_its_reason() {
    let tree = Tree::with_git();
    tree.write(".gitignore", "*.env\n").file("ok.yaml").commit();
    tree.file("local.env").file("linked.yaml").file("locked.yaml");
    std::fs::hard_link(tree.path("linked.yaml"), tree.path("linked-2.yaml")).unwrap();
    let mut mode = std::fs::metadata(tree.path("locked.yaml")).unwrap().permissions();
    mode.set_readonly(true);
    std::fs::set_permissions(tree.path("locked.yaml"), mode).unwrap();
    let expected = [
        ("linked-2.yaml", Some("names CCR, and is one file with 2 names")),
        ("linked.yaml", Some("names CCR, and is one file with 2 names")),
        ("local.env", Some("names CCR, and Git ignores it")),
        ("locked.yaml", Some("names CCR, and may not be written")),
        ("ok.yaml", None),
    ];
    let expected = expected.map(|(name, why)| (name.to_owned(), why.map(str::to_owned)));
    assert_eq!(found(&tree.look(&[])), expected);
    assert_eq!(found(&tree.look(&["local.env"])), [("local.env".to_owned(), None)]);
}

#[cfg(unix)]
#[test]
fn what_has_become_something_else_is_not_opened() {
    let tree = Tree::with_git();
    let outside = Tree::new();
    outside.file("d/in-folder.yaml").file("target.yaml");
    for name in
        ["gone.yaml", "link.yaml", "folder.yaml", "pipe.yaml", "d/in-folder.yaml", "ok.yaml"]
    {
        tree.file(name);
    }
    tree.commit();
    for name in ["gone.yaml", "link.yaml", "folder.yaml", "pipe.yaml", "d/in-folder.yaml"] {
        std::fs::remove_file(tree.path(name)).unwrap();
    }
    std::fs::remove_dir(tree.path("d")).unwrap();
    super::symlink(outside.path("target.yaml"), &tree.path("link.yaml"));
    super::symlink(outside.path("d"), &tree.path("d"));
    std::fs::create_dir(tree.path("folder.yaml")).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(tree.path("pipe.yaml")).status();
    assert!(pipe.unwrap().success());
    let looks = tree.look(&[]);
    let link = format!("is behind d, a symbolic link to {}", outside.path("d").display());
    let expected = [("d/in-folder.yaml".to_owned(), Some(link)), ("ok.yaml".to_owned(), None)];
    assert_eq!(found(&looks), expected);
    assert_eq!(lines(&looks.left_out), ["folder.yaml is not a file", "pipe.yaml is not a file"]);
    let counts = looks.counts;
    assert_eq!((counts.files, counts.symlinks), (2, 2), "d and link.yaml: {counts:?}");
}

#[test]
fn a_list_of_names_is_told_what_is_not_a_file() {
    let tree = Tree::with_git();
    tree.file("a.yaml").file("d/b.yaml").commit();
    let names = ["a.yaml", "./d/b.yaml", "d", "gone.yaml", "..", "", "a.yaml"];
    let looks = look_at(&tree.named(&names));
    assert_eq!(found(&looks), [("a.yaml".to_owned(), None), ("d/b.yaml".to_owned(), None)]);
    assert_eq!(
        lines(&looks.left_out),
        [" is not a file", ".. is not a file", "d is not a file", "gone.yaml is not there"]
    );
}

#[test]
fn a_sparse_checkout_is_counted() {
    let tree = Tree::with_git();
    tree.file("a/one.yaml").file("b/two.yaml").file("b/three.yaml").commit();
    tree.git(".", &["sparse-checkout", "set", "a"]);
    let counts = tree.look(&[]).counts;
    assert_eq!((counts.files, counts.not_checked_out), (1, 2));
}

#[test]
fn a_stop_ends_it() {
    let tree = Tree::new();
    for number in 0..100 {
        tree.file(&number.to_string());
    }
    let stop = AtomicBool::new(false);
    let looking = Looking {
        threads: 1,
        stop: &stop,
        is_wanted: |_: &Path| true,
        names: |_: &[u8]| true,
        look: |_: &Listed, _: &[u8]| {
            stop.store(true, Ordering::Relaxed);
            Some(())
        },
    };
    assert_eq!(look(&tree.wanted("", &[]), looking).unwrap().found.len(), 1);
}

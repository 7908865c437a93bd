//! Files are the old ones or the new ones, whatever happens.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Change, WriteError, replace_all};
use crate::sources::tree::LeftOut;
use crate::sources::tree::tests::{IMAGE, Looked, Looks, Tree};

const OLD: &str = "ccr.ccs.tencentyun.com";
const NEW: &str = "shop.tencentcloudcr.com";

/// A tree whose files were read.
struct Read(Looks<usize>);

impl Read {
    fn new(tree: &Tree) -> Self {
        Self(tree.look(&[]))
    }

    fn changes(&self) -> Vec<Change<'_>> {
        self.0.found.iter().map(|Looked { file, stamp, .. }| Change { file, stamp }).collect()
    }

    fn write(&self) -> Vec<Result<(), WriteError>> {
        self.write_with(|_| ())
    }

    /// `meanwhile` happens after the old bytes of a file were read and before the new are written.
    fn write_with(&self, meanwhile: impl Fn(usize) + Sync) -> Vec<Result<(), WriteError>> {
        replace_all(&self.changes(), 2, &AtomicBool::new(false), |number, old| {
            meanwhile(number);
            Ok(String::from_utf8_lossy(old).replace(OLD, NEW).into_bytes())
        })
    }
}

/// All files of a folder, and what they hold.
fn content(tree: &Tree) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for entry in ignore::WalkBuilder::new(tree.path("")).standard_filters(false).build() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() && !entry.path().iter().any(|part| part == ".git") {
            let name = entry.path().strip_prefix(tree.path("")).unwrap().display().to_string();
            files.push((name, fs::read_to_string(entry.path()).unwrap_or_default()));
        }
    }
    files.sort();
    files
}

fn new() -> String {
    IMAGE.replace(OLD, NEW)
}

#[test]
fn a_new_version_takes_the_place_of_the_old_one() {
    let tree = Tree::new();
    tree.file("a.yaml").file("d/b.yaml").write("other", "nothing\n");
    assert_eq!(Read::new(&tree).write(), [Ok(()), Ok(())]);
    let expected = [("a.yaml", new()), ("d/b.yaml", new()), ("other", "nothing\n".to_owned())];
    assert_eq!(content(&tree), expected.map(|(name, text)| (name.to_owned(), text)));
}

#[test]
fn a_file_that_was_changed_since_it_was_read_stays() {
    let tree = Tree::new();
    for name in ["1-longer", "2-same-length", "3-replaced", "4-gone", "5-mode", "6-ok"] {
        tree.file(name);
    }
    let read = Read::new(&tree);
    let modified = fs::metadata(tree.path("2-same-length")).unwrap().modified().unwrap();
    let other = IMAGE.replace("web", "app");
    tree.write("1-longer", format!("{IMAGE}# more\n")).write("2-same-length", &other);
    fs::File::options()
        .append(true)
        .open(tree.path("2-same-length"))
        .unwrap()
        .set_modified(modified)
        .unwrap();
    tree.file("new");
    fs::rename(tree.path("new"), tree.path("3-replaced")).unwrap();
    fs::remove_file(tree.path("4-gone")).unwrap();
    let mut mode = fs::metadata(tree.path("5-mode")).unwrap().permissions();
    mode.set_readonly(true);
    fs::set_permissions(tree.path("5-mode"), mode).unwrap();
    let before = content(&tree);
    let results = read.write();
    let changed = || Err(WriteError::Changed);
    assert_eq!(
        results,
        [
            changed(),
            changed(),
            changed(),
            Err(WriteError::LeftOut(LeftOut::Gone)),
            changed(),
            Ok(())
        ]
    );
    let mut expected = before;
    expected.retain(|(name, _)| name != "6-ok");
    expected.push(("6-ok".to_owned(), new()));
    assert_eq!(content(&tree), expected);
}

#[test]
fn other_bytes_are_another_file_whatever_the_system_says() {
    let tree = Tree::new();
    tree.file("a");
    let mut read = Read::new(&tree);
    read.0.found[0].stamp.hash[0] ^= 1;
    assert_eq!(read.write(), [Err(WriteError::Changed)]);
    assert_eq!(content(&tree), [("a".to_owned(), IMAGE.to_owned())]);
}

#[test]
fn a_file_that_changes_while_it_is_rewritten_stays() {
    let tree = Tree::new();
    for name in ["0-written", "1-replaced", "2-gone", "3-ok"] {
        tree.file(name);
    }
    let results = Read::new(&tree).write_with(|number| match number {
        0 => drop(tree.write("0-written", "theirs\n")),
        1 => {
            tree.write("theirs", "theirs\n");
            fs::rename(tree.path("theirs"), tree.path("1-replaced")).unwrap();
        }
        2 => fs::remove_file(tree.path("2-gone")).unwrap(),
        _ => {}
    });
    let changed = || Err(WriteError::Changed);
    assert_eq!(results, [changed(), changed(), changed(), Ok(())]);
    let expected = [
        ("0-written", "theirs\n".to_owned()),
        ("1-replaced", "theirs\n".to_owned()),
        ("3-ok", new()),
    ];
    assert_eq!(content(&tree), expected.map(|(name, text)| (name.to_owned(), text)));
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_that_was_put_there_since() {
    let tree = Tree::new();
    let outside = Tree::new();
    outside.file("d/file").file("target");
    for name in ["d/file", "e/file", "link"] {
        tree.file(name);
    }
    let read = Read::new(&tree);
    let put = |name: &str, to: &Path| {
        fs::rename(tree.path(name), tree.path(&format!("was-{name}"))).unwrap();
        std::os::unix::fs::symlink(to, tree.path(name)).unwrap();
    };
    put("link", &outside.path("target"));
    put("d", &outside.path("d"));
    // The same file as before, behind a link.
    put("e", &tree.path("was-e"));
    let results = read.write();
    assert_eq!(results[0], Err(WriteError::Changed));
    assert!(matches!(results[1], Err(WriteError::LeftOut(LeftOut::Symlink { .. }))), "{results:?}");
    assert!(matches!(results[2], Err(WriteError::LeftOut(LeftOut::Symlink { .. }))), "{results:?}");
    for tree in [&tree, &outside] {
        assert!(content(tree).iter().all(|(_, text)| text == IMAGE), "{:?}", content(tree));
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_becomes_a_link_while_its_file_is_rewritten_is_left() {
    let tree = Tree::new();
    tree.file("d/a");
    let results = Read::new(&tree).write_with(|_| {
        fs::rename(tree.path("d"), tree.path("was-d")).unwrap();
        std::os::unix::fs::symlink("was-d", tree.path("d")).unwrap();
    });
    assert!(matches!(results[0], Err(WriteError::LeftOut(LeftOut::Symlink { .. }))), "{results:?}");
    assert_eq!(content(&tree), [("was-d/a".to_owned(), IMAGE.to_owned())]);
}

#[test]
fn hard_links_and_files_that_may_not_be_written_stay() {
    let tree = Tree::new();
    tree.file("linked").file("locked");
    fs::hard_link(tree.path("linked"), tree.path("linked-2")).unwrap();
    let mut mode = fs::metadata(tree.path("locked")).unwrap().permissions();
    mode.set_readonly(true);
    fs::set_permissions(tree.path("locked"), mode).unwrap();
    let before = content(&tree);
    let results = Read::new(&tree).write();
    let linked = || Err(WriteError::LeftOut(LeftOut::HardLink { links: 2 }));
    assert_eq!(results, [linked(), linked(), Err(WriteError::LeftOut(LeftOut::ReadOnly))]);
    assert_eq!(content(&tree), before);
}

#[test]
fn what_is_found_wrong_is_not_written() {
    let tree = Tree::new();
    tree.file("a").file("b");
    let read = Read::new(&tree);
    let results =
        replace_all(&read.changes(), 1, &AtomicBool::new(false), |number, _| match number {
            0 => Err("it would not match".to_owned()),
            _ => Ok(b"new".to_vec()),
        });
    assert_eq!(results, [Err(WriteError::Refused("it would not match".to_owned())), Ok(())]);
    assert_eq!(
        content(&tree),
        [("a".to_owned(), IMAGE.to_owned()), ("b".to_owned(), "new".to_owned())]
    );
}

#[test]
fn many_files_are_written_and_nothing_is_left_behind() {
    let tree = Tree::new();
    for number in 0..2500 {
        tree.file(&format!("{}/{number:04}", number % 7));
    }
    let results = Read::new(&tree).write();
    assert_eq!(results.len(), 2500);
    assert!(results.iter().all(Result::is_ok));
    let content = content(&tree);
    assert_eq!(content.len(), 2500);
    assert!(content.iter().all(|(_, text)| *text == new()));
}

#[test]
fn after_a_stop_no_file_is_begun() {
    let tree = Tree::new();
    for number in 0..10 {
        tree.file(&number.to_string());
    }
    let read = Read::new(&tree);
    let stop = AtomicBool::new(false);
    let results = replace_all(&read.changes(), 1, &stop, |number, _| {
        stop.store(number == 3, Ordering::Relaxed);
        Ok(b"new".to_vec())
    });
    assert!(results[..4].iter().all(Result::is_ok), "what was begun is finished: {results:?}");
    assert!(results[4..].iter().all(|result| *result == Err(WriteError::NotBegun)), "{results:?}");
    let expected = (0..10)
        .map(|number| (number.to_string(), if number < 4 { "new" } else { IMAGE }.to_owned()));
    assert_eq!(content(&tree), expected.collect::<Vec<_>>());
}

#[cfg(unix)]
#[test]
fn mode_and_owner_are_kept() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    let tree = Tree::new();
    let modes = [0o755, 0o600, 0o4711, 0o2664, 0o664];
    for mode in modes {
        let name = format!("{mode:o}");
        tree.file(&name);
        // Root may give files away.
        let _ = chown(tree.path(&name), Some(1234), Some(1235));
        fs::set_permissions(tree.path(&name), fs::Permissions::from_mode(mode)).unwrap();
    }
    let state = || {
        modes.map(|mode| {
            let metadata = fs::metadata(tree.path(&format!("{mode:o}"))).unwrap();
            (metadata.mode(), metadata.uid(), metadata.gid())
        })
    };
    let before = state();
    let results = Read::new(&tree).write();
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(state(), before);
    assert!(content(&tree).iter().all(|(_, text)| *text == new()));
}

#[cfg(target_os = "linux")]
#[test]
fn attributes_and_access_lists_are_kept() {
    use rustix::fs::{XattrFlags, getxattr, listxattr, setxattr};
    // The kernel's form (linux/posix_acl_xattr.h): version 2; then tag, permissions and id of each
    // entry. User 1234 may read and write.
    const LIST: &[u8] = &[
        2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 6, 0, 210, 4, 0, 0, 4, 0, 4, 0, 255, 255,
        255, 255, 16, 0, 6, 0, 255, 255, 255, 255, 32, 0, 4, 0, 255, 255, 255, 255,
    ];
    let tree = Tree::new();
    tree.file("listed").file("d/plain").file("d/without");
    let set = |name: &str, key: &str, value: &[u8]| {
        setxattr(tree.path(name), key, value, XattrFlags::empty()).unwrap();
    };
    set("listed", "system.posix_acl_access", LIST);
    set("listed", "user.note", b"kept");
    // New files in this folder get a list that the old ones don't have.
    set("d", "system.posix_acl_default", LIST);
    let state = |name: &str| {
        let mut keys = vec![0; 1000];
        let length = listxattr(tree.path(name), &mut keys[..]).unwrap();
        keys.truncate(length);
        let mut keys: Vec<_> = keys
            .split(|byte| *byte == 0)
            .filter(|key| !key.is_empty())
            .map(<[u8]>::to_vec)
            .collect();
        keys.sort();
        let value = |key: Vec<u8>| {
            let mut value = vec![0; 1000];
            let length = getxattr(tree.path(name), key.as_slice(), &mut value[..]).unwrap();
            value.truncate(length);
            (String::from_utf8(key).unwrap(), value)
        };
        keys.into_iter().map(value).collect::<Vec<_>>()
    };
    let before = ["listed", "d/plain"].map(state);
    assert_eq!(before[0].len(), 2);
    assert_eq!(before[1], []);
    let results = Read::new(&tree).write();
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(["listed", "d/plain"].map(state), before);
}

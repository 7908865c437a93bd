//! Symbolic links: a copy of one must not lead out of the copy.

use std::path::{Component, Path, PathBuf};

/// What a link in a copy may point to, so that it leads to the same file of the copy; nothing if it
/// leads out of the tree. `link` is its path from `root`, which is free of links.
pub(super) fn within(root: &Path, link: &Path, target: &Path) -> Option<PathBuf> {
    let full = root.join(link);
    let named = full.parent()?.join(target);
    let reached = match named.canonicalize() {
        Ok(reached) => reached,
        // What isn't there yet may be made by a command.
        Err(_) => named.parent()?.canonicalize().ok()?.join(named.file_name()?),
    };
    let reached = reached.strip_prefix(root).ok()?;
    // The path that is named must stay inside, too: another link of it could be one that isn't
    // copied.
    let mut depth = link.parent()?.components().count();
    let mut stays = !target.is_absolute();
    for component in target.components() {
        match component {
            Component::ParentDir => match depth.checked_sub(1) {
                Some(above) => depth = above,
                None => stays = false,
            },
            Component::Normal(_) => depth += 1,
            _ => {}
        }
    }
    if stays {
        return Some(target.to_owned());
    }
    let up = link.parent()?.components().map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(reached.components()).collect();
    Some(if path.as_os_str().is_empty() { PathBuf::from(".") } else { path })
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_stay_in_the_tree_or_are_none() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        let root = folder.join("tree");
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::create_dir_all(folder.join("outside")).unwrap();
        fs::write(root.join("file"), "").unwrap();
        symlink("../../outside", root.join("a/out")).unwrap();
        symlink("b", root.join("a/in")).unwrap();

        let within =
            |link: &str, target: &str| super::within(&root, Path::new(link), target.as_ref());
        let kept = |target: &str| Some(PathBuf::from(target));
        assert_eq!(within("l", "file"), kept("file"));
        assert_eq!(within("a/b/l", "../../file"), kept("../../file"));
        assert_eq!(within("a/l", "in"), kept("in"), "through a link that stays inside");
        assert_eq!(within("a/l", "new"), kept("new"), "it may be made by a command");
        assert_eq!(within("a/l", "."), kept("."));
        // Absolute, or around: the same file by a path that stays inside.
        let file = root.join("file");
        assert_eq!(within("a/b/l", file.to_str().unwrap()), kept("../../file"));
        assert_eq!(within("l", root.to_str().unwrap()), kept("."));
        assert_eq!(within("l", "../tree/file"), kept("file"));
        // Out of the tree.
        for target in
            ["/etc/hostname", "..", "../outside", "../outside/new", "a/out", "a/out/new", "gone/x"]
        {
            assert_eq!(within("l", target), None, "{target}");
        }
    }
}

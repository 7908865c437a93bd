//! All that can be seen of the files below a folder.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Of longer files the bytes are not compared, for their time and inode are.
const COMPARED: u64 = 1024 * 1024;

/// Files and folders by their paths; those of Git itself left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snapshot(BTreeMap<PathBuf, Entry>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    mode: u32,
    owner: (u32, u32),
    /// Length, time in nanoseconds, inode; nothing of folders, which change with what is in them.
    state: Option<(u64, i64, u64)>,
    bytes: Vec<u8>,
}

impl Snapshot {
    pub(super) fn of(folder: &Path) -> Self {
        let mut entries = BTreeMap::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for found in fs::read_dir(&next).into_iter().flatten() {
                let path = found.unwrap().path();
                if path.file_name() == Some(".git".as_ref()) {
                    continue;
                }
                let metadata = path.symlink_metadata().unwrap();
                let mut bytes = Vec::new();
                if metadata.is_dir() {
                    folders.push(path.clone());
                } else if metadata.is_symlink() {
                    bytes = path.read_link().unwrap().into_os_string().into_encoded_bytes();
                } else if metadata.is_file() && metadata.len() <= COMPARED {
                    bytes = fs::read(&path).unwrap();
                }
                let time = metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec();
                let state = (metadata.len(), time, metadata.ino());
                let state = (!metadata.is_dir()).then_some(state);
                let owner = (metadata.uid(), metadata.gid());
                let below = path.strip_prefix(folder).unwrap().to_owned();
                entries.insert(below, Entry { mode: metadata.mode(), owner, state, bytes });
            }
        }
        Self(entries)
    }

    /// The paths of what is not as it was, was added or is gone.
    pub(super) fn differences(&self, after: &Self) -> Vec<String> {
        let paths = self.0.keys().chain(after.0.keys().filter(|path| !self.0.contains_key(*path)));
        let differs = |path: &&PathBuf| self.0.get(*path) != after.0.get(*path);
        let mut paths: Vec<String> =
            paths.filter(differs).map(|path| path.display().to_string()).collect();
        paths.sort();
        paths
    }

    /// Fails unless nothing but the bytes of these files is another: names, modes and owners stay.
    #[track_caller]
    pub(super) fn assert_only(&self, changed: &[&str], after: &Self) {
        let mut changed = changed.to_vec();
        changed.sort_unstable();
        assert_eq!(self.differences(after), changed);
        for (path, entry) in &self.0 {
            let now = after.0.get(path).map(|now| (now.mode, now.owner));
            assert_eq!(now, Some((entry.mode, entry.owner)), "{}", path.display());
        }
    }
}

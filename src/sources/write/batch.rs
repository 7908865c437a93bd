//! Many files: each by itself, and the disk waited for once for many.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::WriteError;
use super::durable::bring_to_disk;
use super::version::NewVersion;
use crate::sources::tree::{Listed, Stamp, each};

/// How many new versions are written before they are put in place: the disk is waited for once.
const FILES: usize = 1024;
/// How many bytes the old versions have that new ones stand beside.
const BYTES: u64 = 64 * 1024 * 1024;
/// Files above it are held in memory one at a time, in bytes.
const LARGE: u64 = 512 * 1024;

/// A file to be rewritten.
#[derive(Debug, Clone, Copy)]
pub(in crate::sources) struct Change<'a> {
    /// Which one.
    pub(in crate::sources) file: &'a Listed,
    /// What it was when the change was planned.
    pub(in crate::sources) stamp: &'a Stamp,
}

/// Rewrites files; `new` makes the new bytes of the one with this number from the old ones. Gives
/// how it went with each, in their order.
///
/// A file that can't be rewritten stays as it was, and the others go on. When the disk is full, or
/// `stop` is set, no more files are begun.
pub(in crate::sources) fn replace_all(
    changes: &[Change<'_>],
    threads: usize,
    stop: &AtomicBool,
    new: impl Fn(usize, &[u8]) -> Result<Vec<u8>, String> + Sync,
) -> Vec<Result<(), WriteError>> {
    let mut results: Vec<_> = changes.iter().map(|_| Err(WriteError::NotBegun)).collect();
    let halt = AtomicBool::new(false);
    let large = Mutex::new(());
    let mut first = 0;
    while first < changes.len() && !halt.load(Ordering::Relaxed) {
        let batch = &changes[first..first + length(&changes[first..])];
        let written = each(
            batch.len(),
            threads,
            &halt,
            || (),
            |(), number| {
                if stop.load(Ordering::Relaxed) {
                    halt.store(true, Ordering::Relaxed);
                    return None;
                }
                let Change { file, stamp } = batch[number];
                let is_large = stamp.facts.length > LARGE;
                let _one = is_large.then(|| large.lock().unwrap_or_else(PoisonError::into_inner));
                let version = NewVersion::write(file, stamp, |bytes| new(first + number, bytes));
                if matches!(version, Err(WriteError::Full(_))) {
                    halt.store(true, Ordering::Relaxed);
                }
                Some(version)
            },
        );
        put_in_place(written, &mut results[first..]);
        first += batch.len();
    }
    finish(changes, &mut results);
    results
}

/// How many of the files are written at once.
fn length(changes: &[Change<'_>]) -> usize {
    let mut bytes = 0;
    let fits = |change: &&Change<'_>| {
        bytes += change.stamp.facts.length;
        bytes <= BYTES
    };
    changes.iter().take(FILES).take_while(fits).count().max(1)
}

fn put_in_place(
    written: Vec<(usize, Result<NewVersion<'_>, WriteError>)>,
    results: &mut [Result<(), WriteError>],
) {
    let versions = written.iter().filter_map(|(_, version)| version.as_ref().ok());
    let on_disk = bring_to_disk(versions.map(NewVersion::place));
    for (number, version) in written {
        results[number] = version.and_then(|version| match &on_disk {
            Ok(()) => version.put_in_place(),
            Err(error) => Err(WriteError::Io(error.to_string())),
        });
    }
}

/// Brings the folders to the disk, too.
fn finish(changes: &[Change<'_>], results: &mut [Result<(), WriteError>]) {
    let done = changes.iter().zip(results.iter()).filter(|(_, result)| result.is_ok());
    let done: Vec<(u64, PathBuf)> =
        done.map(|(change, _)| (change.stamp.facts.identity.0, change.file.full())).collect();
    let files = done.iter().map(|(system, file)| (*system, Path::new(file)));
    if let Err(error) = bring_to_disk(files) {
        for result in results.iter_mut().filter(|result| result.is_ok()) {
            *result = Err(WriteError::NotOnDisk(error.to_string()));
        }
    }
}

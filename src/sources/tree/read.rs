//! Reading many files, of which few name CCR.
//!
//! Each is opened, measured and read once. What is held is a buffer a thread and one for what is
//! larger, whatever the tree.

use std::collections::HashSet;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::kind::{self, Kind};
use super::listed::{Listed, Standing};
use super::stays::why_it_stays;
use super::{Facts, LeftOut, Stamp, each, open};

/// Files up to this length are read whole, in bytes. Of larger ones it is the length of a piece.
const PIECE: usize = 256 * 1024;
/// How much of a piece is looked at again with the next: more than what is looked for is long.
const OVERLAP: usize = 512;
/// Files above it are not rewritten, in bytes.
const LARGEST: u64 = 8 * 1024 * 1024;

/// What came of looking at files. Numbers are those of the list.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sources) struct Looks<T> {
    /// The files in which something was found, in the order of the list.
    pub(in crate::sources) found: Vec<Looked<T>>,
    /// Files that couldn't be looked at, or name CCR and aren't text, in the order of the list.
    pub(in crate::sources) left_out: Vec<(usize, LeftOut)>,
    /// What is only counted.
    pub(in crate::sources) counts: Counts,
}

/// A file in which something was found.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sources) struct Looked<T> {
    /// Its number in the list.
    pub(in crate::sources) file: usize,
    /// What it was when it was read.
    pub(in crate::sources) stamp: Stamp,
    /// What was found.
    pub(in crate::sources) what: T,
    /// Why it isn't rewritten all the same.
    pub(in crate::sources) left_out: Option<LeftOut>,
}

/// What is only counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::sources) struct Counts {
    /// Files that were read.
    pub(in crate::sources) files: usize,
    /// Symbolic links.
    pub(in crate::sources) symlinks: usize,
    /// Files whose content Git LFS holds elsewhere.
    pub(in crate::sources) lfs_pointers: usize,
    /// Files that a sparse checkout leaves out.
    pub(in crate::sources) not_checked_out: usize,
}

/// What came of one file, if it is to be told.
enum Came<T> {
    Found(Box<Looked<T>>),
    LeftOut(LeftOut),
    Unopened(LeftOut),
    LfsPointer,
}

/// Reads the files and gives those that name CCR to `look`, which says what it found.
///
/// `names` tells, quickly, whether bytes name CCR; of large files it gets pieces. `look` gets whole
/// files of up to 8 MiB. Files that are not begun when `stop` is set are left out.
pub(in crate::sources) fn read_each<T: Send>(
    files: &[Listed],
    threads: usize,
    stop: &AtomicBool,
    names: impl Fn(&[u8]) -> bool + Sync,
    look: impl Fn(&Listed, &[u8]) -> Option<T> + Sync,
) -> Looks<T> {
    let large = Mutex::new(Vec::new());
    let reader = Reader { files, stop, names, look, large: &large };
    let piece = || vec![0; PIECE + 1];
    let all = each(files.len(), threads, stop, piece, |piece, file| reader.file(file, piece));
    let mut looks = Looks { found: Vec::new(), left_out: Vec::new(), counts: Counts::default() };
    let counts = &mut looks.counts;
    counts.files = files.len();
    let mut identities = HashSet::new();
    for (file, came) in all {
        match came {
            // A file system without regard to case gives a file by two names.
            Came::Found(found) => {
                let facts = found.stamp.facts;
                if facts.links != 1 || facts.identity.1 == 0 || identities.insert(facts.identity) {
                    looks.found.push(*found);
                }
            }
            Came::LeftOut(why) => looks.left_out.push((file, why)),
            Came::LfsPointer => counts.lfs_pointers += 1,
            Came::Unopened(why) => {
                counts.files -= 1;
                match (why, files[file].standing) {
                    (LeftOut::Gone, Standing::Sparse) => counts.not_checked_out += 1,
                    // Deleted, and Git was not told yet.
                    (LeftOut::Gone, Standing::Found | Standing::Ignored) => {}
                    (why, Standing::Named | Standing::Given) => looks.left_out.push((file, why)),
                    (LeftOut::Symlink { .. }, _) => counts.symlinks += 1,
                    (why, _) => looks.left_out.push((file, why)),
                }
            }
        }
    }
    looks
}

struct Reader<'a, N, L> {
    files: &'a [Listed],
    stop: &'a AtomicBool,
    names: N,
    look: L,
    /// Taken by one thread at a time: few large files name CCR.
    large: &'a Mutex<Vec<u8>>,
}

impl<T, N: Fn(&[u8]) -> bool, L: Fn(&Listed, &[u8]) -> Option<T>> Reader<'_, N, L> {
    fn file(&self, number: usize, piece: &mut [u8]) -> Option<Came<T>> {
        let file = &self.files[number];
        let full = file.full();
        let (mut open, metadata) = match open(&full, || file.path()) {
            Ok(opened) => opened,
            Err(why) => return Some(Came::Unopened(why)),
        };
        let read = match fill(&mut open, metadata.len(), piece) {
            Ok(length) if length == piece.len() => self.in_pieces(number, &mut open, piece),
            Ok(length) => Ok(self.whole(number, &metadata, &piece[..length])),
            Err(error) => Err(error),
        };
        read.unwrap_or_else(|error| Some(Came::LeftOut(LeftOut::Unreadable(error.to_string()))))
    }

    /// A file of which these are the bytes.
    fn whole(&self, number: usize, metadata: &Metadata, bytes: &[u8]) -> Option<Came<T>> {
        let is_named = (self.names)(bytes);
        match kind::of_start(bytes) {
            Kind::LfsPointer => return Some(Came::LfsPointer),
            Kind::Wide if !is_named && (self.names)(&kind::narrowed(bytes)) => {
                return Some(Came::LeftOut(LeftOut::Utf16));
            }
            _ if !is_named => return None,
            _ if memchr::memchr(0, bytes).is_some() => {
                return Some(Came::LeftOut(LeftOut::Binary));
            }
            _ => {}
        }
        let file = &self.files[number];
        let what = (self.look)(file, bytes)?;
        let stamp = Stamp::new(Facts::of(metadata), bytes);
        let left_out = why_it_stays(file, &stamp.facts);
        Some(Came::Found(Box::new(Looked { file: number, stamp, what, left_out })))
    }

    /// A file that is longer than a piece, of which the first has been read.
    fn in_pieces(
        &self,
        number: usize,
        file: &mut File,
        piece: &mut [u8],
    ) -> io::Result<Option<Came<T>>> {
        let kind = kind::of_start(piece);
        let mut held = piece.len();
        loop {
            let bytes = &piece[..held];
            let is_named =
                (self.names)(bytes) || (kind == Kind::Wide && (self.names)(&kind::narrowed(bytes)));
            if is_named {
                break;
            }
            if self.stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            piece.copy_within(held - OVERLAP..held, 0);
            let read = fill(file, u64::MAX, &mut piece[OVERLAP..])?;
            if read == 0 {
                return Ok(None);
            }
            held = OVERLAP + read;
        }
        let metadata = file.metadata()?;
        if metadata.len() > LARGEST {
            let why = LeftOut::TooLarge { bytes: metadata.len() };
            return Ok(Some(Came::LeftOut(why)));
        }
        let mut bytes = self.large.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.clear();
        file.rewind()?;
        file.take(LARGEST + 1).read_to_end(&mut bytes)?;
        Ok(self.whole(number, &metadata, &bytes))
    }
}

/// Reads until the buffer is full or the file ends. Gives how much was read.
fn fill(file: &mut File, length: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let mut held = 0;
    loop {
        match file.read(&mut buffer[held..]) {
            Ok(0) => return Ok(held),
            Ok(read) => held += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        // No call only to hear that a file has ended where it should.
        if held == buffer.len() || held as u64 == length {
            return Ok(held);
        }
    }
}

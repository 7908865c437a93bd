//! Reading many files, of which few name CCR.
//!
//! Each is opened, measured and read once. What is held is a buffer a thread and one for what is
//! larger, whatever the tree.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::kind::{self, Kind};
use super::listed::{Listed, Standing};
use super::looks::{Looked, Looks};
use super::stays::why_it_stays;
use super::{Facts, LeftOut, Stamp, each, open};

/// Files up to this length are read whole, in bytes. Of larger ones it is the length of a piece.
const PIECE: usize = 256 * 1024;
/// How much of a piece is looked at again with the next: more than what is looked for is long.
const OVERLAP: usize = 512;
/// Files above it are not rewritten, in bytes.
const LARGEST: u64 = 8 * 1024 * 1024;

/// What came of one file, if it is to be told.
enum Came<T> {
    Found(Box<Looked<T>>),
    LeftOut(LeftOut),
    Unopened(LeftOut),
    LfsPointer,
}

/// How files are read and what is looked for.
pub(super) struct Reader<'a, N, L> {
    threads: usize,
    stop: &'a AtomicBool,
    /// Whether bytes name CCR, quickly; of large files it gets pieces.
    names: N,
    /// What is found in a whole file of up to 8 MiB that names CCR.
    look: L,
    /// The bytes of a file that is longer than a piece. Few of them name CCR.
    large: Mutex<Vec<u8>>,
}

impl<'a, T: Send, N, L> Reader<'a, N, L>
where
    N: Fn(&[u8]) -> bool + Sync,
    L: Fn(&Listed, &[u8]) -> Option<T> + Sync,
{
    #[must_use]
    pub(super) fn new(threads: usize, stop: &'a AtomicBool, names: N, look: L) -> Self {
        Self { threads, stop, names, look, large: Mutex::new(Vec::new()) }
    }

    /// Reads files and adds what comes of it.
    pub(super) fn read(&self, files: &[Listed], looks: &mut Looks<T>) {
        let piece = || vec![0; PIECE + 1];
        let read = |piece: &mut Vec<u8>, number: usize| self.file(&files[number], piece);
        let counts = &mut looks.counts;
        counts.files += files.len();
        for (number, came) in each(files.len(), self.threads, self.stop, piece, read) {
            let file = &files[number];
            match came {
                Came::Found(found) => looks.found.push(*found),
                Came::LeftOut(why) => looks.left_out.push((file.path(), why)),
                Came::LfsPointer => counts.lfs_pointers += 1,
                Came::Unopened(why) => {
                    counts.files -= 1;
                    match (why, file.standing) {
                        (LeftOut::Gone, Standing::Sparse) => counts.not_checked_out += 1,
                        // Deleted, and Git was not told yet.
                        (LeftOut::Gone, Standing::Found | Standing::Ignored) => {}
                        (why, Standing::Given) => looks.left_out.push((file.path(), why)),
                        (LeftOut::Symlink { .. }, _) => counts.symlinks += 1,
                        (why, _) => looks.left_out.push((file.path(), why)),
                    }
                }
            }
        }
    }

    fn file(&self, file: &Listed, piece: &mut [u8]) -> Option<Came<T>> {
        let full = file.full();
        let (mut open, metadata) = match open(&full) {
            Ok(opened) => opened,
            Err(why) => return Some(Came::Unopened(why)),
        };
        let read = match fill(&mut open, metadata.len(), piece) {
            Ok(length) if length == piece.len() => self.in_pieces(file, &mut open, piece),
            Ok(length) => Ok(self.whole(file, &metadata, &piece[..length])),
            Err(error) => Err(error),
        };
        read.unwrap_or_else(|error| Some(Came::LeftOut(LeftOut::Unreadable(error.to_string()))))
    }

    /// A file of which these are the bytes.
    fn whole(&self, file: &Listed, metadata: &Metadata, bytes: &[u8]) -> Option<Came<T>> {
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
        let what = (self.look)(file, bytes)?;
        let stamp = Stamp::new(Facts::of(metadata), bytes);
        let left_out = why_it_stays(file, &stamp.facts);
        Some(Came::Found(Box::new(Looked { file: file.clone(), stamp, what, left_out })))
    }

    /// A file that is longer than a piece, of which the first has been read.
    fn in_pieces(
        &self,
        file: &Listed,
        open: &mut File,
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
            let read = fill(open, u64::MAX, &mut piece[OVERLAP..])?;
            if read == 0 {
                return Ok(None);
            }
            held = OVERLAP + read;
        }
        let metadata = open.metadata()?;
        if metadata.len() > LARGEST {
            let why = LeftOut::TooLarge { bytes: metadata.len() };
            return Ok(Some(Came::LeftOut(why)));
        }
        let mut bytes = self.large.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.clear();
        open.rewind()?;
        open.take(LARGEST + 1).read_to_end(&mut bytes)?;
        Ok(self.whole(file, &metadata, &bytes))
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

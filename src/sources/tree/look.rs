//! Looking at all files that are wanted.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::thread;

use super::TreeError;
use super::list::{Wanted, list};
use super::listed::Listed;
use super::looks::Looks;
use super::read::Reader;
use super::untracked::untracked;

/// How files are looked at.
#[derive(Debug, Clone, Copy)]
pub(in crate::sources) struct Looking<'a, P, N, L> {
    /// How many files are read at a time.
    pub(in crate::sources) threads: usize,
    /// Set when no more files are to be begun.
    pub(in crate::sources) stop: &'a AtomicBool,
    /// Whether a path, as the user would type it, is looked at.
    pub(in crate::sources) is_wanted: P,
    /// Whether bytes name CCR, quickly. Of large files it gets pieces.
    pub(in crate::sources) names: N,
    /// What is found in a file that names CCR. It gets all of it, up to 8 MiB.
    pub(in crate::sources) look: L,
}

/// Looks at the files of `wanted`, each once.
///
/// Of a folder in a Git work tree these are what Git tracks, what it would add, and of what it
/// ignores as much as people write. Of another folder: all files. A path that was given is taken
/// even if Git ignores it.
///
/// While the files that Git tracks are read, Git looks for others.
///
/// # Errors
/// If a path isn't there, or Git can't be asked and the user can help it.
pub(in crate::sources) fn look<T: Send, P, N, L>(
    wanted: &Wanted,
    looking: Looking<'_, P, N, L>,
) -> Result<Looks<T>, TreeError>
where
    P: Fn(&Path) -> bool,
    N: Fn(&[u8]) -> bool + Sync,
    L: Fn(&Listed, &[u8]) -> Option<T> + Sync,
{
    let Looking { threads, stop, is_wanted, names, look } = looking;
    let reader = Reader::new(threads, stop, names, look);
    let mut looks = Looks::new();
    let mut listing = list(wanted)?;
    let work_trees = std::mem::take(&mut listing.work_trees);
    listing.files.retain(|file| is_wanted(&file.path()));
    let others = thread::scope(|scope| {
        let others = scope.spawn(|| untracked(&work_trees));
        reader.read(&listing.files, &mut looks);
        others.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    let known = listing.files.len();
    listing.extend(others);
    let others = listing.files.split_off(known);
    let others: Vec<Listed> = others.into_iter().filter(|file| is_wanted(&file.path())).collect();
    reader.read(&others, &mut looks);
    looks.left_out.extend(listing.left_out);
    looks.left_out.retain(|(path, _)| is_wanted(path));
    looks.left_behind = listing.left_behind;
    looks.unasked = listing.unasked;
    looks.counts.symlinks += listing.symlinks;
    looks.order();
    Ok(looks)
}

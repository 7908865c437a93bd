//! What the hosts can do: learned once in a run, not asked for each image.

use parking_lot::{Mutex, MutexGuard};
use std::collections::{HashMap, HashSet};

use crate::image::Host;

/// Mounts that fail before a host counts as one that never mounts.
const ENOUGH: u32 = 3;

/// What the hosts of a run have been seen to do.
#[derive(Debug, Default)]
pub(super) struct Abilities {
    mounts: Mutex<HashMap<Host, Mounts>>,
    in_pieces: Mutex<HashSet<Host>>,
    /// Hosts that take a `subject` without keeping a list of referrers.
    without_referrers: Mutex<HashSet<Host>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Mounts {
    worked: u32,
    failed: u32,
}

impl Abilities {
    /// Notes how a mount from a repository which has the blob ended.
    pub(super) fn note_mount(&self, host: &Host, worked: bool) {
        let mut hosts = lock(&self.mounts);
        let seen = hosts.entry(host.clone()).or_default();
        if worked { seen.worked += 1 } else { seen.failed += 1 }
    }

    /// Whether a mount across repositories is worth waiting for.
    pub(super) fn mounts(&self, host: &Host) -> bool {
        let hosts = lock(&self.mounts);
        hosts.get(host).is_none_or(|seen| seen.worked > 0 || seen.failed < ENOUGH)
    }

    /// Notes that the host takes blobs in pieces, having refused one in one request.
    pub(super) fn note_pieces(&self, host: &Host) {
        lock(&self.in_pieces).insert(host.clone());
    }

    /// Whether blobs have to be sent in pieces.
    pub(super) fn wants_pieces(&self, host: &Host) -> bool {
        lock(&self.in_pieces).contains(host)
    }

    /// Notes whether the host has put a manifest with a `subject` on its list of referrers.
    pub(super) fn note_subject(&self, host: &Host, honoured: bool) {
        if !honoured {
            lock(&self.without_referrers).insert(host.clone());
        }
    }

    /// Whether the host keeps a list of referrers.
    pub(super) fn keeps_referrers(&self, host: &Host) -> bool {
        !lock(&self.without_referrers).contains(host)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_never_mounts_is_not_asked_for_ever() {
        let (abilities, host) = (Abilities::default(), "a.b".parse().unwrap());
        abilities.note_mount(&host, false);
        abilities.note_mount(&host, false);
        assert!(abilities.mounts(&host));
        abilities.note_mount(&host, false);
        assert!(!abilities.mounts(&host));
        abilities.note_mount(&host, true);
        assert!(abilities.mounts(&host), "it did once, so it is a matter of the blob");
    }
}

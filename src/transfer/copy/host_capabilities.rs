//! What the hosts can do: learned once in a run, not asked for each image.

use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};

use crate::image::Host;

/// Mounts that fail before a host counts as one that never mounts.
const ENOUGH: u32 = 3;

/// What the hosts of a run have been seen to do.
#[derive(Debug, Default)]
pub(crate) struct HostCapabilities {
    mounts: Mutex<HashMap<Host, Mounts>>,
    in_pieces: Mutex<HashSet<Host>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Mounts {
    worked: u32,
    failed: u32,
}

impl HostCapabilities {
    /// Notes how a mount from a repository which has the blob ended.
    pub(crate) fn note_mount(&self, host: &Host, worked: bool) {
        let mut hosts = self.mounts.lock();
        let seen = hosts.entry(host.clone()).or_default();
        if worked { seen.worked += 1 } else { seen.failed += 1 }
    }

    /// Whether a mount across repositories is worth waiting for.
    pub(crate) fn mounts(&self, host: &Host) -> bool {
        let hosts = self.mounts.lock();
        hosts.get(host).is_none_or(|seen| seen.worked > 0 || seen.failed < ENOUGH)
    }

    /// Notes that the host takes blobs in pieces, having refused one in one request.
    pub(crate) fn note_pieces(&self, host: &Host) {
        self.in_pieces.lock().insert(host.clone());
    }

    /// Whether blobs have to be sent in pieces.
    pub(crate) fn wants_pieces(&self, host: &Host) -> bool {
        self.in_pieces.lock().contains(host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_never_mounts_is_not_asked_for_ever() {
        let (capabilities, host) = (HostCapabilities::default(), "a.b".parse().unwrap());
        capabilities.note_mount(&host, false);
        capabilities.note_mount(&host, false);
        assert!(capabilities.mounts(&host));
        capabilities.note_mount(&host, false);
        assert!(!capabilities.mounts(&host));
        capabilities.note_mount(&host, true);
        assert!(capabilities.mounts(&host), "it did once, so it is a matter of the blob");
    }
}

//! What a registry remembers of its clients: bearer tokens and uploads under way.

use bytes::Bytes;
use ccr2tcr::image::{Algorithm, Hasher};
use jiff::Timestamp;

/// What a bearer token is good for.
#[derive(Debug, Clone)]
pub(crate) struct BearerToken {
    pub(super) anonymous: bool,
    /// Repository and actions.
    pub(super) access: Vec<(String, Vec<&'static str>)>,
    pub(super) expires: Timestamp,
}

impl BearerToken {
    /// Whether it grants `action` in a repository.
    pub(super) fn grants(&self, repository: &str, action: &str) -> bool {
        self.access.iter().any(|(name, actions)| name == repository && actions.contains(&action))
    }
}

/// One upload under way.
#[derive(Debug, Default)]
pub(crate) struct UploadSession {
    pub(super) repository: String,
    pub(super) pieces: Vec<Bytes>,
    pub(super) size: u64,
    /// The sandbox has this content, so the pieces aren't kept.
    pub(super) known: bool,
}

impl UploadSession {
    /// A hasher that has seen what is here already.
    pub(super) fn hasher(&self, algorithm: Algorithm) -> Hasher {
        let mut hasher = Hasher::new(algorithm);
        self.pieces.iter().for_each(|piece| hasher.update(piece));
        hasher
    }
}

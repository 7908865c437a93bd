//! What is known of a host's referrers API: learned with the first request, kept for the run.

use std::collections::{HashMap, HashSet};

use parking_lot::Mutex;

use crate::image::RepositoryName;
use crate::registry::RegistryError;
use crate::registry::transport::SingleFlight;

/// What a host has been seen to do with its referrers API.
#[derive(Default)]
pub(crate) struct ReferrersApi {
    /// Whoever asks first; the others wait for what it learns.
    pub(super) first: SingleFlight<()>,
    pub(super) seen: Mutex<SeenOfApi>,
}

#[derive(Default)]
pub(super) struct SeenOfApi {
    /// It has given a list: it has the API, whatever it says later.
    pub(super) lists: bool,
    /// It has answered as a host that doesn't know the path.
    pub(super) lacks: bool,
    /// Repositories for which it refuses to list; they are not asked about again.
    pub(super) refused: HashMap<RepositoryName, RegistryError>,
    /// Repositories in which a listing has failed after all its attempts.
    pub(super) failed: HashSet<RepositoryName>,
}

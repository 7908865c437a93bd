//! A last look at the target before its tag is moved.
//!
//! Someone may have pushed to TCR since the plan was made, or so shortly before that the API's
//! listing didn't have it yet. What was pushed is newer than anything that was planned, and is not
//! overwritten. Between this look and the write lie a round trip and at most [`FRESH`]: registries
//! don't take conditions on a push.

use std::time::{Duration, Instant};

use crate::image::{Digest, TagOrDigest};
use crate::registry::{ErrorClass, RegistryError};
use crate::transfer::copy::error::CopyError;
use crate::transfer::copy::route::Route;

/// How long a look is good for.
const FRESH: Duration = Duration::from_millis(250);

/// What the tag pointed at, and when that was seen.
pub(super) struct LastLook {
    taken: Instant,
    found: Option<Digest>,
}

impl LastLook {
    /// Looks now. `planned` is what the tag pointed at when the plan was made.
    ///
    /// # Errors
    /// [`CopyError::NoLastLook`] if the registry lets nobody look; what the registry reports.
    pub(super) async fn take(
        route: &Route<'_>,
        version: &TagOrDigest,
        planned: Option<&Digest>,
    ) -> Result<Self, CopyError> {
        let taken = Instant::now();
        let found = look(route, version, planned).await.map_err(|error| match error.class() {
            ErrorClass::Auth => CopyError::NoLastLook { error: error.into() },
            _ => error.into(),
        })?;
        Ok(Self { taken, found })
    }

    /// Whether it was taken too long ago to be relied on.
    pub(super) fn is_stale(&self) -> bool {
        self.taken.elapsed() > FRESH
    }

    /// Whether the tag still has to be moved; `false` if the same image is there already.
    ///
    /// # Errors
    /// [`CopyError::Moved`] if it points at something that the plan didn't know of.
    pub(super) fn still_to_move(
        self,
        ours: &Digest,
        planned: Option<&Digest>,
    ) -> Result<bool, CopyError> {
        match self.found {
            None => Ok(true),
            Some(found) if found == *ours => Ok(false),
            Some(found) if Some(&found) == planned => Ok(true),
            Some(found) => Err(CopyError::Moved { found: found.to_string() }),
        }
    }
}

/// What the tag points at. A registry that refuses HEAD, or doesn't name the digest, is asked for
/// the manifest itself.
async fn look(
    route: &Route<'_>,
    version: &TagOrDigest,
    planned: Option<&Digest>,
) -> Result<Option<Digest>, RegistryError> {
    let head = route.target.head_manifest_unless(route.target_name, version, planned).await;
    match head {
        Ok(None) => return Ok(None),
        Ok(Some(head)) if head.digest.is_some() => return Ok(head.digest),
        Ok(Some(_)) => {}
        Err(error) if error.class() == ErrorClass::Auth => {}
        Err(error) => return Err(error),
    }
    match route.target.manifest(route.target_name, version).await {
        Ok(manifest) => Ok(Some(manifest.digest)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

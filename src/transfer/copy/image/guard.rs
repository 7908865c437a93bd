//! A last look at the target before its tag is moved.
//!
//! Hours may lie between the plan and the commit, and someone may have pushed to TCR meanwhile.
//! What was pushed is newer than anything that was planned, and is not overwritten.

use std::time::Duration;

use crate::image::{Digest, TagOrDigest};
use crate::transfer::copy::error::CopyError;
use crate::transfer::copy::route::Route;
use crate::transfer::copy::run::Run;

/// How long the plan's word on the target is good enough.
const FRESH: Duration = Duration::from_secs(30);

/// Whether the tag still has to be moved; `false` if the same image is there already.
///
/// `planned` is what the tag pointed at when the plan was made.
///
/// # Errors
/// [`CopyError::Moved`] if it points at something else by now.
pub(crate) async fn still_to_move(
    run: &Run,
    route: &Route<'_>,
    version: &TagOrDigest,
    ours: &Digest,
    planned: Option<&Digest>,
) -> Result<bool, CopyError> {
    if run.overwrites() || run.age() < FRESH {
        return Ok(true);
    }
    let head = route.target.head_manifest(route.target_name, version).await?;
    let Some(head) = head else { return Ok(true) };
    match head.digest {
        Some(found) if found == *ours => Ok(false),
        Some(found) if Some(&found) == planned => Ok(true),
        found => {
            let found = found.map_or_else(|| "another image".to_owned(), |d| d.to_string());
            Err(CopyError::Moved { found })
        }
    }
}

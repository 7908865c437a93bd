//! A last look at the target before its tag is moved.
//!
//! Hours may lie between the plan and the commit, and somebody may have pushed to TCR meanwhile.
//! What he pushed is newer than anything that was planned, and is not overwritten.

use std::time::Duration;

use super::CopyError;
use super::blob::Ends;
use super::run::Run;
use crate::image::{Digest, TagOrDigest};

/// How long the plan's word on the target is good enough.
const FRESH: Duration = Duration::from_secs(30);

/// Whether the tag still has to be moved; `false` if somebody has put the same image there.
///
/// `planned` is what the tag pointed at when the plan was made.
///
/// # Errors
/// [`CopyError::Moved`] if it points at something else by now.
pub(super) async fn still_to_move(
    run: &Run,
    ends: &Ends<'_>,
    version: &TagOrDigest,
    ours: &Digest,
    planned: Option<&Digest>,
) -> Result<bool, CopyError> {
    if run.overwrites() || run.age() < FRESH {
        return Ok(true);
    }
    let head = ends.target.head_manifest(ends.target_name, version).await?;
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

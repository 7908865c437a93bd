//! What runs that were killed have left: new versions that are not in place.

use std::fs;
use std::time::{Duration, SystemTime};

use super::WriteError;
use crate::sources::tree::{LeftOut, Listed};

/// From this age on no run works on one; a batch of them takes seconds.
const AGE: Duration = Duration::from_secs(600);

/// Removes those that no run works on any more. Gives how it went with each, in their order.
pub(in crate::sources) fn remove_left_behind(files: &[Listed]) -> Vec<Result<(), WriteError>> {
    files.iter().map(remove).collect()
}

fn remove(file: &Listed) -> Result<(), WriteError> {
    let full = file.full();
    let metadata = full.symlink_metadata()?;
    if let Some(link) = file.symlink_above() {
        return Err(WriteError::LeftOut(link));
    }
    if !metadata.is_file() {
        return Err(WriteError::LeftOut(LeftOut::NotAFile));
    }
    let age = SystemTime::now().duration_since(metadata.modified()?).unwrap_or_default();
    if age < AGE {
        return Err(WriteError::Io("another run may be at work on it".to_owned()));
    }
    Ok(fs::remove_file(full)?)
}

//! The name of a file's new version before it is in place.

use std::ffi::OsStr;

/// How it begins. The dot keeps it out of what a shell's `*` stands for.
pub(in crate::sources) const PREFIX: &str = ".ccr2tcr-";
/// How it ends.
pub(in crate::sources) const SUFFIX: &str = ".new";

/// Whether a run that was killed has left a file of this name.
#[must_use]
pub(super) fn is_new_version(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(PREFIX.as_bytes()) && name.ends_with(SUFFIX.as_bytes())
}

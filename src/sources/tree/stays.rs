//! Files that are not rewritten although they are text that names CCR.

use std::path::Path;

use super::listed::{Listed, Standing};
use super::{Facts, LeftOut};

/// Why the file stays as it is.
#[must_use]
pub(super) fn why_it_stays(file: &Listed, facts: &Facts) -> Option<LeftOut> {
    if file.standing == Standing::Ignored {
        return Some(LeftOut::Ignored);
    }
    why_it_cannot_be_replaced(file, facts)
}

/// Why a new version can't take the place of the file without harm.
#[must_use]
pub(in crate::sources) fn why_it_cannot_be_replaced(
    file: &Listed,
    facts: &Facts,
) -> Option<LeftOut> {
    if let Some(link) = file.symlink_above() {
        Some(link)
    } else if facts.links > 1 {
        Some(LeftOut::HardLink { links: facts.links })
    } else if !is_writable(&file.full(), facts) {
        Some(LeftOut::ReadOnly)
    } else {
        None
    }
}

/// Whether the file's mode lets anybody write it, and the system us: it lets root write anything.
fn is_writable(full: &Path, facts: &Facts) -> bool {
    #[cfg(unix)]
    let is_ours = rustix::fs::access(full, rustix::fs::Access::WRITE_OK).is_ok();
    #[cfg(not(unix))]
    let is_ours = full.exists();
    is_ours && facts.mode & 0o222 != 0
}

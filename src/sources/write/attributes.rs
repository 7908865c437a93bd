//! Owner, mode and extended attributes of a file, for its new version.

use std::fs::File;

use super::WriteError;
use crate::sources::tree::Facts;

/// Gives `new` what `old` has.
///
/// # Errors
/// What can't be given; the system's words.
#[cfg(unix)]
pub(super) fn keep(old: &File, facts: &Facts, new: &File) -> Result<(), WriteError> {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, fchown};
    let owner = facts.owner;
    if Facts::of(&new.metadata()?).owner != owner {
        fchown(new, Some(owner.0), Some(owner.1))
            .map_err(|error| WriteError::Owner { owner, reason: error.to_string() })?;
    }
    #[cfg(target_os = "linux")]
    extended::keep(old, new)?;
    #[cfg(not(target_os = "linux"))]
    let _ = old;
    // Last: a change of the owner takes bits away.
    Ok(new.set_permissions(Permissions::from_mode(facts.mode & 0o7777))?)
}

/// Gives `new` what `old` has.
///
/// # Errors
/// What can't be given; the system's words.
#[cfg(not(unix))]
pub(super) fn keep(old: &File, _: &Facts, new: &File) -> Result<(), WriteError> {
    Ok(new.set_permissions(old.metadata()?.permissions())?)
}

#[cfg(target_os = "linux")]
mod extended {
    use std::collections::BTreeSet;
    use std::ffi::{CStr, CString};
    use std::fs::File;

    use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr};
    use rustix::io::Errno;

    use super::super::WriteError;

    /// The longest list and the longest value that the kernel has, in bytes (`linux/limits.h`).
    const LONGEST: usize = 64 * 1024;
    /// Those that the kernel makes from a file's bytes.
    const MEASURED: [&CStr; 2] = [c"security.ima", c"security.evm"];

    /// Access lists are among them (`system.posix_acl_access`): a folder may give a new file
    /// another one than the old file has, or one where that has none.
    pub(super) fn keep(old: &File, new: &File) -> Result<(), WriteError> {
        let mut buffer = vec![0; LONGEST];
        let wanted = names(old, &mut buffer)?;
        for name in names(new, &mut buffer)?.difference(&wanted) {
            fremovexattr(new, name.as_c_str()).map_err(|error| lost(name, error))?;
        }
        for name in wanted.iter().filter(|name| !MEASURED.contains(&name.as_c_str())) {
            let value = value(old, name, &mut buffer).map_err(|error| lost(name, error))?;
            // Labels of SELinux may not be set, and are mostly the same.
            if self::value(new, name, &mut buffer).ok().as_ref() != Some(&value) {
                let set = fsetxattr(new, name.as_c_str(), &value, XattrFlags::empty());
                set.map_err(|error| lost(name, error))?;
            }
        }
        Ok(())
    }

    fn names(file: &File, buffer: &mut [u8]) -> Result<BTreeSet<CString>, WriteError> {
        match flistxattr(file, &mut *buffer) {
            Ok(length) => {
                let names = buffer[..length].split(|byte| *byte == 0);
                Ok(names
                    .filter(|name| !name.is_empty())
                    .filter_map(|name| CString::new(name).ok())
                    .collect())
            }
            Err(Errno::NOTSUP | Errno::NOSYS) => Ok(BTreeSet::new()),
            Err(error) => Err(WriteError::Io(error.to_string())),
        }
    }

    fn value(file: &File, name: &CStr, buffer: &mut [u8]) -> Result<Vec<u8>, Errno> {
        let length = fgetxattr(file, name, &mut *buffer)?;
        Ok(buffer[..length].to_vec())
    }

    fn lost(name: &CStr, error: Errno) -> WriteError {
        let name = name.to_string_lossy().into_owned();
        WriteError::Attribute { name, reason: error.to_string() }
    }
}

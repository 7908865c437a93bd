//! Having the system bring to the disk what was written.

use std::fs::File;
use std::io;
use std::path::Path;

/// Brings these files to the disk. Each is named with its file system.
///
/// On Linux a file system is written as a whole: for thousands of small files that takes little
/// longer than for one.
///
/// # Errors
/// What the system reports.
pub(super) fn bring_to_disk<'a>(files: impl Iterator<Item = (u64, &'a Path)>) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        let mut one_of_each = std::collections::BTreeMap::new();
        for (system, file) in files {
            one_of_each.entry(system).or_insert(file);
        }
        one_of_each.values().try_for_each(|file| Ok(rustix::fs::syncfs(File::open(file)?)?))
    }
    #[cfg(not(target_os = "linux"))]
    for (_, file) in files {
        File::options().write(true).open(file)?.sync_all()?;
        if let Some(folder) = file.parent().filter(|_| cfg!(unix)) {
            File::open(folder)?.sync_all()?;
        }
    }
    #[cfg(not(target_os = "linux"))]
    Ok(())
}

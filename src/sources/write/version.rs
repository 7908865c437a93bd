//! The new version of one file, beside the old one.

use std::fs::Metadata;
use std::io::{Read as _, Write as _};
use std::path::Path;

use tempfile::TempPath;

use super::{WriteError, attributes};
use crate::sources::tree::{Facts, Listed, PREFIX, SUFFIX, Stamp, open, why_it_cannot_be_replaced};

/// A new version that is complete and not in place. It goes when this is dropped.
#[derive(Debug)]
pub(super) struct NewVersion<'a> {
    file: &'a Listed,
    /// Of the old version.
    facts: Facts,
    path: TempPath,
}

impl<'a> NewVersion<'a> {
    /// Writes what `new` makes of the bytes of `file`.
    ///
    /// # Errors
    /// If the file isn't the one that was read, `new` refuses, or something can't be kept or
    /// written. Nothing is left behind.
    pub(super) fn write(
        file: &'a Listed,
        stamp: &Stamp,
        new: impl FnOnce(&[u8]) -> Result<Vec<u8>, String>,
    ) -> Result<Self, WriteError> {
        let full = file.full();
        let (mut old, metadata) = open(&full).map_err(WriteError::LeftOut)?;
        let facts = unchanged(&metadata, &stamp.facts)?;
        if let Some(why) = why_it_cannot_be_replaced(file, &facts) {
            return Err(WriteError::LeftOut(why));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(facts.length).unwrap_or(0) + 1);
        old.read_to_end(&mut bytes)?;
        if Stamp::new(facts, &bytes) != *stamp {
            return Err(WriteError::Changed);
        }
        let new = new(&bytes).map_err(WriteError::Refused)?;
        let mut beside = tempfile::Builder::new()
            .prefix(PREFIX)
            .suffix(SUFFIX)
            .tempfile_in(full.parent().unwrap_or(Path::new("")))?;
        beside.write_all(&new)?;
        attributes::keep(&old, &facts, beside.as_file())?;
        // Open files are few; there may be thousands of versions.
        Ok(Self { file, facts, path: beside.into_temp_path() })
    }

    /// Where it is, and on which file system.
    pub(super) fn place(&self) -> (u64, &Path) {
        (self.facts.identity.0, &self.path)
    }

    /// Puts it in the place of the old version if that is still what was read. What somebody writes
    /// between that look and the change of the name, some microseconds, is lost.
    ///
    /// # Errors
    /// If the file was changed meanwhile, or can't be replaced. Nothing is left behind.
    pub(super) fn put_in_place(self) -> Result<(), WriteError> {
        let full = self.file.full();
        let metadata = full.symlink_metadata().map_err(|_| WriteError::Changed)?;
        unchanged(&metadata, &self.facts)?;
        if let Some(link) = self.file.symlink_above() {
            return Err(WriteError::LeftOut(link));
        }
        self.path.persist(full).map_err(|error| error.error.into())
    }
}

/// The facts, if they are still these.
fn unchanged(metadata: &Metadata, before: &Facts) -> Result<Facts, WriteError> {
    let facts = Facts::of(metadata);
    if facts == *before { Ok(facts) } else { Err(WriteError::Changed) }
}

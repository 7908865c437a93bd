//! A report as a file: JSON that `--report` writes and `--retry-from` reads.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::diagnostic::CommonError;
use crate::private_file::{self, bare, folder_of};
use crate::text;

use super::model::{OLDEST_SCHEMA_VERSION, Report, SCHEMA_VERSION};

/// A report that can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The file can't be opened, created or written.
    #[error("can't {action} the report {}: {source}", path.display())]
    File {
        /// `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// From the operating system.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error("{} is not a report of this tool: {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl ReportError {
    /// Which of the common errors it is.
    #[must_use]
    pub fn common(&self) -> Option<CommonError> {
        matches!(self, Self::File { action: "write", .. }).then_some(CommonError::NotWritable)
    }

    /// What to type instead.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::File { action: "write", .. } => {
                "choose a file in a folder that exists and can be written to: --report FILE"
            }
            Self::File { .. } | Self::Content { .. } => {
                "expected the file that an earlier run wrote: docker ccr2tcr sync --report FILE"
            }
        }
    }
}

impl Report {
    /// Reads a report back.
    ///
    /// # Errors
    /// [`ReportError`] if the file can't be read, is no report, or is one of a later version.
    pub fn read(path: &Path) -> Result<Self, ReportError> {
        let file = |source| ReportError::File { action: "read", path: path.to_owned(), source };
        let content = |reason: String| ReportError::Content { path: path.to_owned(), reason };
        let text = std::fs::File::open(path).and_then(text::read).map_err(file)?;
        let report: Self = serde_json::from_str(&text).map_err(|e| content(e.to_string()))?;
        if !(OLDEST_SCHEMA_VERSION..=SCHEMA_VERSION).contains(&report.schema_version) {
            return Err(content(format!(
                "its schemaVersion is {}, this version reads {OLDEST_SCHEMA_VERSION} to {SCHEMA_VERSION}",
                report.schema_version
            )));
        }
        Ok(report)
    }

    /// Writes the report whole or not at all: an older file stays until the new one is complete.
    ///
    /// # Errors
    /// [`ReportError::File`] if the folder can't be written to.
    pub fn write(&self, path: &Path) -> Result<(), ReportError> {
        let file = |source| ReportError::File { action: "write", path: path.to_owned(), source };
        let text = serde_json::to_vec_pretty(self).map_err(|e| file(e.into()))?;
        write_whole(path, &text).map_err(file)
    }

    /// Finds out now, before hours of work, whether the report can be written later.
    ///
    /// # Errors
    /// [`ReportError::File`] if not.
    pub fn probe(path: &Path) -> Result<(), ReportError> {
        let file = |source| ReportError::File { action: "write", path: path.to_owned(), source };
        if path.is_dir() {
            return Err(file(std::io::ErrorKind::IsADirectory.into()));
        }
        if is_special(path) {
            return std::fs::OpenOptions::new().write(true).open(path).map(drop).map_err(file);
        }
        let folder = folder_of(path);
        // Asked first because an error from tempfile names the temporary file.
        std::fs::metadata(folder).map_err(file)?;
        tempfile::NamedTempFile::new_in(folder).map(drop).map_err(|error| file(bare(&error)))
    }
}

fn write_whole(path: &Path, text: &[u8]) -> std::io::Result<()> {
    // /dev/stdout, a pipe: nothing to replace there.
    if is_special(path) {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(text);
    }
    private_file::write_whole(path, [text, b"\n"])
}

fn is_special(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        let text = r#"{"schemaVersion": 1, "tool": "t", "command": "sync", "startedAt": "",
            "finishedAt": "", "summary": {}, "warnings": ["w"]}"#;
        let report: Report = serde_json::from_str(text).unwrap();
        report.write(&path).unwrap();
        let warnings = Report::read(&path).unwrap().warnings;
        assert_eq!(warnings[0].message, "w", "version 1 had no codes");
    }

    #[test]
    fn another_json_file_is_not_a_report() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        std::fs::write(&path, "{\"auths\":{}}").unwrap();
        assert!(matches!(Report::read(&path), Err(ReportError::Content { .. })));
        assert!(matches!(Report::probe(folder.path()), Err(ReportError::File { .. })));
    }
}

//! An earlier `usage -o json`, to compare counts with.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;

use super::evidence::CountedPulls;
use crate::text;

/// The counts of an earlier run.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Earlier {
    kind: String,
    schema_version: u32,
    /// When they were read.
    pub counted_at: Timestamp,
    /// The counts.
    pub pull_counts: Vec<CountedPulls>,
}

/// A file that holds no counts.
#[derive(Debug, thiserror::Error)]
pub enum EarlierError {
    /// It can't be read.
    #[error("can't read {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// From the operating system.
        source: std::io::Error,
    },
    /// It holds something else.
    #[error("{} is not what `usage -o json` printed: {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl EarlierError {
    /// What to type instead.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        "expected the output of an earlier run: docker ccr2tcr usage -o json > FILE"
    }
}

impl Earlier {
    /// The version of the JSON form that is read.
    const VERSION: u32 = 1;

    /// Reads a file.
    ///
    /// # Errors
    /// [`EarlierError`] if it can't be read, or holds something else.
    pub fn read(path: &Path) -> Result<Self, EarlierError> {
        let content = |reason: String| EarlierError::Content { path: path.to_owned(), reason };
        let read = std::fs::File::open(path).and_then(text::read);
        let text = read.map_err(|source| EarlierError::File { path: path.to_owned(), source })?;
        let earlier: Self = serde_json::from_str(&text).map_err(|e| content(e.to_string()))?;
        if earlier.kind != "usage" {
            return Err(content(format!("its kind is `{}`", earlier.kind)));
        }
        if earlier.schema_version != Self::VERSION {
            let (found, read) = (earlier.schema_version, Self::VERSION);
            return Err(content(format!(
                "its schemaVersion is {found}, this version reads {read}"
            )));
        }
        Ok(earlier)
    }
}

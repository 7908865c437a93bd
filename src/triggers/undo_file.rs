//! What a run has made, so that it can be undone: on disk before the first webhook is made.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::tencent::NamespaceWebhook;
use crate::{private_file, text};

/// What the file says of itself.
const KIND: &str = "triggers-undo";

/// The version of the JSON form.
const SCHEMA_VERSION: u32 = 1;

/// The webhooks of a run. No address is in it: hosts and fingerprints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UndoFile {
    kind: String,
    schema_version: u32,
    /// The instance, `tcr-…`.
    pub instance: String,
    /// What was to be made.
    pub webhooks: Vec<MadeWebhook>,
}

/// A webhook that was to be made, and wasn't there before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MadeWebhook {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its number; `None` if the run ended before that was known.
    pub id: Option<i64>,
    /// Which images.
    pub condition: String,
    /// What it reacts to.
    pub events: Vec<String>,
    /// Where it sends to.
    pub hosts: Vec<String>,
    /// Of whole addresses and headers, `sha256:…`.
    pub targets: String,
}

/// A file that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum UndoFileError {
    /// It can't be read or written.
    #[error("can't {action} the undo file {}: {source}", path.display())]
    File {
        /// `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// From the operating system.
        source: io::Error,
    },
    /// It holds something else.
    #[error("{} is not an undo file of `triggers apply`: {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl UndoFileError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::File { action: "write", source, .. }
                if source.kind() == io::ErrorKind::AlreadyExists =>
            {
                "it may be needed to undo an earlier run: choose another with --undo-file FILE"
            }
            Self::File { action: "write", .. } => {
                "choose a file in a folder that can be written to: --undo-file FILE"
            }
            Self::File { .. } | Self::Content { .. } => {
                "name the file that `docker ccr2tcr triggers apply` has written"
            }
        }
    }
}

impl MadeWebhook {
    /// One that is about to be made.
    #[must_use]
    pub fn planned(namespace: &str, webhook: NamespaceWebhook) -> Self {
        let NamespaceWebhook { name, condition, events, hosts, targets, .. } = webhook;
        Self { namespace: namespace.to_owned(), name, id: None, condition, events, hosts, targets }
    }

    /// As it was made.
    pub(super) fn as_made(&self) -> NamespaceWebhook {
        NamespaceWebhook {
            id: self.id.unwrap_or_default(),
            name: self.name.clone(),
            enabled: true,
            events: self.events.clone(),
            condition: self.condition.clone(),
            hosts: self.hosts.clone(),
            targets: self.targets.clone(),
        }
    }
}

impl UndoFile {
    /// Of a run that is about to begin.
    #[must_use]
    pub fn new(instance: &str, webhooks: Vec<MadeWebhook>) -> Self {
        let (kind, instance) = (KIND.to_owned(), instance.to_owned());
        Self { kind, schema_version: SCHEMA_VERSION, instance, webhooks }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`UndoFileError`] if it can't be read, or is of something else or a later version.
    pub fn read(path: &Path) -> Result<Self, UndoFileError> {
        let content = |reason: String| UndoFileError::Content { path: path.to_owned(), reason };
        let read = std::fs::File::open(path).and_then(text::read);
        let text = read.map_err(|source| file("read", path, source))?;
        let undo: Self = serde_json::from_str(&text).map_err(|e| content(e.to_string()))?;
        if undo.kind != KIND || undo.schema_version != SCHEMA_VERSION {
            return Err(content(format!(
                "its kind is `{}`, its schemaVersion {}",
                undo.kind, undo.schema_version
            )));
        }
        Ok(undo)
    }

    /// Writes a file that isn't there yet.
    ///
    /// # Errors
    /// [`UndoFileError::File`]
    pub fn create(&self, path: &Path) -> Result<(), UndoFileError> {
        let text = self.text(path)?;
        private_file::create(path, [text.as_slice()]).map_err(|e| file("write", path, e))
    }

    /// Writes what is known by now.
    ///
    /// # Errors
    /// [`UndoFileError::File`]; the file is as it was before.
    pub fn update(&self, path: &Path) -> Result<(), UndoFileError> {
        private_file::replace(path, &self.text(path)?).map_err(|e| file("write", path, e))
    }

    fn text(&self, path: &Path) -> Result<Vec<u8>, UndoFileError> {
        let mut text =
            serde_json::to_vec_pretty(self).map_err(|error| file("write", path, error.into()))?;
        text.push(b'\n');
        Ok(text)
    }
}

fn file(action: &'static str, path: &Path, source: io::Error) -> UndoFileError {
    UndoFileError::File { action, path: path.to_owned(), source }
}

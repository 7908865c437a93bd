//! The rollback file: for each object the change that was made, so that it can be
//! undone where it still stands.
//!
//! It is on disk before the first write, for the owner's eyes only, and holds no secret: images,
//! the names of Secrets, and of Secrets that are deleted everything but their content.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::deleted_secret::DeletedSecret;
use crate::diagnostic::CommonError;
use crate::image::Digest;
use crate::private_file;
use crate::workload::{ObjectPatch, ObjectRef};

/// The version of the file's form.
const SCHEMA_VERSION: u32 = 2;
/// That of the form without deleted Secrets, which is still read.
const WITHOUT_SECRETS: u32 = 1;
const KIND: &str = "tcr-switch-rollback";
/// Far more than a whole cluster's changes take.
const LIMIT: u64 = 512 * 1024 * 1024;

/// What a switch is about to change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RollbackFile {
    schema_version: u32,
    kind: String,
    /// `ccr2tcr 0.1.0`
    pub tool: String,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// The API server's address then.
    pub server: String,
    /// `uid` of the namespace `kube-system`, which stands for the cluster; empty if it could not
    /// be read.
    pub cluster: String,
    /// Of what follows: tells whether it was edited.
    checksum: String,
    /// In the order in which they are written.
    pub entries: Vec<RollbackEntry>,
    /// Secrets that are deleted; their content is gone.
    #[serde(default)]
    pub deleted_secrets: Vec<DeletedSecret>,
}

/// One object that is about to change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RollbackEntry {
    /// Which one.
    pub object: ObjectRef,
    /// Where it is, for a request.
    pub path: String,
    /// Its `uid`: another one was made since if it differs.
    pub uid: String,
    /// Its version when the change was planned.
    pub resource_version: String,
    /// The change, forwards.
    pub patch: ObjectPatch,
}

/// Why a rollback file can't be written or read.
#[derive(Debug, thiserror::Error)]
pub enum RollbackFileError {
    /// The file exists: an earlier switch may need it.
    #[error("{} already exists, and may be needed to roll back an earlier switch", .0.display())]
    Exists(PathBuf),
    /// It can't be written.
    #[error("the rollback file {} can't be written: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// It can't be read.
    #[error("{} can't be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// It is something else.
    #[error("{} is not a rollback file of this program: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        reason: String,
    },
    /// Its entries are not those that were written.
    #[error("{} was edited or is incomplete", .0.display())]
    Edited(PathBuf),
}

impl RollbackFileError {
    /// Which of the common errors it is.
    #[must_use]
    pub fn common(&self) -> CommonError {
        match self {
            Self::Exists(_) | Self::Unwritable { .. } => CommonError::NotWritable,
            Self::Unreadable { .. } | Self::Malformed { .. } | Self::Edited(_) => {
                CommonError::RollbackFile
            }
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Exists(_) => "choose another name: --rollback-file FILE",
            Self::Unwritable { .. } => {
                "nothing was changed; choose a file that can be written: --rollback-file FILE"
            }
            Self::Unreadable { .. } => "give the file that the switch has written",
            Self::Malformed { .. } => {
                "give the file that the switch has written, tcr-switch-rollback-….json"
            }
            Self::Edited(_) => {
                "use the file as it was written, or add --allow-edited: each entry is still checked against the object"
            }
        }
    }
}

impl RollbackFile {
    /// A file for these entries.
    #[must_use]
    pub fn new(server: &str, cluster: &str, entries: Vec<RollbackEntry>) -> Self {
        let file = Self {
            schema_version: SCHEMA_VERSION,
            kind: KIND.to_owned(),
            tool: concat!("ccr2tcr ", env!("CARGO_PKG_VERSION")).to_owned(),
            created_at: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            server: server.to_owned(),
            cluster: cluster.to_owned(),
            checksum: String::new(),
            entries,
            deleted_secrets: Vec::new(),
        };
        file.with_checksum()
    }

    /// The same, of a run that deletes these Secrets.
    #[must_use]
    pub fn deleting(self, deleted_secrets: Vec<DeletedSecret>) -> Self {
        Self { deleted_secrets, ..self }.with_checksum()
    }

    fn with_checksum(self) -> Self {
        Self { checksum: self.sum(), ..self }
    }

    /// The checksum that it should have.
    fn sum(&self) -> String {
        // Plain structures, which can be written as JSON.
        let text = match self.schema_version {
            WITHOUT_SECRETS => serde_json::to_vec(&self.entries),
            _ => serde_json::to_vec(&(&self.entries, &self.deleted_secrets)),
        };
        Digest::of(&text.unwrap_or_default()).to_string()
    }

    /// Writes it to a file that isn't there yet, mode 0600, and waits until it is on disk.
    ///
    /// # Errors
    /// [`RollbackFileError::Exists`], [`RollbackFileError::Unwritable`].
    pub fn create(&self, path: &Path) -> Result<(), RollbackFileError> {
        let written = self.text().and_then(|text| private_file::create(path, [text.as_slice()]));
        written.map_err(|error| not_created(path, &error))
    }

    /// Writes it to `path`, or to a file of this folder with a name of its own, and says which:
    /// `tcr-switch-rollback-20260102-030405.json`, with `-2` and so on where another run has taken
    /// the name within the same second.
    ///
    /// # Errors
    /// As [`RollbackFile::create`].
    pub fn save(&self, path: Option<&Path>) -> Result<PathBuf, RollbackFileError> {
        if let Some(path) = path {
            return self.create(path).map(|()| path.to_owned());
        }
        self.create_in(Path::new(""), Timestamp::now())
    }

    fn create_in(&self, folder: &Path, now: Timestamp) -> Result<PathBuf, RollbackFileError> {
        let names = private_file::names(folder, KIND, now);
        let text = self.text().map_err(|error| unwritable(folder, &error))?;
        private_file::create_first(names, &text).map_err(|(path, error)| not_created(&path, &error))
    }

    /// Writes it in the place of an earlier one; at every moment there is one or the other.
    ///
    /// # Errors
    /// [`RollbackFileError::Unwritable`]
    pub fn replace(&self, path: &Path) -> Result<(), RollbackFileError> {
        let written = self.text().and_then(|text| private_file::replace(path, &text));
        written.map_err(|error| unwritable(path, &error))
    }

    /// Reads one. `allow_edited` takes entries that don't fit their checksum.
    ///
    /// # Errors
    /// [`RollbackFileError`], each with a hint.
    pub fn read(path: &Path, allow_edited: bool) -> Result<Self, RollbackFileError> {
        let unreadable = |error: std::io::Error| RollbackFileError::Unreadable {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let malformed =
            |reason: String| RollbackFileError::Malformed { path: path.to_owned(), reason };
        let mut text = Vec::new();
        File::open(path)
            .and_then(|file| file.take(LIMIT).read_to_end(&mut text))
            .map_err(unreadable)?;
        let file: Self =
            serde_json::from_slice(&text).map_err(|error| malformed(error.to_string()))?;
        if file.kind != KIND {
            return Err(malformed(format!("its kind is `{}`", file.kind)));
        }
        if ![SCHEMA_VERSION, WITHOUT_SECRETS].contains(&file.schema_version) {
            return Err(malformed(format!("its version is {}", file.schema_version)));
        }
        if !allow_edited && file.checksum != file.sum() {
            return Err(RollbackFileError::Edited(path.to_owned()));
        }
        Ok(file)
    }

    /// Takes the place of an object's entry.
    pub fn set(&mut self, entry: RollbackEntry) {
        match self.entries.iter_mut().find(|known| known.path == entry.path) {
            Some(known) => *known = entry,
            None => self.entries.push(entry),
        }
        self.checksum = self.sum();
    }

    fn text(&self) -> std::io::Result<Vec<u8>> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        Ok(text)
    }
}

fn not_created(path: &Path, error: &std::io::Error) -> RollbackFileError {
    match error.kind() {
        std::io::ErrorKind::AlreadyExists => RollbackFileError::Exists(path.to_owned()),
        _ => unwritable(path, error),
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> RollbackFileError {
    RollbackFileError::Unwritable { path: path.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::workload::{Change, Pointer};

    fn file() -> RollbackFile {
        let change = Change {
            pointer: Pointer::root().key("spec").key("image"),
            old: Some(json!("ccr.ccs.tencentyun.com/shop/web:v1")),
            new: Some(json!("prod.tencentcloudcr.com/shop/web:v1")),
        };
        let entry = RollbackEntry {
            object: ObjectRef {
                api_version: "apps/v1".to_owned(),
                kind: "Deployment".to_owned(),
                namespace: Some("shop".to_owned()),
                name: "web".to_owned(),
            },
            path: "/apis/apps/v1/namespaces/shop/deployments/web".to_owned(),
            uid: "u".to_owned(),
            resource_version: "7".to_owned(),
            patch: ObjectPatch { changes: vec![change], guard: None },
        };
        RollbackFile::new("https://127.0.0.1:6443", "c", vec![entry])
    }

    #[test]
    fn it_reads_back_as_it_was_written_and_only_its_owner_may() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("back.json");
        file().create(&path).unwrap();
        assert_eq!(RollbackFile::read(&path, false).unwrap(), file());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn the_form_without_deleted_secrets_is_still_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("back.json");
        let mut old = serde_json::to_value(file()).unwrap();
        old.as_object_mut().unwrap().remove("deletedSecrets");
        old["schemaVersion"] = json!(1);
        let entries = serde_json::to_vec(&file().entries).unwrap();
        old["checksum"] = json!(Digest::of(&entries).to_string());
        std::fs::write(&path, old.to_string()).unwrap();
        assert_eq!(RollbackFile::read(&path, false).unwrap().entries, file().entries);
    }

    #[test]
    fn a_deleted_secret_is_under_the_checksum_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("back.json");
        let secret = json!({"metadata": {"namespace": "shop", "name": "qcloudregistrykey"}});
        let whole = file().deleting(vec![DeletedSecret::of(&secret)]);
        whole.create(&path).unwrap();
        assert_eq!(RollbackFile::read(&path, false).unwrap(), whole);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("qcloudregistrykey", "tcr")).unwrap();
        let edited = RollbackFile::read(&path, false);
        assert!(matches!(edited, Err(RollbackFileError::Edited(_))), "{edited:?}");
    }

    #[test]
    fn an_earlier_one_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("back.json");
        std::fs::write(&path, "precious").unwrap();
        assert!(matches!(file().create(&path), Err(RollbackFileError::Exists(_))));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
    }

    #[test]
    fn runs_of_one_second_have_files_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let now = "2026-01-02T03:04:05Z".parse().unwrap();
        let saved = |_| file().create_in(folder.path(), now).unwrap();
        let names: Vec<_> = (0..3)
            .map(saved)
            .map(|path| path.strip_prefix(folder.path()).unwrap().display().to_string())
            .collect();
        assert_eq!(
            names,
            ["", "-2", "-3"].map(|more| format!("tcr-switch-rollback-20260102-030405{more}.json"))
        );
    }

    #[test]
    fn edits_by_hand_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("back.json");
        file().create(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap().replace("web:v1", "web:v2");
        std::fs::write(&path, text).unwrap();
        assert!(matches!(RollbackFile::read(&path, false), Err(RollbackFileError::Edited(_))));
        assert!(RollbackFile::read(&path, true).is_ok());
    }

    #[test]
    fn half_a_file_and_another_file_are_told_with_their_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("back.json");
        for text in ["", "{", "{\"kind\": \"List\"}", "[]"] {
            std::fs::write(&path, text).unwrap();
            let error = RollbackFile::read(&path, true).unwrap_err();
            assert!(matches!(error, RollbackFileError::Malformed { .. }), "{text}: {error}");
            assert!(error.to_string().contains("line 1"), "{error}");
        }
    }
}

//! The backup of Secrets that are deleted: the one file that holds logins.
//!
//! A `List` that `kubectl create -f` takes, mode 0600, never written over, and never inside a work
//! tree of version control, from where it would be pushed with the rest.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::environment::Environment;
use crate::private_file;
use crate::secret::Secret;
use crate::workload::ObjectRef;

/// Far more than all pull secrets of a cluster take.
const LIMIT: u64 = 64 * 1024 * 1024;
/// What the folder of a work tree has; in a linked one `.git` is a file.
const REPOSITORIES: [&str; 4] = [".git", ".hg", ".svn", ".jj"];

/// Why a backup can't be written or read. Says nothing of what is in it.
#[derive(Debug, thiserror::Error)]
pub enum SecretsBackupError {
    /// The file exists.
    #[error("{} already exists; a backup of Secrets is never written over", .0.display())]
    Exists(PathBuf),
    /// It would lie where version control takes it along.
    #[error("{} lies in the work tree {}: passwords must not get into version control", file.display(), tree.display())]
    WorkTree {
        /// The file.
        file: PathBuf,
        /// The folder that is under version control.
        tree: PathBuf,
    },
    /// It can't be written.
    #[error("the backup {} can't be written: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// It can't be read, or is something else.
    #[error("{} can't be read as a backup of Secrets: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl SecretsBackupError {
    /// What to do.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Exists(_) => "choose another name: --secrets-backup FILE",
            Self::WorkTree { .. } => {
                "choose a folder that is not under version control: --secrets-backup FILE"
            }
            Self::Unwritable { .. } => {
                "nothing was changed; choose a file that can be written: --secrets-backup FILE"
            }
            Self::Unreadable { .. } => "give the file that `secrets prune` has written",
        }
    }
}

/// Whether a backup may be written there, before anything else is done.
///
/// # Errors
/// [`SecretsBackupError::Exists`], [`SecretsBackupError::WorkTree`], or
/// [`SecretsBackupError::Unwritable`] if there is no such folder.
pub fn check_backup_place(
    path: &Path,
    environment: &Environment,
) -> Result<(), SecretsBackupError> {
    if path.symlink_metadata().is_ok() {
        return Err(SecretsBackupError::Exists(path.to_owned()));
    }
    let folder = private_file::folder_of(path);
    // What a link leads to counts.
    let folder = folder.canonicalize().map_err(|error| SecretsBackupError::Unwritable {
        path: path.to_owned(),
        reason: format!("{}: {error}", folder.display()),
    })?;
    match work_tree(&folder, environment) {
        Some(tree) => Err(SecretsBackupError::WorkTree { file: path.to_owned(), tree }),
        None => Ok(()),
    }
}

/// The work tree, or the bare repository, that a folder lies in.
fn work_tree(folder: &Path, environment: &Environment) -> Option<PathBuf> {
    let is_tree = |folder: &&Path| {
        let has = |name: &str| folder.join(name).symlink_metadata().is_ok();
        REPOSITORIES.iter().any(|name| has(name))
            || ["HEAD", "objects", "refs"].iter().all(|name| has(name))
    };
    if let Some(tree) = folder.ancestors().find(is_tree) {
        return Some(tree.to_owned());
    }
    // Without the one, the other makes the current folder the work tree (git(1)).
    let named = environment.path("GIT_WORK_TREE").map(PathBuf::from);
    let here = || environment.path("GIT_DIR").map(|_| PathBuf::from("."));
    let tree = named.or_else(here)?.canonicalize().ok()?;
    folder.starts_with(&tree).then_some(tree)
}

/// Writes the Secrets, as the server gave them, to a new file, and waits until it is on disk.
///
/// # Errors
/// [`SecretsBackupError`]
pub(in crate::switch) fn write_backup(
    path: &Path,
    secrets: &[Secret],
) -> Result<(), SecretsBackupError> {
    check_backup_place(path, &Environment::from_process())?;
    let unwritable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => SecretsBackupError::Exists(path.to_owned()),
        _ => SecretsBackupError::Unwritable { path: path.to_owned(), reason: error.to_string() },
    };
    let mut parts: Vec<&[u8]> =
        vec![b"{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [\n"];
    for (index, secret) in secrets.iter().enumerate() {
        let comma: &[u8] = if index == 0 { b"" } else { b",\n" };
        parts.extend([comma, secret.expose().as_bytes()]);
    }
    parts.push(b"\n]}\n");
    private_file::create(path, parts).map_err(unwritable)
}

/// A Secret as it is to be created again: without what the server adds.
pub(in crate::switch) fn as_created(object: &Value) -> Secret {
    let metadata = &object["metadata"];
    let mut kept = json!({"namespace": metadata["namespace"], "name": metadata["name"]});
    for key in ["labels", "annotations"] {
        if metadata[key].is_object() {
            kept[key] = metadata[key].clone();
        }
    }
    let mut secret = json!({
        "apiVersion": "v1", "kind": "Secret", "type": object["type"],
        "metadata": kept, "data": object["data"],
    });
    if object["immutable"].is_boolean() {
        secret["immutable"] = object["immutable"].clone();
    }
    Secret::from(secret.to_string())
}

/// Secrets that were written to a file.
#[derive(Debug)]
pub struct SecretsBackup(Vec<(ObjectRef, Secret)>);

impl SecretsBackup {
    /// Reads a file.
    ///
    /// # Errors
    /// [`SecretsBackupError::Unreadable`]
    pub fn read(path: &Path) -> Result<Self, SecretsBackupError> {
        let unreadable = |reason: String| {
            let path = path.to_owned();
            SecretsBackupError::Unreadable { path, reason }
        };
        let mut text = String::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(LIMIT).read_to_string(&mut text))
            .map_err(|error| unreadable(error.to_string()))?;
        let text = Secret::from(text);
        // serde's own words may quote what stands there.
        let list: Value = serde_json::from_str(text.expose()).map_err(|error| {
            unreadable(format!("line {}, column {}", error.line(), error.column()))
        })?;
        let items = list["items"].as_array().filter(|_| list["kind"] == "List");
        let items = items.ok_or_else(|| unreadable("it is no List of Secrets".to_owned()))?;
        let secret = |item: &Value| {
            let object = ObjectRef::of(item).filter(|object| object.kind == "Secret")?;
            Some((object, Secret::from(item.to_string())))
        };
        let secrets: Option<Vec<_>> = items.iter().map(secret).collect();
        secrets.map(Self).ok_or_else(|| unreadable("it holds more than Secrets".to_owned()))
    }

    /// The one of this name, as it is to be created.
    pub(super) fn find(&self, object: &ObjectRef) -> Option<&Secret> {
        self.0.iter().find(|(known, _)| known == object).map(|(_, secret)| secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(path: &Path, variables: &[(&str, &str)]) -> Result<(), SecretsBackupError> {
        check_backup_place(path, &Environment::for_tests(variables, Path::new("/")))
    }

    fn is_refused(path: &Path, variables: &[(&str, &str)]) -> bool {
        matches!(checked(path, variables), Err(SecretsBackupError::WorkTree { .. }))
    }

    #[test]
    fn a_work_tree_is_no_place_for_passwords() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let make = |path: &str| std::fs::create_dir_all(root.join(path)).unwrap();
        for path in
            ["plain", "tree/.git", "tree/a/b", "linked/a", "hg/.hg", "bare/objects", "bare/refs"]
        {
            make(path);
        }
        std::fs::write(root.join("linked/.git"), "gitdir: elsewhere").unwrap();
        std::fs::write(root.join("bare/HEAD"), "ref: refs/heads/main").unwrap();
        for path in ["tree/x", "tree/a/b/x", "tree/.git/x", "linked/a/x", "hg/x", "bare/x"] {
            assert!(is_refused(&root.join(path), &[]), "{path}");
        }
        let plain = root.join("plain/x");
        checked(&plain, &[]).unwrap();
        let tree = root.to_str().unwrap();
        assert!(is_refused(&plain, &[("GIT_WORK_TREE", tree)]));
        assert!(!is_refused(&plain, &[("GIT_WORK_TREE", root.join("tree").to_str().unwrap())]));
        // The tests run in a work tree; without `.git` above, the current folder would be it.
        assert!(!is_refused(&plain, &[("GIT_DIR", "/srv/dots.git")]));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(root.join("tree/a"), root.join("plain/link")).unwrap();
            assert!(is_refused(&root.join("plain/link/x"), &[]), "through a link");
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_kubectl_takes_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup.json");
        let object = json!({
            "metadata": {"namespace": "shop", "name": "old", "uid": "1", "labels": {"a": "b"}},
            "type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": "e30="},
        });
        write_backup(&path, &[as_created(&object), as_created(&object)]).unwrap();
        let list: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(
            list["items"][1]["metadata"],
            json!({"namespace": "shop", "name": "old", "labels": {"a": "b"}})
        );
        let again = write_backup(&path, &[]).unwrap_err();
        assert!(matches!(again, SecretsBackupError::Exists(_)), "{again:?}");
        let read = SecretsBackup::read(&path).unwrap();
        let name = ObjectRef::of(&list["items"][0]).unwrap();
        assert!(read.find(&name).unwrap().expose().contains("e30="));
        assert!(!format!("{read:?}").contains("e30="), "it can't be shown");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(&path, "{\"hunter2").unwrap();
        let broken = SecretsBackup::read(&path).unwrap_err().to_string();
        assert!(!broken.contains("hunter2"), "{broken}");
    }
}

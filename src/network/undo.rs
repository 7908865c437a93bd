//! The undo file: what a run has done or is about to do, on disk before it is done.
//!
//! It holds no secrets. A run that finds the file of one that was killed goes on with it, so that
//! one file takes back what both have done.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::UndoError;
use super::step::Step;
use crate::private_file;
use crate::tencent::{Instance, Region};

const KIND: &str = "networkUndo";
const SCHEMA_VERSION: u32 = 1;

/// No undo file is longer.
const LONGEST: u64 = 4 * 1024 * 1024;

/// Where a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UndoState {
    /// It hasn't ended, or not well.
    Applying,
    /// It has ended.
    Applied,
    /// It is being taken back.
    RollingBack,
    /// It was taken back.
    RolledBack,
}

/// A step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UndoneStep {
    /// The step itself.
    #[serde(flatten)]
    pub step: Step,
    /// When it was about to be done.
    pub at: Timestamp,
    /// Whether it was seen to be done.
    pub confirmed: bool,
}

/// The file and what is in it.
#[derive(Debug, Clone)]
pub struct UndoFile {
    path: PathBuf,
    is_there: bool,
    content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    kind: String,
    schema_version: u32,
    command: String,
    state: UndoState,
    instance: InstanceName,
    did: Vec<UndoneStep>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct InstanceName {
    id: String,
    name: String,
    region: Region,
}

impl UndoFile {
    /// The file for a run of `command`: the one that is named, else that of an earlier run which
    /// hasn't ended, in `folder`, else a new one. Nothing is written before the first step.
    ///
    /// # Errors
    /// [`UndoError`] if the file that is named can't be used, or that of another command is open.
    pub fn for_run(
        command: &str,
        instance: &Instance,
        named: Option<&Path>,
        folder: &Path,
    ) -> Result<Self, UndoError> {
        let earlier = match named {
            Some(path) if path.exists() => Some(Self::read(path)?),
            Some(_) => None,
            None => unfinished(folder, &instance.name).pop(),
        };
        if let Some(earlier) = earlier {
            let Content { state, command: other, instance: of, .. } = &earlier.content;
            if matches!(state, UndoState::Applied | UndoState::RolledBack) {
                return Err(UndoError::Ended(earlier.path));
            }
            let is_ours = other == command && of.id == instance.id;
            return match *state == UndoState::Applying && is_ours {
                true => Ok(earlier),
                false => Err(UndoError::Other {
                    command: other.clone(),
                    instance: of.name.clone(),
                    path: earlier.path,
                }),
            };
        }
        let mut names = private_file::names(folder, &stem(&instance.name), Timestamp::now());
        let free = || names.find(|path| !path.exists());
        let path = named.map(Path::to_owned).or_else(free).ok_or_else(|| UndoError::File {
            what: "write",
            path: folder.to_owned(),
            error: io::ErrorKind::AlreadyExists.into(),
        })?;
        let content = Content {
            kind: KIND.to_owned(),
            schema_version: SCHEMA_VERSION,
            command: command.to_owned(),
            state: UndoState::Applying,
            instance: InstanceName {
                id: instance.id.clone(),
                name: instance.name.clone(),
                region: instance.region.clone(),
            },
            did: Vec::new(),
        };
        Ok(Self { path, is_there: false, content })
    }

    /// Reads a file that a run has written.
    ///
    /// # Errors
    /// [`UndoError`]
    pub fn read(path: &Path) -> Result<Self, UndoError> {
        let unreadable = |error| UndoError::File { what: "read", path: path.to_owned(), error };
        let not_one = |reason: String| UndoError::NotOne { path: path.to_owned(), reason };
        let length = std::fs::metadata(path).map_err(unreadable)?.len();
        if length > LONGEST {
            return Err(not_one("it is too long".to_owned()));
        }
        let bytes = std::fs::read(path).map_err(unreadable)?;
        let content: Content =
            serde_json::from_slice(&bytes).map_err(|error| not_one(error.to_string()))?;
        if content.kind != KIND || content.schema_version != SCHEMA_VERSION {
            let (kind, version) = (&content.kind, content.schema_version);
            return Err(not_one(format!("kind `{kind}`, version {version}")));
        }
        Ok(Self { path: path.to_owned(), is_there: true, content })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is on disk.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.is_there
    }

    /// Where its run is.
    #[must_use]
    pub fn state(&self) -> UndoState {
        self.content.state
    }

    /// The id of the instance that it is about.
    #[must_use]
    pub fn instance_id(&self) -> &str {
        &self.content.instance.id
    }

    /// What was done, in order.
    #[must_use]
    pub fn did(&self) -> &[UndoneStep] {
        &self.content.did
    }

    /// Whether its run, or the one before that was killed, has done this or was about to.
    #[must_use]
    pub fn has(&self, step: &Step) -> bool {
        self.content.did.iter().any(|done| done.step.is_same_as(step))
    }

    /// Notes a step that is about to be done. The file is on disk when this returns.
    pub(super) fn begin(&mut self, step: &Step) -> Result<(), UndoError> {
        let (at, step) = (Timestamp::now(), step.clone());
        let known = self.content.did.iter_mut().find(|done| done.step.is_same_as(&step));
        match known {
            Some(known) => *known = UndoneStep { step, at, confirmed: known.confirmed },
            None => self.content.did.push(UndoneStep { step, at, confirmed: false }),
        }
        self.write()
    }

    /// Notes that a step is done.
    pub(super) fn confirm(&mut self, step: &Step) -> Result<(), UndoError> {
        match self.content.did.iter_mut().find(|done| done.step.is_same_as(step)) {
            Some(known) if !known.confirmed => known.confirmed = true,
            _ => return Ok(()),
        }
        self.write()
    }

    /// Notes that steps are taken back already.
    pub(super) fn forget(&mut self, steps: impl Fn(&Step) -> bool) -> Result<(), UndoError> {
        self.content.did.retain(|done| !steps(&done.step));
        if self.is_there { self.write() } else { Ok(()) }
    }

    /// Notes where the run is. A run that has done nothing leaves no file.
    pub(super) fn enter(&mut self, state: UndoState) -> Result<(), UndoError> {
        self.content.state = state;
        if self.is_there { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), UndoError> {
        let fail = |error| UndoError::File { what: "write", path: self.path.clone(), error };
        let json = serde_json::to_string_pretty(&self.content)
            .map_err(|error| fail(io::Error::other(error)))?
            + "\n";
        if self.is_there {
            private_file::replace(&self.path, json.as_bytes()).map_err(fail)?;
        } else {
            private_file::create(&self.path, [json.as_bytes()]).map_err(fail)?;
            self.is_there = true;
        }
        Ok(())
    }
}

/// The undo files of an instance in a folder whose runs haven't ended, the newest last.
#[must_use]
pub fn unfinished(folder: &Path, instance: &str) -> Vec<UndoFile> {
    let prefix = format!("{}-", stem(instance));
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let named = entries.map(|entry| entry.path()).filter(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with(&prefix) && path.extension().is_some_and(|end| end == "json")
    });
    let mut files: Vec<UndoFile> = named
        // A file that can't be read isn't one that can be gone on with.
        .filter_map(|path| UndoFile::read(&path).ok())
        .filter(|file| matches!(file.state(), UndoState::Applying | UndoState::RollingBack))
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// How the names of an instance's undo files begin.
fn stem(instance: &str) -> String {
    format!("ccr2tcr-network-{instance}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tencent::InstanceKind;

    fn instance() -> Instance {
        Instance {
            id: "tcr-1".to_owned(),
            name: "prod".to_owned(),
            region: Region::guangzhou(),
            status: "Running".to_owned(),
            kind: InstanceKind::Basic,
            public_domain: None,
            internal_endpoint: None,
            anonymous: false,
            token_hours: 1,
            prepaid: None,
        }
    }

    fn link(subnet: &str) -> Step {
        let (vpc, subnet) = ("vpc-1".to_owned(), subnet.to_owned());
        Step::CreateLink { vpc, subnet, region: None }
    }

    #[test]
    fn a_killed_run_is_gone_on_with_and_an_ended_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let run = |command| UndoFile::for_run(command, &instance(), None, folder.path());
        let mut first = run("apply").unwrap();
        assert!(!first.is_there(), "nothing is written before the first step");
        first.begin(&link("subnet-1")).unwrap();

        let mut second = run("apply").unwrap();
        assert_eq!(second.path(), first.path());
        assert!(second.has(&link("subnet-2")), "a link is the VPC's, whatever the subnet");
        second.begin(&link("subnet-2")).unwrap();
        second.confirm(&link("subnet-2")).unwrap();
        let steps: Vec<_> =
            second.did().iter().map(|done| (done.step.clone(), done.confirmed)).collect();
        assert_eq!(steps, [(link("subnet-2"), true)]);
        assert!(matches!(run("remove"), Err(UndoError::Other { .. })));

        second.enter(UndoState::Applied).unwrap();
        assert_ne!(run("apply").unwrap().path(), second.path());
        let named = UndoFile::for_run("apply", &instance(), Some(second.path()), folder.path());
        assert!(matches!(named, Err(UndoError::Ended(_))));
    }

    #[test]
    fn a_run_that_did_nothing_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = UndoFile::for_run("apply", &instance(), None, folder.path()).unwrap();
        file.enter(UndoState::Applied).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

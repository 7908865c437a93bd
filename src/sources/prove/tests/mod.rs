//! Proofs with `sh` as what renders.

mod comparing;
mod copying;
mod ending;
mod properties;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tokio_util::sync::CancellationToken;

use super::*;

/// What a rewrite makes of a rendering.
fn map(text: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(text).replace("ccr.example/", "tcr.example/").into_bytes()
}

/// A folder with files, and what will be in some of them.
struct Files {
    folder: tempfile::TempDir,
    new: BTreeMap<PathBuf, Vec<u8>>,
    limits: Limits,
    below: PathBuf,
    stop: CancellationToken,
}

impl Files {
    /// Outside of Git.
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (limits, below, stop) = (Limits::default(), PathBuf::new(), CancellationToken::new());
        let this = Self { folder, new: BTreeMap::new(), limits, below, stop };
        for (name, content) in files {
            this.write(name, content);
        }
        this
    }

    /// Committed.
    fn in_git(files: &[(&str, &str)]) -> Self {
        let this = Self::new(files);
        this.git(&["init", "-q"]);
        this.commit();
        this
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.root().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.root()).args(["-c", "user.name=a", "-c", "user.email=a@b"]);
        command.args(["-c", "protocol.file.allow=always"]).args(arguments);
        let status = command.env("GIT_CONFIG_GLOBAL", "/dev/null").status().unwrap();
        assert!(status.success(), "{arguments:?}");
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", "all"]);
    }

    /// The same with this to be written into a file.
    fn rewriting(mut self, name: &str, content: &str) -> Self {
        self.new.insert(name.into(), content.into());
        self
    }

    async fn prove(&self, commands: &[&str]) -> Result<Proven, ProveError> {
        let commands: Vec<_> = commands.iter().map(ToString::to_string).collect();
        let (root, folder) = (self.root().to_owned(), self.below.clone());
        let tree = Tree { root, folder, new: self.new.clone() };
        let limits = self.limits;
        prove(ProveRequest { commands: &commands, tree, map: &map, limits }, &self.stop).await
    }

    /// What one command comes to.
    async fn proof(&self, command: &str) -> Proof {
        self.prove(&[command]).await.unwrap().proofs.remove(0)
    }

    /// All that is in the folder, `.git` apart.
    fn contents(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut all = BTreeMap::new();
        let mut rest = vec![self.root().to_owned()];
        while let Some(folder) = rest.pop() {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.file_name() == ".git" {
                    continue;
                }
                if entry.file_type().unwrap().is_dir() {
                    rest.push(entry.path());
                }
                all.insert(entry.path(), fs::read(entry.path()).ok());
            }
        }
        all
    }
}

impl Proof {
    /// Fails unless the commands render the same.
    #[track_caller]
    fn holds_with(&self, expected_lines: usize, mapped_lines: usize) -> Expected {
        let Outcome::Same { lines, mapped, expected } = &self.outcome else { panic!("{self:#?}") };
        assert_eq!((*lines, *mapped), (expected_lines, mapped_lines));
        *expected
    }

    #[track_caller]
    fn diff(&self) -> &str {
        let Outcome::Different { diff, .. } = &self.outcome else { panic!("{self:#?}") };
        diff
    }
}

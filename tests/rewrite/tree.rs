//! A Git work tree with files that name the sandbox's CCR.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Run, Sandbox, run};

/// What most of the tests have in CCR.
pub(super) const ACCOUNT: &str = "
version: 1
docker_login: [ccr, tcr]
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1, v2], layers: [1kB]}]}
          - {name: api, images: [{tags: [v1], layers: [2kB]}]}
          - {name: job, images: [{tags: [v1], layers: [2kB]}]}
          - {name: new, images: [{tags: [v1], layers: [2kB]}]}
enterprise: [{namespaces: [{name: shop}]}]
";

/// A folder of files beside a sandbox; they have `CCR` and `TCR` where the hosts of the registries
/// stand.
pub(super) struct Tree<'a> {
    pub(super) sandbox: &'a Sandbox,
    folder: PathBuf,
}

impl<'a> Tree<'a> {
    /// A folder that Git doesn't know.
    pub(super) fn new(sandbox: &'a Sandbox, files: &[(&str, &str)]) -> Self {
        let folder = sandbox.folder().join("tree");
        std::fs::create_dir_all(&folder).unwrap();
        let tree = Self { sandbox, folder };
        for (name, content) in files {
            tree.write(name, content);
        }
        tree
    }

    /// The same, with everything committed.
    pub(super) fn committed(sandbox: &'a Sandbox, files: &[(&str, &str)]) -> Self {
        let tree = Self::new(sandbox, files);
        tree.git(&["init", "-q"]).ends_with(0);
        tree.commit();
        tree
    }

    pub(super) fn commit(&self) {
        self.git(&["add", "-A"]).ends_with(0);
        self.git(&["commit", "-qm", "x"]).ends_with(0);
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The hosts in their places.
    pub(super) fn filled(&self, text: &str) -> String {
        text.replace("CCR", self.sandbox.ccr()).replace("TCR", self.sandbox.tcr())
    }

    pub(super) fn write(&self, name: &str, content: &str) {
        let path = self.folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, self.filled(content)).unwrap();
    }

    pub(super) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).unwrap()
    }

    pub(super) fn assert_reads(&self, name: &str, content: &str) {
        assert_eq!(self.read(name), self.filled(content), "{name}");
    }

    pub(super) fn git(&self, arguments: &[&str]) -> Run {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=x", "-c", "user.email=x@example.com"]).args(arguments);
        git.current_dir(&self.folder).env("HOME", self.sandbox.folder());
        run(&mut git)
    }

    /// `docker ccr2tcr rewrite` in the folder.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.sandbox.plugin(&[&["rewrite"], arguments].concat());
        command.current_dir(&self.folder);
        command
    }

    pub(super) fn rewrite(&self, arguments: &[&str]) -> Run {
        run(&mut self.command(arguments))
    }
}

//! distribution 3, the successor of Debian's docker-registry: one store, and one or more registries
//! that serve it, each set up in its own way.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::process::Process;
use crate::support::built::built;
use crate::support::tool;

/// Where registries keep their files.
pub(crate) struct Store {
    folder: tempfile::TempDir,
}

impl Store {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A file for the settings of a registry.
    pub(crate) fn file(&self, name: &str, content: &str) -> PathBuf {
        crate::support::write(self.folder.path(), name, content)
    }

    /// What a registry's storage driver takes for its root.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// A running registry. It ends when it is dropped.
pub(crate) struct Distribution {
    host: String,
    process: Process,
}

impl Distribution {
    /// One that serves a store. `settings` are merged into its configuration (RFC 7396), which
    /// else says nothing of logins, TLS and the like.
    #[track_caller]
    pub(crate) fn serve(store: &Store, name: &str, settings: &Value) -> Self {
        let mut config = json!({
            "version": "0.1",
            "log": {"level": "info", "accesslog": {"disabled": false}},
            "storage": {"filesystem": {"rootdirectory": store.root()}},
            "http": {"addr": "127.0.0.1:0", "secret": "shared by all that serve this store"},
        });
        json_patch::merge(&mut config, settings);
        // JSON is YAML.
        let file = store.file(&format!("{name}.yml"), &config.to_string());
        let mut command = tool(
            built(
                "registries",
                "distribution",
                "github.com/distribution/distribution/v3",
                "registry",
            )
            .to_str()
            .unwrap(),
        );
        command.env("OTEL_TRACES_EXPORTER", "none").arg("serve").arg(file);
        let mut process = Process::start(&mut command, store.path(), name);
        let host = process.says("listening on ");
        Self { host, process }
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// How many requests came with one of these methods.
    pub(crate) fn count(&self, methods: &[&str]) -> usize {
        let log = self.process.log();
        let is_one =
            |line: &&str| methods.iter().any(|method| line.contains(&format!("\"{method} /v2/")));
        log.lines().filter(is_one).count()
    }
}

//! Two small registries, of which each can something that the large ones can't: olareg has the
//! referrers API, and crane's keeps whatever it is given.

use super::process::{Process, free_port};
use crate::support::built::built;
use crate::support::tool;

/// A running registry without a login. It ends when it is dropped.
pub(crate) struct SmallRegistry {
    host: String,
    _process: Process,
    _folder: tempfile::TempDir,
}

impl SmallRegistry {
    /// `127.0.0.1:PORT`
    pub(crate) fn host(&self) -> &str {
        &self.host
    }
}

/// olareg, in memory.
pub(crate) fn olareg(flags: &[&str]) -> SmallRegistry {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut command =
        tool(built("registries", "olareg", "github.com/olareg/olareg", "olareg").to_str().unwrap());
    command.args(["serve", "--addr", "127.0.0.1", "--store-type", "mem", "--port"]);
    command.arg(port.to_string()).args(flags).current_dir(&folder);
    let mut process = Process::start(&mut command, folder.path(), "olareg");
    let host = format!("127.0.0.1:{port}");
    process.listens(&host);
    SmallRegistry { host, _process: process, _folder: folder }
}

/// The registry in crane.
pub(crate) fn crane() -> SmallRegistry {
    let folder = tempfile::tempdir().unwrap();
    let mut command = tool(
        built("registries", "crane", "github.com/google/go-containerregistry", "crane")
            .to_str()
            .unwrap(),
    );
    command.args(["registry", "serve", "--address", "127.0.0.1:0"]);
    let mut process = Process::start(&mut command, folder.path(), "crane");
    let host = format!("127.0.0.1:{}", process.says("serving on port "));
    SmallRegistry { host, _process: process, _folder: folder }
}

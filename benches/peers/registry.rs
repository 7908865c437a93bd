//! Debian's `docker-registry` on a free port of this machine, with its storage and its access log
//! in a folder of its own.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::link::{Link, Side};
use super::measure;
use super::requests::Requests;
use super::store::Store;

/// A running registry. It ends when it is dropped; its files are its owner's.
pub(crate) struct Registry {
    process: Child,
    host: String,
    store: Store,
    log: PathBuf,
    /// How much of the log has been counted.
    counted: u64,
}

impl Registry {
    /// Starts one on what is in this folder, and waits until it answers.
    pub(crate) fn start(folder: &Path, link: &Link, side: Side) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        // Between looking for a free port and listening on it, somebody else may take it.
        for _ in 0..5 {
            if let Some(registry) = Self::try_start(folder, link, side)? {
                return Ok(registry);
            }
        }
        bail!("docker-registry finds no free port")
    }

    fn try_start(folder: &Path, link: &Link, side: Side) -> Result<Option<Self>> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let host = format!("127.0.0.1:{port}");
        let (config, log) = (folder.join("config.yml"), folder.join("access.log"));
        // As Debian sets it up: no cache of descriptors, nothing validated beyond what is built in.
        let text = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage:\n  filesystem: {{rootdirectory: '{}'}}\nhttp: {{addr: '{host}', secret: bench{}}}\n{}",
            Self::root(folder).display(),
            link.registry_tls(),
            link.registry_auth(side),
        );
        std::fs::write(&config, text)?;
        let process = Command::new("docker-registry")
            .arg("serve")
            .arg(&config)
            .stdout(File::create(&log)?)
            .stderr(Stdio::null())
            .spawn()
            .context("docker-registry is not installed; `make bench` does it")?;
        let mut registry = Self { process, host, store: Self::store_in(folder), log, counted: 0 };
        let begin = Instant::now();
        loop {
            if registry.process.try_wait()?.is_some() {
                return Ok(None);
            }
            if TcpStream::connect(&registry.host).is_ok() {
                return Ok(Some(registry));
            }
            if begin.elapsed() > Duration::from_secs(20) {
                bail!("docker-registry doesn't start");
            }
            sleep(Duration::from_millis(20));
        }
    }

    fn root(folder: &Path) -> PathBuf {
        folder.join("store")
    }

    /// Where the files of a registry in this folder are, whether it runs or not.
    pub(crate) fn store_in(folder: &Path) -> Store {
        Store::below(&Self::root(folder))
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Its files.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Seconds of CPU that it has taken so far, in both modes.
    pub(crate) fn cpu(&self) -> Result<f64> {
        measure::cpu(self.process.id())
    }

    /// What was asked since the last time that this was called. To be called when no client is left.
    pub(crate) fn requests(&mut self) -> Result<Requests> {
        // A line is written when its answer is done, which is a moment after the client has it.
        let mut size = std::fs::metadata(&self.log)?.len();
        loop {
            sleep(Duration::from_millis(100));
            let now = std::fs::metadata(&self.log)?.len();
            if now == size {
                break;
            }
            size = now;
        }
        let mut file = File::open(&self.log)?;
        file.seek(SeekFrom::Start(self.counted))?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        self.counted += text.len() as u64;
        Ok(Requests::of(&text))
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

//! Debian's `docker-registry`: what Harbor, and so TCR, keeps its blobs with.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::tool;

/// A running registry on a free port, empty, without a login. It ends when it is dropped.
pub(crate) struct DockerRegistry {
    process: Child,
    host: String,
    folder: tempfile::TempDir,
}

impl DockerRegistry {
    /// Starts one and waits until it answers.
    pub(crate) fn start() -> Self {
        Self::start_in("", || tempfile::tempdir().unwrap())
    }

    /// One that takes images whose layers are fetched from elsewhere.
    pub(crate) fn start_taking_urls() -> Self {
        Self::start_in("validation: {disabled: true}\n", || tempfile::tempdir().unwrap())
    }

    /// One that keeps its files in memory, where there is room: for many small images.
    pub(crate) fn start_in_memory() -> Self {
        let memory = "/dev/shm";
        let has_room = room(memory).is_some_and(|bytes| bytes > 1 << 30);
        let folder = if has_room { memory.into() } else { std::env::temp_dir() };
        Self::start_in("", || tempfile::tempdir_in(&folder).unwrap())
    }

    fn start_in(settings: &str, folder: impl Fn() -> tempfile::TempDir) -> Self {
        // The port is free when it is looked for; by the time the registry wants it, a client of
        // another test may have it.
        (0..5)
            .find_map(|_| Self::try_start(settings, folder()))
            .expect("docker-registry finds no port")
    }

    fn try_start(settings: &str, folder: tempfile::TempDir) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let host = format!("127.0.0.1:{port}");
        let own = folder.path().display().to_string();
        let config = folder.path().join("config.yml");
        let store = folder.path().join("store");
        std::fs::write(
            &config,
            format!(
                "version: 0.1\nlog: {{level: error}}\nstorage:\n  filesystem: {{rootdirectory: {}}}\n  delete: {{enabled: true}}\nhttp: {{addr: '{host}', headers: {{X-Own: ['{own}']}}}}\n{settings}",
                store.display()
            ),
        )
        .unwrap();
        let process = tool("docker-registry")
            // Cleaning up after itself is a third of its work otherwise.
            .env("GOGC", "400")
            .arg("serve")
            .arg(&config)
            .stdout(std::fs::File::create(folder.path().join("access.log")).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .expect("docker-registry is not installed; `make test` does it");
        let mut registry = Self { process, host, folder };
        let begin = Instant::now();
        loop {
            let answers = is_own(&registry.host, &own);
            if registry.process.try_wait().unwrap().is_some() {
                return None;
            }
            if answers {
                return Some(registry);
            }
            assert!(begin.elapsed() < Duration::from_secs(20), "docker-registry doesn't start");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// How many requests came that changed something, or tried to.
    pub(crate) fn writes(&self) -> usize {
        self.count(&["POST", "PUT", "PATCH", "DELETE"])
    }

    /// How many requests came with one of these methods.
    pub(crate) fn count(&self, methods: &[&str]) -> usize {
        let log = std::fs::read_to_string(self.folder.path().join("access.log")).unwrap();
        let is_one =
            |line: &&str| methods.iter().any(|method| line.contains(&format!("\"{method} /v2/")));
        log.lines().filter(is_one).count()
    }
}

/// Whether it is this registry that answers there, and not another process that took the port first.
fn is_own(host: &str, own: &str) -> bool {
    let ask = || {
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /v2/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
        let mut text = Vec::new();
        stream.read_to_end(&mut text)?;
        std::io::Result::Ok(text)
    };
    ask().is_ok_and(|text| String::from_utf8_lossy(&text).contains(own))
}

impl Drop for DockerRegistry {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The bytes that are free in a file system.
fn room(folder: &str) -> Option<u64> {
    let output = tool("df").args(["--output=avail", "--block-size=1", folder]).output().ok()?;
    String::from_utf8_lossy(&output.stdout).lines().nth(1)?.trim().parse().ok()
}

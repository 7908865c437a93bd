//! A registry as a process: started, waited for, ended.

use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A process that logs to a file. It ends when it is dropped.
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a command whose output goes to a file of `folder`.
    pub(super) fn start(command: &mut Command, folder: &Path, name: &str) -> Self {
        let log = folder.join(format!("{name}.log"));
        let output = File::create(&log).unwrap();
        command.stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output);
        Self { child: command.spawn().unwrap(), log }
    }

    /// Waits for a word of the log, and gives what stands behind it up to a space or a quote.
    #[track_caller]
    pub(super) fn says(&mut self, word: &str) -> String {
        self.wait(|log| {
            let (_, rest) = log.split_once(word)?;
            let end = rest.find([' ', ',', '"', '\n'])?;
            Some(rest[..end].to_owned())
        })
    }

    /// Waits until something listens at an address.
    #[track_caller]
    pub(super) fn listens(&mut self, host: &str) {
        self.wait(|_| TcpStream::connect(host).ok().map(drop));
    }

    #[track_caller]
    fn wait<T>(&mut self, look: impl Fn(&str) -> Option<T>) -> T {
        let begin = Instant::now();
        loop {
            let ended = self.child.try_wait().unwrap();
            let log = self.log();
            if let Some(found) = look(&log) {
                return found;
            }
            assert!(ended.is_none(), "it ended with {ended:?}:\n{log}");
            assert!(begin.elapsed() < Duration::from_secs(20), "it doesn't start:\n{log}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// All that it has said.
    pub(super) fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap()).into_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that is free now.
pub(super) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

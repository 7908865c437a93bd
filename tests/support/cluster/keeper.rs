//! Programs that end with this process, however it ends.
//!
//! The control plane is shared by all tests, so it sits in a static, and a static is never dropped.
//! A shell watches instead: it reads a pipe whose other end this process holds. When that closes,
//! be it after the last test or by `kill -9`, the shell kills what was started and removes the
//! folder. Dropping a keeper takes the same way.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::support::tool;

/// `$0` is the folder. What begins while the others are killed must not be missed: its number can't
/// be written down once the folder for that has another name. Ctrl-C reaches the shell too, and must not end it before the others.
const WATCH: &str = r#"
trap '' INT TERM HUP
while read -r line; do :; done
mv "$0/processes" "$0/ended"
for process in "$0"/ended/*; do kill -9 "${process##*/}"; done
tries=0
until rm -rf "$0" || [ $((tries += 1)) -gt 50 ]; do sleep 0.1; done
"#;

/// A process writes its own number down before it becomes the program: there is no moment at which
/// it runs and the watching shell doesn't know it. If that has done its work already, the file
/// can't be made, and nothing is started.
const BEGIN: &str = r#": > "$0/processes/$$" && exec "$@""#;

/// Started programs, and the folder that they keep their files in.
pub(crate) struct Keeper {
    folder: PathBuf,
    watcher: Child,
    running: Vec<(String, Child)>,
}

impl Keeper {
    /// A new folder, and a shell that watches it.
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("ccr2tcr-cluster-").tempdir().unwrap().keep();
        std::fs::create_dir(folder.join("processes")).unwrap();
        let watcher = tool("sh")
            .args(["-c", WATCH])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { folder, watcher, running: Vec::new() }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts a program; what it says goes to `NAME.log` in the folder.
    pub(crate) fn start(&mut self, name: &str, program: &Path, arguments: &[String]) {
        let log = std::fs::File::create(self.folder.join(format!("{name}.log"))).unwrap();
        let child = tool("sh")
            .args(["-c", BEGIN])
            .arg(&self.folder)
            .arg(program)
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.running.push((name.to_owned(), child));
    }

    /// The numbers of the processes that were started.
    pub(crate) fn processes(&self) -> Vec<u32> {
        self.running.iter().map(|(_, child)| child.id()).collect()
    }

    /// Whether one of the programs ended by itself.
    pub(crate) fn lost_one(&mut self) -> bool {
        self.running.iter_mut().any(|(_, child)| child.try_wait().unwrap().is_some())
    }

    /// Kills one program.
    pub(crate) fn end(&mut self, name: &str) {
        let place = self.running.iter().position(|(known, _)| known == name).unwrap();
        let (_, mut child) = self.running.remove(place);
        // Once it has been waited for, its number may be another process's.
        std::fs::remove_file(self.folder.join("processes").join(child.id().to_string())).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// The last words of a program.
    pub(crate) fn log(&self, name: &str) -> String {
        let text = std::fs::read(self.folder.join(format!("{name}.log"))).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        // What doesn't end here is past helping; a panic within a panic would hide the first.
        let _ = self.watcher.wait();
        for (_, child) in &mut self.running {
            let _ = child.wait();
        }
    }
}

//! What runs on this machine, and with which arguments.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// The argument lists of all processes that ran while it watched.
pub(crate) struct Watcher {
    done: Arc<AtomicBool>,
    thread: JoinHandle<BTreeSet<String>>,
}

impl Watcher {
    pub(crate) fn start() -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let told = done.clone();
        let thread = std::thread::spawn(move || {
            let mut seen = BTreeSet::new();
            while !told.load(Ordering::Relaxed) {
                seen.extend(command_lines());
                std::thread::sleep(Duration::from_millis(2));
            }
            seen
        });
        Self { done, thread }
    }

    /// What it saw, arguments parted by spaces.
    pub(crate) fn end(self) -> Vec<String> {
        self.done.store(true, Ordering::Relaxed);
        self.thread.join().unwrap().into_iter().collect()
    }
}

fn command_lines() -> impl Iterator<Item = String> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter(|entry| entry.file_name().to_string_lossy().bytes().all(|b| b.is_ascii_digit()))
        .filter_map(|entry| command_line(&entry.path().join("cmdline")))
}

/// `None` if the process has ended meanwhile.
fn command_line(path: &Path) -> Option<String> {
    // In one read: between two, a process may become another program.
    let mut text = vec![0; 1 << 16];
    let length = File::open(path).ok()?.read(&mut text).ok()?;
    Some(String::from_utf8_lossy(&text[..length]).replace('\0', " "))
}

/// Whether a process had these words among its arguments.
pub(crate) fn saw(lines: &[String], words: &str) -> bool {
    lines.iter().any(|line| line.contains(words))
}

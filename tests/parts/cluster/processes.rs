//! Nothing that the tests start outlives them.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use crate::support::cluster::Keeper;
use crate::support::tool;

/// Set for a second process with this program's tests, in which `holder` is not empty.
const WAY: &str = "CCR2TCR_TEST_WAY_TO_END";

/// In that process: starts something in a static, as the shared control plane is, and ends.
#[test]
fn holder() {
    static HELD: OnceLock<Mutex<Keeper>> = OnceLock::new();
    let Ok(way) = std::env::var(WAY) else { return };
    let held = HELD.get_or_init(|| Mutex::new(Keeper::new()));
    let mut keeper = held.lock().unwrap();
    for name in ["one", "two"] {
        keeper.start(name, Path::new("sleep"), &["1000".to_owned()]);
    }
    let processes: Vec<String> = keeper.processes().iter().map(u32::to_string).collect();
    println!("\nheld {} {}", keeper.folder().display(), processes.join(" "));
    match way.as_str() {
        "return" => {}
        "panic" => panic!("as told"),
        _ => std::thread::sleep(Duration::from_secs(1000)),
    }
}

#[test]
fn what_was_started_ends_with_the_process_however_that_ends() {
    for way in ["return", "panic", "kill"] {
        let mut process = tool(std::env::current_exe().unwrap().to_str().unwrap())
            .args(["--exact", "parts::cluster::processes::holder", "--nocapture"])
            .env(WAY, way)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let held = lines.find_map(|line| line.unwrap().strip_prefix("held ").map(str::to_owned));
        let held = held.expect("the holder says what it holds");
        let (folder, processes) = held.split_once(' ').unwrap();
        if way == "kill" {
            processes.split(' ').for_each(begins);
            assert!(Path::new(folder).is_dir(), "{held}");
            // SIGKILL, which can't be handled.
            process.kill().unwrap();
        }
        assert_eq!(process.wait().unwrap().success(), way == "return");
        let begin = Instant::now();
        while processes.split(' ').any(runs) || Path::new(folder).exists() {
            assert!(begin.elapsed() < Duration::from_secs(10), "{way}: {held}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn a_keeper_that_is_dropped_leaves_nothing() {
    let mut keeper = Keeper::new();
    let folder = PathBuf::from(keeper.folder());
    keeper.start("long", Path::new("sleep"), &["1000".to_owned()]);
    keeper.start("short", Path::new("sh"), &["-c".to_owned(), "echo gone".to_owned()]);
    let process = keeper.processes()[0].to_string();
    let begin = Instant::now();
    while !keeper.lost_one() {
        assert!(begin.elapsed() < Duration::from_secs(10), "the short one doesn't end");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(keeper.log("short"), "gone");
    begins(&process);
    drop(keeper);
    assert!(!runs(&process));
    assert!(!folder.exists());
}

/// Waits until a process has become the program that it was started for.
fn begins(process: &str) {
    let begin = Instant::now();
    while !runs(process) {
        assert!(begin.elapsed() < Duration::from_secs(10), "{process} does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether a process has not ended. A zombie has no command line.
fn runs(process: &str) -> bool {
    let words = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    // Another program may have got the number meanwhile.
    !words.is_empty() && String::from_utf8_lossy(&words).contains("1000")
}

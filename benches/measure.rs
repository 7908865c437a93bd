//! Runs a program to its end and says what it cost, by GNU `time`: it has the kernel's account of
//! the program and of all that the program started and waited for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// What a run took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Seconds of CPU outside the kernel.
    pub(crate) user: f64,
    /// Seconds of CPU inside the kernel.
    pub(crate) system: f64,
    /// The most resident memory in KiB: exact for one process, the sum of samples for several.
    pub(crate) memory: u64,
}

/// How a program ended.
#[derive(Debug)]
pub(crate) enum End {
    /// With exit code 0.
    Well(Cost),
    /// With another one; the last lines that it wrote.
    Failed(String),
    /// It was stopped after the limit.
    TooLong,
}

/// How long to sleep between two looks at a process: the wall time is good to this.
const LOOK: Duration = Duration::from_millis(2);

/// How often memory is summed up where a tool is several processes.
const SAMPLE: Duration = Duration::from_millis(50);

/// Runs a command line with nothing of this process's environment but `PATH`, and these variables, in
/// this folder, where its home and its Docker configuration are [`home`], and leaves what it wrote.
pub(crate) fn run(
    line: &[String],
    variables: &[(&str, PathBuf)],
    folder: &Path,
    limit: Duration,
) -> Result<End> {
    let (home, said, account) = (home(folder), folder.join("said.txt"), folder.join("cost.txt"));
    fs::create_dir_all(&home)?;
    let output = fs::File::create(&said)?;
    let mut command = Command::new("time");
    command.args(["--quiet", "--format=%U %S %M", "--output"]).arg(&account).args(line);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("LANG", "C.UTF-8").env("HOME", &home).env("DOCKER_CONFIG", &home);
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    command.current_dir(folder).stdin(Stdio::null());
    command.stdout(output.try_clone()?).stderr(output);

    let several = line[0] == "xargs";
    let (mut memory, mut sampled) = (0, Instant::now());
    let begin = Instant::now();
    let mut process = command.spawn().context("GNU time is not installed; `make bench` does it")?;
    let status = loop {
        if let Some(status) = process.try_wait()? {
            break status;
        }
        if begin.elapsed() > limit {
            stop(process.id())?;
            process.wait()?;
            return Ok(End::TooLong);
        }
        if several && sampled.elapsed() > SAMPLE {
            memory = memory.max(resident(process.id()));
            sampled = Instant::now();
        }
        sleep(LOOK);
    };
    let wall = begin.elapsed().as_secs_f64();
    if !status.success() {
        let said = fs::read(&said)?;
        let said = String::from_utf8_lossy(&said);
        let last: Vec<&str> = said.lines().rev().take(4).collect();
        return Ok(End::Failed(last.into_iter().rev().collect::<Vec<_>>().join(" / ")));
    }
    let text = fs::read_to_string(&account)?;
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [user, system, largest] = numbers[..] else { bail!("GNU time wrote `{text}`") };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole KiB")]
    let memory = memory.max(largest as u64);
    Ok(End::Well(Cost { wall, user, system, memory }))
}

/// The home of what runs in a folder.
pub(crate) fn home(folder: &Path) -> PathBuf {
    folder.join("home")
}

/// Seconds of CPU that a running process has taken so far, in both modes.
pub(crate) fn cpu(process: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The program's name may hold spaces; it ends with the last bracket.
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: Vec<f64> = fields.skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
    // Linux shows it in hundredths on every machine.
    Ok(ticks.iter().sum::<f64>() / 100.0)
}

/// Ends a process and all that it started, which would go on without it.
fn stop(id: u32) -> Result<()> {
    let line = format!("kill -KILL {} 2>/dev/null || true", family(id).join(" "));
    Command::new("sh").args(["-c", &line]).status()?;
    Ok(())
}

/// Resident KiB of a process and of those below it.
fn resident(id: u32) -> u64 {
    let sizes = family(id).into_iter().filter_map(|id| {
        // One that has just ended has no memory any more.
        let status = fs::read_to_string(Path::new("/proc").join(id).join("status")).ok()?;
        let size = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        size.split_whitespace().next()?.parse::<u64>().ok()
    });
    sizes.sum()
}

/// A process and those below it.
fn family(id: u32) -> Vec<String> {
    let mut all = Vec::new();
    let mut next = vec![id.to_string()];
    while let Some(id) = next.pop() {
        let children = fs::read_to_string(
            Path::new("/proc").join(&id).join("task").join(&id).join("children"),
        );
        next.extend(children.unwrap_or_default().split_whitespace().map(str::to_owned));
        all.push(id);
    }
    all
}

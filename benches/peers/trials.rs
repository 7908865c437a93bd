//! Two trials of ours alone: killed in the middle and run again, and a target that is slow.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use rand::Rng as _;

use super::equality;
use super::link::Access;
use super::measure::{self, End};
use super::proxy::Proxy;
use super::stage::{Series, Stage};
use super::tools::{Job, Tool};

/// How slow a slow target is.
const SLOW: u64 = 1_000_000;

impl Stage<'_> {
    /// Kills a cold copy at a random moment, looks whether any tag lacks something, runs it again,
    /// and tells what was fetched twice.
    pub(crate) fn kills(&self, count: usize) -> Result<String> {
        let mut series = self.series(Access::Open, 0)?;
        let blobs: HashSet<_> = self.filled.tags.iter().flat_map(|tag| &tag.blobs).collect();
        let distinct: u64 = blobs.iter().map(|blob| blob.size).sum();
        let whole = self.undisturbed(&mut series)?;
        let (mut again, mut tags, mut took) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..count {
            let folder = tempfile::tempdir_in(&self.folder)?;
            let target = series.target(&folder)?;
            let line = self.line(&series, target.host(), folder.path())?;
            let moment = whole.mul_f64(rand::rng().random_range(0.02..0.98));
            let mut process = start(&line, folder.path())?;
            sleep(moment);
            process.kill()?;
            process.wait()?;
            let first = series.source.requests()?.blob_bytes;
            let there = equality::whole(target.store(), &self.filled.tags)?;
            let limit = Duration::from_secs(self.options.limit);
            let End::Well(cost) = measure::run(&line, &[], folder.path(), limit)? else {
                bail!("the run after kill {number} at {moment:?} did not end well");
            };
            equality::check(target.store(), &self.filled.tags)?;
            let second = series.source.requests()?.blob_bytes;
            again.push((first + second).saturating_sub(distinct));
            tags.push(there as u64);
            took.push(cost.wall);
            eprintln!("  kill {number} at {moment:.2?}: {there} tags there, all after");
        }
        let all = self.filled.tags.len();
        Ok(format!(
            "`{}`, kill -9 at {count} random moments of a cold copy of {:.1} s, each followed by a run: {count} of {count} converged, no tag lacked anything.\n\n| | least | median | most |\n|---|---:|---:|---:|\n| tags there when it was killed, of {all} | {} |\n| fetched again, MB of {:.1} | {} |\n| the run after, s | {} |\n",
            self.name.text(),
            whole.as_secs_f64(),
            three(&tags, u64::to_string),
            megabytes(distinct),
            three(&again, |bytes| format!("{:.1}", megabytes(*bytes))),
            three_seconds(took),
        ))
    }

    /// Copies into a slow target for a while, and shows what memory it takes.
    pub(crate) fn slow(&self, seconds: u64) -> Result<String> {
        let series = self.series(Access::Open, 0)?;
        let folder = tempfile::tempdir_in(&self.folder)?;
        let target = series.target(&folder)?;
        let way = Proxy::narrow(target.host(), SLOW)?;
        let line = self.line(&series, way.host(), folder.path())?;
        let mut process = start(&line, folder.path())?;
        let begin = Instant::now();
        let mut text = format!(
            "`{}` into a target that takes 1 MB/s\n\n| s | MiB |\n|---:|---:|\n",
            self.name.text()
        );
        let step = (seconds / 12).max(1);
        while begin.elapsed().as_secs() < seconds {
            sleep(Duration::from_secs(step));
            if process.try_wait()?.is_some() {
                bail!("it ended after {:?}", begin.elapsed());
            }
            let memory = resident(process.id());
            let _ = writeln!(text, "| {} | {memory:.1} |", begin.elapsed().as_secs());
        }
        process.kill()?;
        process.wait()?;
        Ok(text)
    }

    fn undisturbed(&self, series: &mut Series) -> Result<Duration> {
        let folder = tempfile::tempdir_in(&self.folder)?;
        let target = series.target(&folder)?;
        let line = self.line(series, target.host(), folder.path())?;
        let limit = Duration::from_secs(self.options.limit);
        let End::Well(cost) = measure::run(&line, &[], folder.path(), limit)? else {
            bail!("the undisturbed run did not end well");
        };
        series.source.requests()?;
        Ok(Duration::from_secs_f64(cost.wall))
    }

    fn line(&self, series: &Series, target: &str, folder: &Path) -> Result<Vec<String>> {
        let job = Job {
            corpus: self.name,
            link: &series.link,
            source: series.source.host(),
            target,
            tags: &self.filled.tags,
            overwrite: false,
        };
        Tool::Ours.command(&self.options.ours, &job, folder)
    }
}

fn start(line: &[String], folder: &Path) -> Result<Child> {
    let mut command = Command::new(&line[0]);
    command.args(&line[1..]).env_clear().env("HOME", folder).env("DOCKER_CONFIG", folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(command.spawn()?)
}

/// Resident MiB.
fn resident(id: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}

fn megabytes(bytes: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "some megabytes")]
    let bytes = bytes as f64;
    bytes / 1e6
}

fn three<T: Ord>(values: &[T], text: impl Fn(&T) -> String) -> String {
    let mut sorted: Vec<&T> = values.iter().collect();
    sorted.sort();
    let pick = [0, sorted.len() / 2, sorted.len().saturating_sub(1)];
    let words: Vec<String> =
        pick.iter().filter_map(|place| sorted.get(*place)).map(|value| text(value)).collect();
    words.join(" | ")
}

fn three_seconds(mut values: Vec<f64>) -> String {
    values.sort_by(f64::total_cmp);
    let pick = [0, values.len() / 2, values.len().saturating_sub(1)];
    let words: Vec<String> =
        pick.iter().filter_map(|place| values.get(*place)).map(|s| format!("{s:.1}")).collect();
    words.join(" | ")
}

//! The tools, and with which command line each copies a corpus. `docs/benchmarks.md` says what was
//! tried for the numbers.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use super::corpus::Name;
use super::fill::Tagged;
use super::link::{Access, LOGIN, Link};

/// Who copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Tool {
    /// `docker-ccr2tcr sync --images`.
    Ours,
    /// go-containerregistry's `crane copy --all-tags`.
    Crane,
    /// regclient's `regsync once`.
    Regsync,
    /// `skopeo sync`.
    Skopeo,
    /// Blobs alone, piped from one curl to another: what the network and the registries allow.
    Curl,
}

/// What a tool is asked to do.
pub(crate) struct Job<'a> {
    pub(crate) corpus: Name,
    pub(crate) link: &'a Link,
    /// Hosts as the tool is to call them: the registries themselves, or proxies.
    pub(crate) source: &'a str,
    pub(crate) target: &'a str,
    pub(crate) tags: &'a [Tagged],
    /// Whether the target has older images under some of these tags.
    pub(crate) overwrite: bool,
}

/// What ours is told besides, so that it has all layers of `wide` under way at once.
const OURS_WIDE: [&str; 2] = ["--jobs", "72"];

/// crane copies one repository at a time, so several of it run side by side.
const CRANES: &str = "8";
const CRANE_JOBS: &str = "16";

/// skopeo copies one image at a time, so several of it run side by side.
const SKOPEOS: &str = "8";

/// regsync copies the tags of an entry one by one, and all entries side by side. An entry for each
/// tag was slower on `company`, and failed there once.
const REGSYNC_PARALLEL: usize = 64;
const REGSYNC_REQUESTS: usize = 128;

/// How many pairs of curl run side by side.
const CURLS: &str = "8";

impl Tool {
    /// As it is called here.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Crane => "crane",
            Self::Regsync => "regsync",
            Self::Skopeo => "skopeo",
            Self::Curl => "curl",
        }
    }

    /// Whether it does the same work as ours.
    pub(crate) fn is_peer(self) -> bool {
        matches!(self, Self::Crane | Self::Regsync | Self::Skopeo)
    }

    /// Its version, if it is there.
    pub(crate) fn version(self, ours: &Path) -> Option<String> {
        let (program, flag) = match self {
            Self::Ours => (ours, "--version"),
            Self::Crane => (Path::new("crane"), "version"),
            Self::Regsync => (Path::new("regsync"), "version"),
            Self::Skopeo => (Path::new("skopeo"), "--version"),
            Self::Curl => (Path::new("curl"), "--version"),
        };
        let output = Command::new(program).arg(flag).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = text.lines().find(|line| line.contains(|letter: char| letter.is_ascii_digit()));
        let mut words = line?.split_whitespace();
        words
            .find(|word| word.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()))
            .map(str::to_owned)
    }

    /// The command line for a job; what it reads is written into the folder.
    pub(crate) fn command(self, ours: &Path, job: &Job, folder: &Path) -> Result<Vec<String>> {
        let list = folder.join("list.txt");
        let list = list.to_str().context("the folder's name is not UTF-8")?;
        let (text, line) = match self {
            Self::Ours => (job.images(), job.ours(ours, list)?),
            Self::Crane => {
                let mut line = vec!["crane", "copy", "--all-tags", "--jobs", CRANE_JOBS];
                if !job.link.access.has_tls() {
                    line.push("--insecure");
                }
                (job.repositories(true), side_by_side(list, CRANES, "2", &line))
            }
            Self::Skopeo => {
                let mut line = vec![
                    "skopeo",
                    "--insecure-policy",
                    "sync",
                    "--all",
                    "--preserve-digests",
                    "--src=docker",
                    "--dest=docker",
                ];
                if !job.link.access.has_tls() {
                    line.extend(["--src-tls-verify=false", "--dest-tls-verify=false"]);
                }
                (job.repositories(false), side_by_side(list, SKOPEOS, "2", &line))
            }
            Self::Regsync => {
                (job.regsync(), ["regsync", "once", "--config", list].map(str::to_owned).to_vec())
            }
            Self::Curl => {
                (job.blobs(), side_by_side(list, CURLS, "3", &["sh", "-c", PIPE, "pipe"]))
            }
        };
        fs::write(list, text)?;
        Ok(line)
    }
}

/// `SOURCE UPLOAD DIGEST`: one blob from a GET into a PUT.
const PIPE: &str = r#"
set -e
place=$(curl -sf -o /dev/null -w '%header{location}' -X POST "$2")
curl -sf "$1" | curl -sf -o /dev/null -X PUT -H Expect: -T - "$place&digest=$3""#;

fn side_by_side(list: &str, at_once: &str, words: &str, line: &[&str]) -> Vec<String> {
    let xargs = ["xargs", "-a", list, "-P", at_once, "-n", words];
    xargs.iter().chain(line).map(|&word| word.to_owned()).collect()
}

impl Job<'_> {
    fn ours(&self, program: &Path, list: &str) -> Result<Vec<String>> {
        let program = program.to_str().context("the program's name is not UTF-8")?;
        let mut line = vec![program, "sync", "--images", list];
        if self.overwrite {
            line.extend(["--on-conflict", "overwrite"]);
        }
        if self.corpus == Name::Wide {
            line.extend(OURS_WIDE);
        }
        Ok(line.into_iter().map(str::to_owned).collect())
    }

    fn images(&self) -> String {
        let mut text = String::new();
        for Tagged { repository, tag, .. } in self.tags {
            let (source, target) = (self.source, self.target);
            // Writing to a string can't fail.
            let _ = writeln!(text, "{source}/{repository}:{tag} {target}/{repository}:{tag}");
        }
        text
    }

    fn names(&self) -> BTreeSet<&str> {
        self.tags.iter().map(|tag| tag.repository.as_str()).collect()
    }

    /// skopeo adds the last part of the name to the target by itself.
    fn repositories(&self, whole: bool) -> String {
        let mut text = String::new();
        for name in self.names() {
            let folder = name.rsplit_once('/').map_or(name, |(folder, _)| folder);
            let end = if whole { name } else { folder };
            let _ = writeln!(text, "{}/{name} {}/{end}", self.source, self.target);
        }
        text
    }

    fn regsync(&self) -> String {
        let mut text = format!("version: 1\ndefaults: {{parallel: {REGSYNC_PARALLEL}}}\ncreds:\n");
        let mut more = String::new();
        if !self.link.access.has_tls() {
            more.push_str(", tls: disabled");
        }
        if self.link.access == Access::Tokens {
            let _ = write!(more, ", user: '{}', pass: '{}'", LOGIN.0, LOGIN.1);
        }
        for host in [self.source, self.target] {
            let _ = writeln!(
                text,
                "  - {{registry: '{host}', reqConcurrent: {REGSYNC_REQUESTS}{more}}}"
            );
        }
        text.push_str("sync:\n");
        for name in self.names() {
            let (source, target) = (self.source, self.target);
            let _ = writeln!(
                text,
                "  - {{source: '{source}/{name}', target: '{target}/{name}', type: repository}}"
            );
        }
        text
    }

    fn blobs(&self) -> String {
        let mut text = String::new();
        for tag in self.tags {
            for blob in &tag.blobs {
                let (repository, digest) = (&tag.repository, &blob.digest);
                let _ = writeln!(
                    text,
                    "http://{}/v2/{repository}/blobs/sha256:{digest} http://{}/v2/{repository}/blobs/uploads/ sha256:{digest}",
                    self.source, self.target
                );
            }
        }
        text
    }
}

//! The flags of `rewrite`, as clap declares them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::emit::Emit;
use crate::account::Settings;
use crate::image::{Glob, Pin};
use crate::sources::Also;
use crate::terminal::OutputFormat;

/// What is rewritten, and how.
#[derive(Debug, Clone, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct RewriteArgs {
    /// Files and folders [default: the current folder]; `-` reads names from standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write the files; without it, print the diff and change nothing
    #[arg(long)]
    pub write: bool,
    /// Write the diff to a file, for `git apply`
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    pub patch: Option<PathBuf>,
    /// Change nothing, ask no registry, and end with 1 while something names CCR; for CI and pre-commit
    #[arg(long, conflicts_with = "write")]
    pub check: bool,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub output: RewriteFormat,
    /// Leave out files and folders whose path matches, repeatable
    #[arg(long, value_name = "GLOB", help_heading = "Selection")]
    pub exclude: Vec<Glob>,
    /// Rewrite these, too, which are only listed otherwise
    #[arg(
        long,
        value_name = "WHAT",
        value_enum,
        value_delimiter = ',',
        help_heading = "Selection"
    )]
    pub also: Vec<AlsoWhat>,
    /// Name of the pull secret that takes the place of qcloudregistrykey in manifests
    #[arg(long, value_name = "NAME", value_parser = secret_name, help_heading = "Selection")]
    pub pull_secret: Option<String>,
    /// Write digests beside tags: `repo:tag@sha256:…`
    #[arg(
        long,
        value_name = "TAGS",
        value_enum,
        conflicts_with = "check",
        help_heading = "Selection"
    )]
    pub pin: Option<Pin>,
    /// Also rewrite where TCR can't be asked for the image; what it lacks is never rewritten
    #[arg(long)]
    pub allow_unverified: bool,
    /// Also write files with changes that are not committed
    #[arg(long)]
    pub allow_dirty: bool,
    /// Command that renders the files, such as `helm template .`: its output before the rewrite, with
    /// the names replaced, must be its output afterwards; repeatable
    #[arg(long, value_name = "COMMAND", conflicts_with = "check", help_heading = "Proof")]
    pub prove: Vec<String>,
    /// Write what brings the same about beside a file that is not yours to change, and leave that as it
    /// is: a Component for what `kustomize build` printed, values for those of a chart
    #[arg(
        long,
        value_name = "KIND=PATH",
        conflicts_with_all = ["write", "patch", "check", "prove"],
        help_heading = "Files of others"
    )]
    pub emit: Option<Emit>,
    /// The account.
    #[command(flatten)]
    pub account: Settings,
}

/// What is rewritten only if it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AlsoWhat {
    /// Source code and its tests
    Source,
    /// Documentation
    Docs,
    /// Comments
    Comments,
    /// Hosts of logins, with what is pushed; the user name and password are yours to change
    Logins,
}

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum RewriteFormat {
    /// A unified diff; with --write nothing
    #[default]
    Diff,
    /// For programs; stable and versioned
    Json,
    /// The same as YAML
    Yaml,
    /// The files, one a line
    Name,
}

impl RewriteFormat {
    /// The format that other commands have as well; `None` for `diff`.
    pub(super) fn shared(self) -> Option<OutputFormat> {
        match self {
            Self::Diff => None,
            Self::Json => Some(OutputFormat::Json),
            Self::Yaml => Some(OutputFormat::Yaml),
            Self::Name => Some(OutputFormat::Name),
        }
    }
}

impl RewriteArgs {
    pub(super) fn also(&self) -> Also {
        let has = |what| self.also.contains(&what);
        Also {
            source: has(AlsoWhat::Source),
            docs: has(AlsoWhat::Docs),
            comments: has(AlsoWhat::Comments),
            logins: has(AlsoWhat::Logins),
        }
    }
}

/// A name of a Secret: what Kubernetes takes as one (RFC 1123 subdomain).
fn secret_name(text: &str) -> Result<String, String> {
    let label = |label: &str| {
        let ends = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        ends(label.bytes().next()) && ends(label.bytes().last()) && label.bytes().all(inner)
    };
    match text.len() <= 253 && text.split('.').all(label) {
        true => Ok(text.to_owned()),
        false => Err("no Secret can have this name: a–z 0–9, - and . between".to_owned()),
    }
}

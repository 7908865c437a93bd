//! The flags that choose images.

use std::path::PathBuf;

use ccr2tcr::transfer::{ConflictPolicy, Newest, Pattern};
use clap::Args;
use jiff::Timestamp;

use crate::since::parse_since;

/// Which images; the same for `sync`, `verify` and `job`.
#[derive(Debug, Args)]
pub(crate) struct SelectArgs {
    /// NAMESPACE, NAMESPACE/REPOSITORY or NAMESPACE/REPOSITORY:TAG, with globs; nothing means everything
    #[arg(value_name = "PATTERN", conflicts_with = "images")]
    pub(crate) patterns: Vec<Pattern>,
    /// Leave these out, repeatable
    #[arg(long, value_name = "PATTERN", help_heading = "Selection", conflicts_with = "images")]
    pub(crate) exclude: Vec<Pattern>,
    /// Only the newest N tags of each repository, by push time; 0 or `all` means all
    #[arg(long, value_name = "N", default_value = "all", help_heading = "Selection")]
    pub(crate) newest: Newest,
    /// Only tags pushed since: 90d, 12h, 2w, or a date
    #[arg(long, value_name = "AGE", value_parser = parse_since, help_heading = "Selection")]
    pub(crate) since: Option<Timestamp>,
    /// Images from a list: one `SOURCE [TARGET]` a line, by tag or digest; `-` reads standard input
    #[arg(long, value_name = "FILE", help_heading = "Selection")]
    pub(crate) images: Option<PathBuf>,
    /// What to do if a tag differs on both sides
    #[arg(long, value_name = "POLICY", value_enum, default_value_t, help_heading = "Selection")]
    pub(crate) on_conflict: ConflictPolicy,
}

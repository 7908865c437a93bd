//! The flags of `report`.

use std::path::PathBuf;

use clap::Args;

use crate::language::Lang;

/// The flags of `report`.
#[derive(Debug, Args)]
pub struct PageArgs {
    /// Reports: `--report FILE` of sync and verify, `-o json` of the others
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// The page to write; an earlier page is replaced, no other file is
    #[arg(long, value_name = "FILE")]
    pub(super) html: PathBuf,
    /// The page's language [default: that of the locale]
    #[arg(long, value_name = "LANG", value_enum)]
    pub(super) lang: Option<Lang>,
}

//! `network redirect`: CCR's own domain answered by TCR inside one VPC.

use std::path::PathBuf;

use ccr2tcr::account::Settings;
use clap::Args;

use super::output::Output;
use super::vpc::plain_vpc;

pub(super) const EXAMPLES: &str = "\
Inside the VPC CCR's name then leads to the instance's link: pods go on with the names that they have,
and pull from TCR. It is the canary of a move, for one VPC. It has never been tried on a real account:
begin with a VPC that nobody depends on. Nothing is bound before everything that TCR would answer for
was compared with CCR, and before the link has answered under CCR's name, asked from this machine.

Examples:
  docker ccr2tcr network redirect --vpc vpc-1a2b3c4d --dry-run
  docker ccr2tcr network redirect --vpc vpc-1a2b3c4d
  docker ccr2tcr network redirect --vpc vpc-1a2b3c4d --remove

Afterwards CCR itself can't be asked from inside that VPC: copy and verify from elsewhere.

Exit codes: 0 all is well, 1 something stands against it, is left to do or failed, 2 could not start,
125 usage, 130 interrupted";

#[derive(Debug, Args)]
pub(crate) struct NetworkRedirectArgs {
    /// VPC whose machines are to pull from TCR under CCR's name
    #[arg(long, value_name = "VPC", value_parser = plain_vpc)]
    pub(crate) vpc: String,
    /// Take it back
    #[arg(long)]
    pub(crate) remove: bool,
    /// Compare, try, print the plan and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Don't ask for the VPC's id; required without a terminal
    #[arg(long)]
    pub(crate) yes: bool,
    /// Where to note what there was before [default: ccr2tcr-redirect-undo-TIME.json]
    #[arg(long, value_name = "FILE")]
    pub(crate) undo_file: Option<PathBuf>,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

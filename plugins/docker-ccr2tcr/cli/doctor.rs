//! The flags of `doctor`.

use ccr2tcr::account::Settings;
use ccr2tcr::checkup;
use clap::Args;

pub(super) const EXAMPLES: &str = "\
Examples:
  docker ccr2tcr doctor                              everything but clusters
  docker ccr2tcr doctor --kube-context prod          with a cluster
  docker ccr2tcr doctor --only tcr.token,network     these, and what they need
  docker ccr2tcr doctor --list                       which checks there are
  docker ccr2tcr doctor -o json --fail-on warn       for CI

Nothing is changed, pushed or stored.

Exit codes: 0 nothing failed, 1 something did (or warned, with --fail-on warn),
2 could not start, 125 usage, 130 interrupted";

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) doctor: checkup::CheckupArgs,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

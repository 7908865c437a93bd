//! The flags of `doctor`.

use ccr2tcr::account::Settings;
use ccr2tcr::checkup::CheckupArgs;
use ccr2tcr::kubernetes::ConnectionSettings;
use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) checkup: CheckupArgs,
    /// Let a node of each pool and runtime pull an image from TCR, in a pod in the namespace of -n
    #[arg(long, requires = "namespace", help_heading = "Nodes")]
    pub(crate) probe_nodes: bool,
    /// Make these pods without asking
    #[arg(long, short, requires = "probe_nodes", help_heading = "Nodes")]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) connection: ConnectionSettings,
    #[command(flatten)]
    pub(crate) account: Settings,
}

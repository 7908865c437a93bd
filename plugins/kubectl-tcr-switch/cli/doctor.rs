//! The flags of `doctor`.

use ccr2tcr::account::Settings;
use ccr2tcr::checkup::CheckupArgs;
use ccr2tcr::kubernetes::ConnectionSettings;
use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) checkup: CheckupArgs,
    #[command(flatten)]
    pub(crate) connection: ConnectionSettings,
    #[command(flatten)]
    pub(crate) account: Settings,
}

//! `apply`: plan, show, ask, apply, watch; also what no command means.

use ccr2tcr::terminal::Printer;

use super::not_built::not_built;
use crate::cli::SwitchArgs;
use crate::exit::ExitCode;
use crate::prompt::Stop;

pub(crate) async fn run(_: SwitchArgs, _: &Stop, printer: &Printer) -> anyhow::Result<ExitCode> {
    not_built("apply", printer).await
}

//! `verify`: proof that the move is complete.

use ccr2tcr::terminal::Printer;

use super::not_built::not_built;
use crate::cli::VerifyArgs;
use crate::exit::ExitCode;
use crate::prompt::Stop;

pub(crate) async fn run(_: VerifyArgs, _: &Stop, printer: &Printer) -> anyhow::Result<ExitCode> {
    not_built("verify", printer).await
}

//! `scan`: what names CCR.

use ccr2tcr::terminal::Printer;

use super::not_built::not_built;
use crate::cli::ScanArgs;
use crate::exit::ExitCode;
use crate::prompt::Stop;

pub(crate) async fn run(_: ScanArgs, _: &Stop, printer: &Printer) -> anyhow::Result<ExitCode> {
    not_built("scan", printer).await
}

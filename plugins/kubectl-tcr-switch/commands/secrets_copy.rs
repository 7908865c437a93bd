//! `secrets copy`: a login for TCR in each namespace that needs one.

use ccr2tcr::terminal::Printer;

use super::not_built::not_built;
use crate::cli::CopyArgs;
use crate::exit::ExitCode;
use crate::prompt::Stop;

pub(crate) async fn run(_: CopyArgs, _: &Stop, printer: &Printer) -> anyhow::Result<ExitCode> {
    not_built("secrets copy", printer).await
}

//! `secrets list`: pull secrets, their hosts, their users.

use ccr2tcr::terminal::Printer;

use super::not_built::not_built;
use crate::cli::ListArgs;
use crate::exit::ExitCode;
use crate::prompt::Stop;

pub(crate) async fn run(_: ListArgs, _: &Stop, printer: &Printer) -> anyhow::Result<ExitCode> {
    not_built("secrets list", printer).await
}

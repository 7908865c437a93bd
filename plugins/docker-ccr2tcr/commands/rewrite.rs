//! `docker ccr2tcr rewrite`: files that name CCR. The command is the library's.

use ccr2tcr::rewrite::{self, RewriteArgs, RewriteEnd};
use ccr2tcr::terminal::Printer;
use tokio_util::sync::CancellationToken;

use crate::exit::ExitCode;

pub(crate) async fn run(
    args: RewriteArgs,
    stop: &CancellationToken,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    Ok(match rewrite::run(args, None, stop, printer).await? {
        RewriteEnd::Done => ExitCode::Done,
        RewriteEnd::Left => ExitCode::Left,
        RewriteEnd::CouldNotStart => ExitCode::CouldNotStart,
        RewriteEnd::Interrupted => ExitCode::Interrupted,
    })
}

//! `images`: the CCR images in use.

use ccr2tcr::terminal::Printer;

use super::not_built::not_built;
use crate::cli::ImagesArgs;
use crate::exit::ExitCode;
use crate::prompt::Stop;

pub(crate) async fn run(_: ImagesArgs, _: &Stop, printer: &Printer) -> anyhow::Result<ExitCode> {
    not_built("images", printer).await
}

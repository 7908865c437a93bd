//! `secrets prune`: CCR's pull secrets out of use, where nothing needs them any more.

use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{PruneOptions, prepare_secrets_prune};
use ccr2tcr::terminal::Printer;

use super::secrets_change;
use crate::cli::PruneArgs;
use crate::exit::ExitCode;

pub(crate) async fn run(
    args: PruneArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let exclude = &args.change.exclude.exclude_object;
    let inputs = args.change.common.inputs_without(exclude);
    let options = PruneOptions {
        delete_secrets: args.delete_secrets,
        include_managed: args.change.include_managed,
    };
    let prepared = tokio::select! {
        prepared = prepare_secrets_prune(&inputs, options) => prepared,
        () = stop.soft.cancelled() => return Ok(ExitCode::Interrupted),
    };
    secrets_change::run(prepared, args.change, stop, printer).await
}

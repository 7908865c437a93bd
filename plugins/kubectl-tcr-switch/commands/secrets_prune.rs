//! `secrets prune`: CCR's pull secrets out of use, where nothing needs them any more.

use ccr2tcr::environment::Environment;
use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{PruneOptions, check_backup_place, prepare_secrets_prune};
use ccr2tcr::terminal::Printer;

use super::problems::plain;
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
    if let Some(path) = &args.secrets_backup
        && let Err(error) = check_backup_place(path, &Environment::from_process())
    {
        plain(printer, &error.to_string(), Some(error.hint()));
        return Ok(ExitCode::Error);
    }
    let prepared = tokio::select! {
        prepared = prepare_secrets_prune(&inputs, options) => prepared,
        () = stop.soft.cancelled() => return Ok(ExitCode::Interrupted),
    };
    secrets_change::run(prepared, args.change, args.secrets_backup, stop, printer).await
}

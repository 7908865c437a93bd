//! `secrets copy`: a login for TCR in each namespace that needs one.

use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{CopyOptions, prepare_secrets_copy};
use ccr2tcr::terminal::Printer;

use super::secrets_change;
use crate::cli::CopyArgs;
use crate::exit::ExitCode;

pub(crate) async fn run(
    args: CopyArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let exclude = &args.change.exclude.exclude_object;
    let inputs = args.change.common.inputs_without(exclude);
    let options = CopyOptions {
        name: &args.name,
        to_templates: args.to_templates,
        include_managed: args.change.include_managed,
    };
    let prepared = tokio::select! {
        prepared = prepare_secrets_copy(&inputs, options, args.login_source()) => prepared,
        () = stop.soft.cancelled() => return Ok(ExitCode::Interrupted),
    };
    secrets_change::run(prepared, args.change, None, stop, printer).await
}

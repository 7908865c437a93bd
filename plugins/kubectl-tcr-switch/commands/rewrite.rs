//! `rewrite`: files that name CCR. The command is the library's; what the cluster runs is asked here.

use ccr2tcr::prompt::Stop;
use ccr2tcr::rewrite::{self, InUse, RewriteEnd};
use ccr2tcr::switch::{RunningPods, ScannedObject, Scope, SwitchInputs, read_usage};
use ccr2tcr::terminal::Printer;

use super::{problems, show};
use crate::cli::RewriteFilesArgs;
use crate::exit::ExitCode;

pub(crate) async fn run(
    args: RewriteFilesArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let in_use = match args.used_by_cluster {
        true => match in_use(&args, stop, printer).await? {
            Ok(in_use) => Some(in_use),
            Err(code) => return Ok(code),
        },
        false => None,
    };
    Ok(match rewrite::run(args.files, in_use, &stop.soft, printer).await? {
        RewriteEnd::Done => ExitCode::Done,
        RewriteEnd::Left => ExitCode::Left,
        RewriteEnd::CouldNotStart => ExitCode::Error,
        RewriteEnd::Interrupted => ExitCode::Interrupted,
    })
}

/// The references to CCR that are named or run: in all namespaces, unless one is named. `Err` is how the run ends.
async fn in_use(
    args: &RewriteFilesArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<Result<InUse, ExitCode>> {
    let inputs = SwitchInputs {
        connection: &args.connection,
        account: &args.files.account,
        scope: Scope::default(),
        all_namespaces: args.connection.namespace.is_none(),
    };
    let read = tokio::select! {
        read = read_usage(&inputs, false) => read,
        () = stop.soft.cancelled() => return Ok(Err(ExitCode::Interrupted)),
    };
    let usage = match read {
        Ok(usage) => usage,
        Err(error) => return problems::prepare(printer, error).map(Err),
    };
    show::unread(printer, &usage.inventory.unread, &args.connection);
    let named = usage.inventory.objects.iter().flat_map(ScannedObject::on_ccr);
    let named = named.map(|image| image.text.as_str());
    let run = usage.inventory.pods.iter().flat_map(RunningPods::on_ccr);
    let run = run.map(|image| image.text.as_str());
    Ok(Ok(rewrite::references(named.chain(run))))
}

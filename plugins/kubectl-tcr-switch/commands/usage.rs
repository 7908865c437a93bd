//! Reading what is in use of CCR: in one cluster for `secrets list`, in several for `scan` and `images`.

use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{CcrUsage, Inventory, ScannedObject, read_usage};
use ccr2tcr::terminal::Printer;

use super::clusters::{self, Asked, Sorted};
use super::{problems, show};
use crate::cli::CommonArgs;
use crate::exit::ExitCode;

/// Reads the cluster. `Err` is how the run ends.
pub(super) async fn read(
    common: &CommonArgs,
    all_with_pods: bool,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<Result<CcrUsage, ExitCode>> {
    let inputs = common.inputs();
    let read = tokio::select! {
        read = read_usage(&inputs, all_with_pods) => read,
        () = stop.soft.cancelled() => return Ok(Err(ExitCode::Interrupted)),
    };
    read.map_or_else(|error| problems::prepare(printer, error).map(Err), |usage| Ok(Ok(usage)))
}

/// Reads each cluster. `Err` is how the run ends.
pub(super) async fn read_each<'a>(
    asked: &'a [Asked],
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<Result<Sorted<'a, CcrUsage>, ExitCode>> {
    let reading =
        clusters::read(asked, stop, async |common| read_usage(&common.inputs(), false).await);
    match reading.await {
        Some(read) => clusters::sort(asked, read, printer),
        None => Ok(Err(ExitCode::Interrupted)),
    }
}

/// Says how many references are to Tencent's own images, if there are any.
pub(super) fn tell_tencents(printer: &Printer, inventory: &Inventory) {
    show::tencents(printer, inventory.objects.iter().map(ScannedObject::tencents).sum());
}

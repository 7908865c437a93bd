//! What `scan`, `images` and `secrets list` begin with: reading what is in use of CCR.

use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{CcrUsage, Inventory, ScannedObject, read_usage};
use ccr2tcr::terminal::Printer;

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

/// Says how many references are to Tencent's own images, if there are any.
pub(super) fn tell_tencents(printer: &Printer, inventory: &Inventory) {
    show::tencents(printer, inventory.objects.iter().map(ScannedObject::tencents).sum());
}

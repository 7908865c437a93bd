//! What planning, writing and reading a job share.

use ccr2tcr::job::{JobError, LoadedLayers, Packed, loads, pack};
use ccr2tcr::terminal::Printer;
use ccr2tcr::transfer::Plan;

use crate::cli::MakeJobArgs;
use crate::commands::problems;
use crate::exit::ExitCode;

/// The shards that a plan makes.
pub(super) fn deal_out(args: &MakeJobArgs, plan: &Plan, layers: &LoadedLayers) -> Packed {
    pack(&loads(plan, layers), args.shards.into())
}

/// Whether something stays that no shard is told of.
pub(super) fn is_left(plan: &Plan) -> bool {
    plan.totals.conflicts + plan.totals.unreadable > 0 || !plan.unread.is_empty()
}

pub(super) fn failed(printer: &Printer, error: &JobError) -> ExitCode {
    problems::plain(printer, &error.to_string(), error.hint().as_deref())
}

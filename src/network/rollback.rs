//! Taking back what an undo file tells of: the opposite steps in the opposite order.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::error::{StepError, UndoError};
use super::report::Report;
use super::run::{Options, Run};
use super::settle::{LISTED_WITHIN, Settler};
use super::step::Step;
use super::undo::{UndoFile, UndoState, UndoneStep};
use crate::tencent::Enterprise;

/// Takes back what a run has done. May be repeated until nothing is left.
///
/// # Errors
/// [`UndoError`] if the file can't be brought up to date; then nothing is changed.
pub async fn roll_back(
    enterprise: &Enterprise,
    undo: &mut UndoFile,
    options: &Options<'_>,
) -> Result<Report, UndoError> {
    undo.enter(UndoState::RollingBack)?;
    let settler = Settler { enterprise, timeout: options.timeout, stop: options.stop.clone() };
    let mut run = Run { report: Report::default(), told: options.told };
    for done in undo.did().iter().rev() {
        let step = done.step.opposite();
        // An entry is closed even if its rules could not be deleted.
        let earlier = run.failed_before(&step).filter(|_| step != Step::CloseEntry);
        let earlier = earlier.or_else(|| run.report.interrupted.then(|| "the run".to_owned()));
        if let Some(earlier) = earlier {
            run.note(&step, Err(StepError::Skipped(earlier)), Duration::ZERO);
            continue;
        }
        let began = Instant::now();
        let outcome = settler.settle(&step, None, unseen_until(done, options.timeout)).await;
        run.note(&step, outcome, began.elapsed());
    }
    if run.report.is_clean() {
        undo.enter(UndoState::RolledBack)?;
    }
    Ok(run.report)
}

/// Until when what a killed run has asked for may still come up, although it isn't seen now.
fn unseen_until(done: &UndoneStep, timeout: Duration) -> Option<tokio::time::Instant> {
    let may_be_late = matches!(done.step, Step::CreateLink { .. } | Step::OpenEntry);
    if done.confirmed || !may_be_late {
        return None;
    }
    let age = Timestamp::now().duration_since(done.at).unsigned_abs();
    // The step itself ends at `timeout`: it must be over before that.
    let left = LISTED_WITHIN.min(timeout / 2).checked_sub(age)?;
    Some(tokio::time::Instant::now() + left)
}

//! The public entry: opened only for those who are listed, and closed again if that can't be seen
//! to.
//!
//! An entry that was open before is not this run's: whatever happens, it is left and reported.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::error::StepError;
use super::plan::lets_everybody_in;
use super::range::Range;
use super::report::Outcome;
use super::run::Run;
use super::settle::Settler;
use super::step::Step;
use super::undo::UndoFile;
use crate::tencent::EntryState;

/// Opens the entry and lists who is let in; `steps` begin with [`Step::OpenEntry`].
pub(super) async fn open(
    settler: &Settler<'_>,
    steps: &[&Step],
    anyone: bool,
    undo: &mut UndoFile,
    run: &mut Run<'_>,
) {
    if let Some(earlier) = steps.first().and_then(|step| run.failed_before(step)) {
        // What a run that was killed has opened must not stay so.
        if undo.has(&Step::OpenEntry) {
            close(settler, undo, run).await;
        }
        for step in steps {
            run.note(step, Err(StepError::Skipped(earlier.clone())), Duration::ZERO);
        }
        return;
    }
    let mut is_well = true;
    for step in steps {
        let began = Instant::now();
        let mut outcome = match is_well {
            true => settler.settle(step, Some(undo), None).await,
            false => Err(StepError::Skipped("an earlier step of the public entry".to_owned())),
        };
        if **step == Step::OpenEntry && outcome.is_ok() {
            let is_ours = undo.has(&Step::OpenEntry);
            if let Err(error) = check_list(settler, steps, anyone, is_ours, run).await {
                outcome = Err(error);
            }
        }
        if outcome.is_ok() && settler.stop.is_cancelled() && is_unfinished(steps, step) {
            outcome = Err(StepError::Interrupted);
        }
        is_well &= outcome.is_ok();
        run.note(step, outcome, began.elapsed());
    }
    if is_well {
        return;
    }
    if undo.has(&Step::OpenEntry) {
        close(settler, undo, run).await;
    } else {
        run.report
            .notices
            .push("the public entry was open before this run, and is left as it is".to_owned());
    }
}

/// Whether rules are still to be added after this step.
fn is_unfinished(steps: &[&Step], step: &Step) -> bool {
    steps.last().is_none_or(|last| *last != step)
}

/// Reads the list of an open entry, and refuses one that lets in more than was asked for.
async fn check_list(
    settler: &Settler<'_>,
    steps: &[&Step],
    anyone: bool,
    is_ours: bool,
    run: &mut Run<'_>,
) -> Result<(), StepError> {
    let rules = settler.enterprise.allowlist(&EntryState::Opened).await.map_err(|error| {
        StepError::Unsafe(format!(
            "the public entry is open, and its allowlist can't be read: {error}"
        ))
    })?;
    let rules = rules.unwrap_or_default();
    let wished: Vec<Range> = steps
        .iter()
        .filter_map(|step| match step {
            Step::AddRule { cidr, .. } => Range::listed(cidr).ok(),
            _ => None,
        })
        .collect();
    if !anyone {
        lets_everybody_in(&rules, &wished, is_ours).map_err(StepError::Unsafe)?;
    }
    let others: Vec<String> = rules
        .iter()
        .filter(|rule| Range::listed(&rule.cidr).map_or(true, |range| !wished.contains(&range)))
        .map(|rule| match rule.description.as_str() {
            "" => rule.cidr.clone(),
            description => format!("{} ({description})", rule.cidr),
        })
        .collect();
    if is_ours && !others.is_empty() {
        run.report.notices.push(format!(
            "the allowlist already held, from an earlier time: {}; they are let in, too",
            others.join(", ")
        ));
    }
    Ok(())
}

/// Closes an entry that this run has opened: once it is open, for before it can't be. Not stopped by
/// what stops the run.
pub(super) async fn close(settler: &Settler<'_>, undo: &mut UndoFile, run: &mut Run<'_>) {
    let patient = Settler {
        enterprise: settler.enterprise,
        timeout: settler.timeout,
        stop: CancellationToken::new(),
    };
    let began = Instant::now();
    let mut outcome = patient.settle(&Step::CloseEntry, None, None).await;
    if outcome.is_ok() {
        let is_public = |step: &Step| matches!(step, Step::OpenEntry | Step::AddRule { .. });
        if let Err(error) = undo.forget(is_public) {
            run.report.notices.push(error.to_string());
        }
        outcome = Ok(Outcome::Done);
    }
    run.note(&Step::CloseEntry, outcome, began.elapsed());
}

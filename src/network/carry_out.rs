//! Carrying out a plan: links and names first, each VPC for itself, then the public entry.

use std::time::{Duration, Instant};

use super::entry;
use super::error::StepError;
use super::plan::Plan;
use super::report::Report;
use super::run::{Options, Run};
use super::settle::Settler;
use super::step::Step;
use super::undo::{UndoFile, UndoState};
use crate::tencent::Enterprise;

/// Does what a plan says. `undo` is on disk before the first change.
pub async fn carry_out(
    enterprise: &Enterprise,
    plan: &Plan,
    undo: &mut UndoFile,
    options: &Options<'_>,
) -> Report {
    let settler = Settler { enterprise, timeout: options.timeout, stop: options.stop.clone() };
    let steps = || plan.steps.iter().map(|planned| &planned.step);
    let mut run = Run { report: Report::default(), told: options.told };
    for step in steps().filter(|step| !step.is_public()) {
        match run.failed_before(step) {
            Some(earlier) => run.note(step, Err(StepError::Skipped(earlier)), Duration::ZERO),
            None => {
                let began = Instant::now();
                let outcome = settler.settle(step, Some(undo), None).await;
                run.note(step, outcome, began.elapsed());
            }
        }
    }
    let public: Vec<&Step> = steps().filter(|step| step.is_public()).collect();
    match public.first() {
        None => {}
        Some(Step::OpenEntry) => {
            entry::open(&settler, &public, plan.anyone, undo, &mut run).await;
        }
        Some(_) => entry::close(&settler, undo, &mut run).await,
    }
    if run.report.is_clean()
        && let Err(error) = undo.enter(UndoState::Applied)
    {
        run.report.notices.push(error.to_string());
    }
    run.report
}

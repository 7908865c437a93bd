//! `network rollback`: what an undo file tells of is taken back.

use ccr2tcr::network::{
    Options, Plan, PlannedStep, StepReport, StepVerdict, UndoFile, UndoState, roll_back,
};
use ccr2tcr::prompt::Stop;
use ccr2tcr::terminal::{Printer, render};

use super::super::problems;
use super::carry::{agreed, end, tell};
use super::opening::open;
use crate::cli::NetworkRollbackArgs;
use crate::exit::ExitCode;
use crate::views::NetworkPlanView;

pub(super) async fn run(
    mut args: NetworkRollbackArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let mut undo = match UndoFile::read(&args.file) {
        Ok(undo) => undo,
        Err(error) => {
            let hint = error.hint();
            return Ok(problems::explained(
                printer,
                &error.to_string(),
                Some(&hint),
                error.common(),
            ));
        }
    };
    let file = args.file.display().to_string();
    if undo.state() == UndoState::RolledBack {
        printer.note(&format!("{file} was rolled back already; nothing was changed"));
        return Ok(ExitCode::Done);
    }
    let settings = &mut args.write.settings;
    settings.tcr_name.get_or_insert_with(|| undo.instance_id().to_owned());
    let (instance, enterprise) = match open(&args.write.settings, stop, printer).await {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    if instance.id != undo.instance_id() {
        let message =
            format!("{file} is of the instance {}, not of {}", undo.instance_id(), instance.id);
        return Ok(problems::plain(printer, &message, Some("leave --tcr-name out")));
    }
    let steps = undo.did().iter().rev();
    let step = |step| PlannedStep { step, verdict: StepVerdict::Do };
    let steps = steps.map(|done| step(done.step.opposite())).collect();
    let plan = Plan { steps, ..Plan::default() };
    let view = NetworkPlanView::of(&plan);
    if args.write.dry_run || args.write.output.is_for_people() {
        let shown = render(printer, args.write.output.into(), &view);
        let code = if plan.changes_anything() { ExitCode::Left } else { ExitCode::Done };
        let code = code.after(shown)?;
        if args.write.dry_run {
            return Ok(code);
        }
    }
    let question = format!("take this back on {}?", instance.name);
    if let Err(code) = agreed(&args.write, stop, printer, &question).await {
        return Ok(code);
    }
    let told = |step: &StepReport| tell(printer, step);
    let options = Options { timeout: args.write.timeout, stop: stop.soft.clone(), told: &told };
    match roll_back(&enterprise, &mut undo, &options).await {
        Ok(report) => end(&report, &undo, &args.write, printer),
        Err(error) => Ok(problems::plain(printer, &error.to_string(), Some(&error.hint()))),
    }
}

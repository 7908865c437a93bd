//! `rollback`: undoing what a run has changed.

use std::collections::BTreeSet;

use ccr2tcr::diagnostic::{CommonError, counted};
use ccr2tcr::kubernetes::Cluster;
use ccr2tcr::switch::{
    ApplyEvent, RestoreVerdict, RollbackFile, RollbackOptions, RollbackPlan, RollbackStep,
    RollbackVerdict, SecretRestoration, SecretsBackup, look_for_secrets, restore_secrets,
    roll_back,
};
use ccr2tcr::terminal::{OutputFormat, Printer, render};

use super::show_report::{self, RollbackHint};
use super::{place, problems, restored_secrets, show};
use crate::cli::{DryRun, RefusalArgs, RollbackArgs, is_document};
use crate::exit::ExitCode;
use crate::views::{ReportView, RollbackView};
use ccr2tcr::prompt::Stop;

pub(crate) async fn run(
    args: RollbackArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let file = match RollbackFile::read(&args.file, args.allow_edited) {
        Ok(file) => file,
        Err(error) => {
            let (message, hint) = (error.to_string(), error.hint());
            problems::explained(printer, &message, Some(hint), Some(error.common()));
            return Ok(ExitCode::Error);
        }
    };
    let backup = match args.secrets_backup.as_deref().map(SecretsBackup::read).transpose() {
        Ok(backup) => backup,
        Err(error) => {
            problems::plain(printer, &error.to_string(), Some(error.hint()));
            return Ok(ExitCode::Error);
        }
    };
    let cluster = Cluster::connect(&args.connection).await?;
    let allowed = RollbackOptions { allow_unproven_login: args.allow_unproven_login };
    let mut plan = match RollbackPlan::make(&cluster, &file, allowed).await {
        Ok(plan) => plan,
        Err(error) => {
            let hint = "select its cluster: --context NAME";
            let common = Some(CommonError::RollbackFile);
            problems::explained(printer, &error.to_string(), Some(hint), common);
            return Ok(ExitCode::Error);
        }
    };
    for notice in &plan.notices {
        printer.warning(notice);
    }
    let format: OutputFormat = args.output.into();
    // What programs read is one document: what was done, or the plan.
    let only_plan = args.write.dry_run != DryRun::None;
    if only_plan || !is_document(format) {
        render(printer, format, &RollbackView::new(&plan))?;
    }
    let secrets = look_for_secrets(&cluster, &file, backup.as_ref()).await;
    restored_secrets::tell(printer, &secrets);
    let are_created = secrets.iter().any(|one| one.verdict == RestoreVerdict::Create);
    let are_gone = secrets.iter().any(SecretRestoration::is_lost);
    if only_plan {
        hints(printer, &plan);
        let would = are_gone || are_created || leaves_something(&plan) || plan.changes_anything();
        return Ok(if would { ExitCode::Left } else { ExitCode::Done });
    }
    let deletes_pods = args.wait.delete_stuck_pods && plan.may_have_stuck_pods();
    if !args.write.yes && (are_created || deletes_pods || plan.changes_anything()) {
        let instead = "--yes rolls back without asking";
        let undone = plan.steps.iter().filter(|step| step.verdict == RollbackVerdict::Undo);
        let objects = counted(undone.clone().count(), "object", "objects");
        let place = place::of(undone.map(|step| &step.object), &cluster);
        let question = match plan.changes_anything() {
            true => format!("roll back {objects}{place}?"),
            false => "delete pods that are never replaced?".to_owned(),
        };
        if let Err(code) = show::agreed(printer, stop, &question, instead).await {
            let view = is_document(format).then(|| RollbackView::new(&plan));
            let shown = view.map_or(Ok(()), |view| render(printer, format, &view));
            return Ok(code.after(shown)?);
        }
    }
    let options = args.wait.options(None, &RefusalArgs::default());
    let rollback_hint = RollbackHint::of(args.file, &args.connection);
    let watcher = |event: ApplyEvent<'_>| show_report::event(printer, event);
    // Secrets come before what names them, and what is planned may depend on them.
    let restored = restore_secrets(&cluster, &secrets, &watcher).await;
    if are_created {
        plan = RollbackPlan::make(&cluster, &file, allowed).await?;
    }
    let is_left = are_gone || leaves_something(&plan);
    let mut report = tokio::select! {
        report = roll_back(&cluster, &plan, &options, &watcher, &stop.soft) => report,
        () = stop.hard.cancelled() => return Ok(rollback_hint.aborted(printer)),
    };
    report.objects.splice(0..0, restored);
    let shown = render(printer, format, &ReportView(&report));
    Ok(show_report::end(printer, &report, is_left, &args.connection).after(shown)?)
}

fn leaves_something(plan: &RollbackPlan) -> bool {
    let is_well = |verdict| matches!(verdict, &RollbackVerdict::Undo | &RollbackVerdict::Untouched);
    !plan.steps.iter().all(|step| is_well(&step.verdict))
}

/// What to do about objects that can't be rolled back, once each.
fn hints(printer: &Printer, plan: &RollbackPlan) {
    let hint = |step: &RollbackStep| match &step.verdict {
        RollbackVerdict::Failed(trouble) => trouble.hint.clone(),
        _ => None,
    };
    for hint in plan.steps.iter().filter_map(hint).collect::<BTreeSet<String>>() {
        printer.hint(&hint);
    }
}

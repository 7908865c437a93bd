//! `rollback`: putting back what a run has changed.

use ccr2tcr::kubernetes::Cluster;
use ccr2tcr::switch::{ApplyEvent, RollbackFile, RollbackPlan, RollbackVerdict, roll_back};
use ccr2tcr::terminal::{Column, Printer, Table};

use super::apply::apply_options;
use super::problems;
use super::show::{self, yaml};
use super::show_report::{self, WayBack};
use crate::cli::{DryRun, RollbackArgs, VerdictFormat};
use crate::exit::ExitCode;
use ccr2tcr::prompt::Stop;

pub(crate) async fn run(
    args: RollbackArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let file = match RollbackFile::read(&args.file, args.allow_edited) {
        Ok(file) => file,
        Err(error) => {
            problems::plain(printer, &error.to_string(), Some(error.hint()));
            return Ok(ExitCode::Error);
        }
    };
    let cluster = Cluster::connect(&args.connection).await?;
    let plan = match RollbackPlan::make(&cluster, &file).await {
        Ok(plan) => plan,
        Err(error) => {
            problems::plain(
                printer,
                &error.to_string(),
                Some("choose its cluster: --context NAME"),
            );
            return Ok(ExitCode::Error);
        }
    };
    let is_text = args.output == VerdictFormat::Text;
    if is_text {
        printer.table(&table(&plan))?;
    }
    let is_bad = |step: &ccr2tcr::switch::RollbackStep| {
        !matches!(step.verdict, RollbackVerdict::Undo | RollbackVerdict::Untouched)
    };
    let is_left = plan.entries.iter().any(is_bad);
    if args.write.dry_run != DryRun::None {
        let would = is_left || plan.changes_anything();
        return Ok(if would { ExitCode::Left } else { ExitCode::Done });
    }
    if !args.write.yes && plan.changes_anything() {
        let instead = "--yes puts it back without asking";
        if let Err(code) = show::agreed(printer, stop, "put these back?", instead).await {
            return Ok(code);
        }
    }
    let options = apply_options(&args.wait, None);
    let way_back = WayBack::of(args.file, &args.connection);
    let watcher = |event: ApplyEvent<'_>| show_report::event(printer, event);
    let report = tokio::select! {
        report = roll_back(&cluster, &plan, &options, &watcher, &stop.soft) => report,
        () = stop.hard.cancelled() => return Ok(way_back.left_at_once(printer)),
    };
    let shown = match args.output {
        VerdictFormat::Text => Ok(()),
        VerdictFormat::Json => printer.json(&report),
        VerdictFormat::Yaml => yaml(printer, &report),
    };
    Ok(show_report::end(printer, &report, is_left, &args.connection).after(shown)?)
}

fn table(plan: &RollbackPlan) -> Table {
    let mut table =
        Table::new([Column::text("namespace"), Column::text("object"), Column::text("plan")]);
    for step in &plan.entries {
        let verdict = match &step.verdict {
            RollbackVerdict::Undo => "put back".to_owned(),
            RollbackVerdict::Untouched => "as it was".to_owned(),
            RollbackVerdict::ChangedSince(place) => format!("changed since at {place}: left alone"),
            RollbackVerdict::Gone(why) => why.clone(),
            RollbackVerdict::Failed(trouble) => trouble.message.clone(),
        };
        let namespace = step.object.namespace.as_deref().unwrap_or_default();
        table.row([namespace, &step.object.to_string(), &verdict]);
    }
    table
}

//! `secrets prune`: CCR's pull secrets out of use, where nothing needs them any more.

use ccr2tcr::account::ccr_hosts;
use ccr2tcr::cluster::{
    ApplyEvent, Cluster, Inventory, PruneFacts, PrunePlan, SecretChange, SecretRun,
};
use ccr2tcr::terminal::Printer;

use super::apply::default_file;
use super::look::inventory;
use super::{show, show_report, show_secrets};
use crate::cli::{DryRun, PruneArgs, VerdictFormat};
use crate::exit::ExitCode;
use crate::prompt::{Stop, problems};

pub(crate) async fn run(
    args: PruneArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let scope = &args.target.scope;
    if scope.selector.is_some() || scope.field_selector.is_some() {
        problems::plain(
            printer,
            "a selector hides workloads that may still need the Secrets",
            Some("leave -l and --field-selector out; -n and --exclude-namespace choose namespaces"),
        );
        return Ok(ExitCode::Error);
    }
    let (cluster, inventory, plan) = tokio::select! {
        planned = prepare(&args) => planned?,
        () = stop.soft.cancelled() => return Ok(ExitCode::Interrupted),
    };
    let unread = &inventory.unread;
    let is_left = !plan.left.is_empty() || !unread.is_empty();
    let only_plan = args.write.dry_run != DryRun::None || plan.steps.is_empty();
    let json = || show_secrets::as_json("secretsPrunePlan", &plan.steps, &plan.left, unread);
    let shown = match args.output {
        VerdictFormat::Text if plan.steps.is_empty() => Ok(()),
        VerdictFormat::Text => printer.table(&show_secrets::table(&plan.steps)),
        VerdictFormat::Json if only_plan => printer.json(&json()),
        VerdictFormat::Yaml if only_plan => show::yaml(printer, &json()),
        VerdictFormat::Json | VerdictFormat::Yaml => Ok(()),
    };
    talk(printer, &plan, &inventory);
    let watcher = |event: ApplyEvent<'_>| show_report::event(printer, event);
    let file = default_file();
    let run = SecretRun {
        cluster: &cluster,
        logins: None,
        rollback_file: &file,
        watcher: &watcher,
        stop: &stop.soft,
    };
    if only_plan {
        let has_rest = is_left || !plan.steps.is_empty();
        let mut code = if has_rest { ExitCode::Left } else { ExitCode::Done };
        if args.write.dry_run == DryRun::Server
            && !plan.steps.is_empty()
            && !show_secrets::judged(&run, &plan.steps, printer).await
        {
            code = ExitCode::Error;
        }
        return Ok(code.after(shown)?);
    }
    shown?;
    if !args.write.yes {
        let question = format!("make these {} changes?", plan.steps.len());
        if let Err(code) = show_secrets::agreed(printer, stop, &question).await {
            return Ok(code);
        }
    }
    let how = (args.output, is_left);
    let connection = &args.target.connection;
    show_secrets::carry_out(&run, "secrets prune", &plan.steps, unread, how, connection, printer)
        .await
}

async fn prepare(args: &PruneArgs) -> anyhow::Result<(Cluster, Inventory, PrunePlan)> {
    let ccr = ccr_hosts(&args.target.account)?;
    let (cluster, inventory) = inventory(&args.target, &ccr).await?;
    let facts = PruneFacts::read(&cluster, &inventory, &ccr, args.delete_secrets).await?;
    let plan = PrunePlan::make(&inventory, &ccr, &facts, args.delete_secrets);
    Ok((cluster, inventory, plan))
}

fn talk(printer: &Printer, plan: &PrunePlan, inventory: &Inventory) {
    show::unread(printer, &inventory.unread);
    for broken in &inventory.broken_secrets {
        printer.warning(&broken.to_string());
    }
    show_secrets::left(printer, &plan.left);
    let restarts = plan.steps.iter().filter(|step| step.restarts_pods()).count();
    if restarts > 0 {
        printer.warning(&format!(
            "the pods of {restarts} workloads restart, because their templates change"
        ));
    }
    let is_deleted =
        |step: &&ccr2tcr::cluster::SecretStep| matches!(step.change, SecretChange::Delete { .. });
    let deleted = plan.steps.iter().filter(is_deleted).count();
    if deleted > 0 {
        printer.warning(&format!(
            "{deleted} Secrets are deleted, which no rollback takes back; `kubectl rollout undo` to an image of CCR would need them"
        ));
    }
    if plan.steps.is_empty() && plan.left.is_empty() {
        printer.note("nothing names a pull secret that is for CCR alone");
    }
}

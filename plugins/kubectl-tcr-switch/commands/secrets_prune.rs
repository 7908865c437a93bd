//! `secrets prune`: CCR's pull secrets out of use, where nothing needs them any more.

use ccr2tcr::account::ccr_hosts;
use ccr2tcr::kubernetes::Cluster;
use ccr2tcr::switch::{Inventory, PruneFacts, PruneOptions, PrunePlan, SecretChange, SecretStep};
use ccr2tcr::terminal::Printer;

use super::look::inventory;
use super::problems;
use super::secrets_change::Change;
use super::show;
use crate::cli::PruneArgs;
use crate::exit::ExitCode;
use ccr2tcr::prompt::Stop;

pub(crate) async fn run(
    args: PruneArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let scope = &args.change.target.scope;
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
    let change = Change {
        command: "secrets prune",
        kind: "secretsPrunePlan",
        args: &args.change,
        cluster: &cluster,
        inventory: &inventory,
        steps: &plan.steps,
        left: &plan.left,
        is_left: !plan.left.is_empty() || !inventory.unread.is_empty(),
    };
    match change.agree(|| talk(printer, &plan), None, stop, printer).await? {
        Some(code) => Ok(code),
        None => change.carry_out(None, stop, printer).await,
    }
}

async fn prepare(args: &PruneArgs) -> anyhow::Result<(Cluster, Inventory, PrunePlan)> {
    let ccr = ccr_hosts(&args.change.target.account)?;
    let (cluster, inventory) = inventory(&args.change.target, &(&ccr).into(), None).await?;
    let facts = PruneFacts::read(&cluster, &inventory, &ccr, args.delete_secrets).await?;
    let options = PruneOptions {
        delete_secrets: args.delete_secrets,
        include_managed: args.change.include_managed,
    };
    let plan = PrunePlan::make(&inventory, &ccr, &facts, options);
    Ok((cluster, inventory, plan))
}

fn talk(printer: &Printer, plan: &PrunePlan) {
    let is_deleted = |step: &&SecretStep| matches!(step.change, SecretChange::Delete { .. });
    let deleted = plan.steps.iter().filter(is_deleted).count();
    if deleted > 0 {
        printer.warning(&format!(
            "{} deleted, which no rollback takes back; `kubectl rollout undo` to an image of CCR would need them",
            show::counted(deleted, "Secret is", "Secrets are")
        ));
    }
    if plan.steps.is_empty() && plan.left.is_empty() {
        printer.note("nothing names a pull secret that is for CCR alone");
    }
}

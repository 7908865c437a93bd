//! `secrets copy`: a login for TCR in each namespace that needs one.

use ccr2tcr::account::{Account, Need};
use ccr2tcr::cluster::{
    ApplyEvent, Cluster, CopyPlan, Inventory, Occupants, PullLogins, SecretRun,
};
use ccr2tcr::image::Host;
use ccr2tcr::terminal::Printer;
use ccr2tcr::workload::Renamer;

use super::apply::default_file;
use super::look::{inventory, open};
use super::{secrets_login, show, show_report, show_secrets};
use crate::cli::{CopyArgs, DryRun, VerdictFormat};
use crate::exit::ExitCode;
use crate::prompt::{Stop, problems};

/// What was found out before anything is shown.
struct Ready {
    cluster: Cluster,
    account: Account,
    host: Host,
    inventory: Inventory,
    plan: CopyPlan,
    /// The login, if it is one that is there already.
    logins: Option<PullLogins>,
}

pub(crate) async fn run(
    args: CopyArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let ready = tokio::select! {
        ready = prepare(&args, printer) => ready?,
        () = stop.soft.cancelled() => return Ok(ExitCode::Interrupted),
    };
    let ready = match ready {
        Ok(ready) => ready,
        Err(code) => return Ok(code),
    };
    let (plan, unread) = (&ready.plan, &ready.inventory.unread);
    let is_left = !plan.left.is_empty() || show::hides_images(unread);
    let only_plan = args.write.dry_run != DryRun::None || plan.steps.is_empty();
    let json = || show_secrets::as_json("secretsCopyPlan", &plan.steps, &plan.left, unread);
    let shown = match args.output {
        VerdictFormat::Text if plan.steps.is_empty() => Ok(()),
        VerdictFormat::Text => printer.table(&show_secrets::table(&plan.steps)),
        VerdictFormat::Json if only_plan => printer.json(&json()),
        VerdictFormat::Yaml if only_plan => show::yaml(printer, &json()),
        VerdictFormat::Json | VerdictFormat::Yaml => Ok(()),
    };
    talk(printer, &ready);
    let stand_in = PullLogins::stand_in(&ready.host);
    let watcher = |event: ApplyEvent<'_>| show_report::event(printer, event);
    let file = default_file();
    let run = |logins| SecretRun {
        cluster: &ready.cluster,
        logins,
        rollback_file: &file,
        watcher: &watcher,
        stop: &stop.soft,
    };
    if only_plan {
        let has_gap = is_left || !plan.steps.is_empty();
        let mut code = if has_gap { ExitCode::Left } else { ExitCode::Done };
        let logins = ready.logins.as_ref().or(Some(&stand_in));
        if args.write.dry_run == DryRun::Server
            && !plan.steps.is_empty()
            && !show_secrets::judged(&run(logins), &plan.steps, printer).await
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
    let made = match plan.needs_login() && ready.logins.is_none() {
        false => None,
        true => match secrets_login::make(&args, &ready.account, &ready.host, printer).await {
            Some(made) => Some(made),
            None => return Ok(ExitCode::Error),
        },
    };
    let run = run(ready.logins.as_ref().or(made.as_ref()));
    let how = (args.output, is_left);
    let connection = &args.target.connection;
    show_secrets::carry_out(&run, "secrets copy", &plan.steps, unread, how, connection, printer)
        .await
}

/// Reads both sides and makes the plan. `Err` is how the run ends, once that has been told.
async fn prepare(args: &CopyArgs, printer: &Printer) -> anyhow::Result<Result<Ready, ExitCode>> {
    let is_made = args.long_term || args.service_account.is_some();
    let need = if is_made { Need::Target } else { Need::Registries };
    let (account, host) = match open(&args.target.account, need, printer).await {
        Ok(opened) => opened,
        Err(code) => return Ok(Err(code)),
    };
    let renamer = Renamer {
        ccr: account.ccr_hosts.clone(),
        mapping: account.mapping.clone(),
        target: host.clone(),
        owned: None,
    };
    let (cluster, inventory) = inventory(&args.target, &renamer.ccr).await?;
    let lacking = CopyPlan::lacking(&inventory, &renamer);
    let occupants = Occupants::of(&cluster, &lacking, &args.name, &host).await?;
    let plan = CopyPlan::make(&inventory, &renamer, &args.name, args.to_templates, &occupants);
    for conflict in &plan.conflicts {
        problems::plain(printer, &conflict.message, conflict.hint.as_deref());
    }
    if !plan.conflicts.is_empty() {
        return Ok(Err(ExitCode::Error));
    }
    let mut logins = None;
    if plan.needs_login() && !is_made {
        logins = secrets_login::find(args, &account, &cluster, &host, printer).await?;
        if logins.is_none() {
            return Ok(Err(ExitCode::Error));
        }
    }
    Ok(Ok(Ready { cluster, account, host, inventory, plan, logins }))
}

fn talk(printer: &Printer, ready: &Ready) {
    let plan = &ready.plan;
    show::unread(printer, &ready.inventory.unread);
    for broken in &ready.inventory.broken_secrets {
        printer.warning(&broken.to_string());
    }
    show_secrets::left(printer, &plan.left);
    if !plan.for_switch.is_empty() {
        printer.note(&format!(
            "{} objects name pull secrets of their own: the switch adds the new one to them together with the image, so that their pods restart once",
            plan.for_switch.len()
        ));
    }
    let restarts = plan.steps.iter().filter(|step| step.restarts_pods()).count();
    if restarts > 0 {
        printer.warning(&format!("the pods of {restarts} workloads restart"));
    }
    if plan.steps.is_empty() {
        printer.note(match plan.left.is_empty() {
            true => "every namespace in scope that needs a login for TCR has one",
            false => "nothing can be changed",
        });
    }
}

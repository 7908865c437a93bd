//! `secrets copy`: a login for TCR in each namespace that needs one.

use std::collections::HashSet;

use ccr2tcr::account::{self, Account};
use ccr2tcr::image::Host;
use ccr2tcr::kubernetes::Cluster;
use ccr2tcr::proof::prove_public;
use ccr2tcr::switch::{
    CopyOptions, CopyPlan, Inventory, LoginNeeds, Occupants, PullLogins, in_use, try_logins, wanted,
};
use ccr2tcr::terminal::Printer;
use ccr2tcr::workload::Renamer;

use super::look::{inventory, names, open};
use super::problems;
use super::secrets_change::Change;
use super::secrets_login::Need;
use super::{secrets_login, show};
use crate::cli::CopyArgs;
use crate::exit::ExitCode;
use ccr2tcr::prompt::Stop;

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
    let plan = &ready.plan;
    let change = Change {
        command: "secrets copy",
        kind: "secretsCopyPlan",
        args: &args.change,
        cluster: &ready.cluster,
        inventory: &ready.inventory,
        steps: &plan.steps,
        left: &plan.left,
        is_left: !plan.left.is_empty() || show::hides_images(&ready.inventory.unread),
    };
    let stand_in = PullLogins::stand_in(&ready.host);
    let logins = ready.logins.as_ref().or(Some(&stand_in));
    if let Some(code) = change.agree(|| talk(printer, plan), logins, stop, printer).await? {
        return Ok(code);
    }
    let made = match plan.needs_login() && ready.logins.is_none() {
        false => None,
        true => match secrets_login::make(&args, &ready.need(), printer).await {
            Some(made) => Some(made),
            None => return Ok(ExitCode::Error),
        },
    };
    change.carry_out(ready.logins.as_ref().or(made.as_ref()), stop, printer).await
}

impl Ready {
    fn need(&self) -> Need<'_> {
        Need { account: &self.account, host: &self.host, repositories: &self.plan.repositories }
    }
}

/// Reads both sides and makes the plan. `Err` is how the run ends, once that has been told.
async fn prepare(args: &CopyArgs, printer: &Printer) -> anyhow::Result<Result<Ready, ExitCode>> {
    let is_made = args.long_term || args.service_account.is_some();
    let need = if is_made { account::RequiredApis::Tcr } else { account::RequiredApis::None };
    let (account, host) = match open(&args.change.target.account, need, printer).await {
        Ok(opened) => opened,
        Err(code) => return Ok(Err(code)),
    };
    let renamer = Renamer { names: names(&account), target: host.clone() };
    let also = Some(host.clone());
    let (cluster, mut inventory) = inventory(&args.change.target, &renamer.names, also).await?;
    let mut images = in_use(&inventory, &host);
    images.extend(wanted(&inventory, &renamer).references.into_keys());
    let pulled =
        LoginNeeds { inventory: &inventory, renamer: &renamer, public: &HashSet::new() }.pulled();
    // A registry that can't be reached is waited for once.
    let (public, notices) = tokio::join!(
        prove_public(&images, &account),
        try_logins(&cluster, &mut inventory, &pulled, &host, &account.registries)
    );
    for notice in notices {
        printer.warning(&notice);
    }
    let needs = LoginNeeds { inventory: &inventory, renamer: &renamer, public: &public };
    let lacking = CopyPlan::lacking(needs);
    let occupants = Occupants::of(&cluster, &lacking, &args.name, &host).await?;
    let options = CopyOptions {
        name: &args.name,
        to_templates: args.to_templates,
        include_managed: args.change.include_managed,
    };
    let plan = CopyPlan::make(needs, options, &occupants);
    for conflict in &plan.conflicts {
        problems::plain(printer, &conflict.message, conflict.hint.as_deref());
    }
    if !plan.conflicts.is_empty() {
        return Ok(Err(ExitCode::Error));
    }
    let mut ready = Ready { cluster, account, host, inventory, plan, logins: None };
    if ready.plan.needs_login() && !is_made {
        ready.logins = secrets_login::find(args, &ready.need(), &ready.cluster, printer).await?;
        if ready.logins.is_none() {
            return Ok(Err(ExitCode::Error));
        }
    }
    Ok(Ok(ready))
}

fn talk(printer: &Printer, plan: &CopyPlan) {
    for useless in &plan.useless {
        printer.note(&format!("{useless}; another login is written"));
    }
    if !plan.for_switch.is_empty() {
        printer.note(&format!(
            "{} pull secrets of their own: the switch adds the new one to them together with the image, so that their pods restart once",
            show::counted(plan.for_switch.len(), "object names", "objects name")
        ));
    }
    if plan.steps.is_empty() {
        printer.note(match plan.left.is_empty() {
            true => "every namespace in scope that needs a login for TCR has one",
            false => "nothing can be changed",
        });
    }
}

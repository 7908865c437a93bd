//! Looking at a cluster: from flags to what names CCR in it.

use std::collections::HashSet;

use ccr2tcr::account::{
    Account, AccountError, RequiredApis, Settings, ccr_names, owned_namespaces,
};
use ccr2tcr::environment::Environment;
use ccr2tcr::image::{Host, OwnedNamespaces};
use ccr2tcr::kubernetes::Cluster;
use ccr2tcr::proof::{Targets, prove_targets};
use ccr2tcr::switch::{
    Inventory, Known, LoginNeeds, PullSecretMode, Scope, SwitchOptions, SwitchPlan, make_plan,
    scan, try_logins, unfit_secrets, wanted,
};

use ccr2tcr::terminal::Printer;
use ccr2tcr::workload::{CcrNames, Renamer};

use super::problems;
use super::show_secrets;
use crate::cli::{self, PlanArgs, Target};
use crate::exit::ExitCode;
use ccr2tcr::prompt::Stop;

/// Everything that a plan is made from.
pub(super) struct Looked {
    pub(super) cluster: Cluster,
    pub(super) inventory: Inventory,
    pub(super) renamer: Renamer,
    pub(super) targets: Targets,
    pub(super) options: SwitchOptions,
    /// Whether TCR's API can be asked, which a sync by patterns needs.
    pub(super) has_api: bool,
}

impl Looked {
    pub(super) fn known(&self) -> Known<'_> {
        Known { renamer: &self.renamer, options: &self.options, targets: &self.targets }
    }

    /// Tries the logins that the pods will pull with. Gives what could not be told; of a registry
    /// that can't be reached, that was said when the images were looked up.
    async fn try_logins(&mut self, account: &Account) -> Vec<String> {
        if !self.targets.is_reachable {
            return Vec::new();
        }
        let (inventory, renamer) = (&self.inventory, &self.renamer);
        let mut pulled = LoginNeeds { inventory, renamer, public: &HashSet::new() }.pulled();
        let private = self.targets.private();
        for repositories in pulled.values_mut() {
            repositories.retain(|repository| private.contains(repository));
        }
        let (host, registries) = (&self.renamer.target, &account.registries);
        try_logins(&self.cluster, &mut self.inventory, &pulled, host, registries).await
    }
}

/// Connects, and reads the part of the cluster that the flags name; with `also`, what pulls from
/// there belongs to it.
pub(super) async fn inventory(
    target: &Target,
    names: &CcrNames,
    also: Option<Host>,
) -> anyhow::Result<(Cluster, Inventory)> {
    let cluster = Cluster::connect(&target.connection).await?;
    let scope = scope(&target.scope, &cluster, also);
    let inventory = scan(&cluster, &scope, names).await?;
    Ok((cluster, inventory))
}

/// What is in use of CCR, and how its names are read. Asks the cluster alone; `None` if the user
/// stopped the run.
pub(super) async fn ccr_in_use(target: &Target, stop: &Stop) -> anyhow::Result<Option<Inventory>> {
    let (ccr, mapping) = ccr_names(&target.account)?;
    let names = CcrNames { ccr, mapping, owned: None };
    let (_, inventory) = tokio::select! {
        read = inventory(target, &names, None) => read?,
        () = stop.soft.cancelled() => return Ok(None),
    };
    Ok(Some(inventory))
}

/// The part of the cluster that the flags name; with `also`, what pulls from there belongs to it.
pub(super) fn scope(args: &cli::Scope, cluster: &Cluster, also: Option<Host>) -> Scope {
    Scope {
        namespace: (!args.all_namespaces).then(|| cluster.default_namespace().to_owned()),
        exclude: args.exclude_namespace.clone(),
        label_selector: args.selector.clone(),
        field_selector: args.field_selector.clone(),
        chunk_size: args.chunk_size,
        also,
        all_with_pods: false,
    }
}

/// The account that the flags name, and the host that references will name. `Err` is how the run
/// ends, once that has been told.
pub(super) async fn open(
    settings: &Settings,
    need: RequiredApis,
    printer: &Printer,
) -> Result<(Account, Host), ExitCode> {
    let environment = Environment::from_process();
    let opened = Account::open(settings, &environment, need).await;
    let account = opened.map_err(|error| refuse(printer, &error))?;
    for notice in &account.notices {
        printer.note(notice);
    }
    match account.target_host.clone() {
        Some(host) => Ok((account, host)),
        None => Err(refuse(printer, &AccountError::NoTarget)),
    }
}

/// Reads both sides, and makes the plan. `Err` is how the run ends, once that has been told.
pub(super) async fn plan(
    args: &PlanArgs,
    target: &Target,
    printer: &Printer,
) -> anyhow::Result<Result<(Looked, SwitchPlan), ExitCode>> {
    let (account, host) = match open(&target.account, RequiredApis::None, printer).await {
        Ok(opened) => opened,
        Err(code) => return Ok(Err(code)),
    };
    let mut names = names(&account);
    // Both ask elsewhere, and neither needs the other.
    let (owned, read) = tokio::join!(
        Box::pin(owned(&target.account, printer)),
        Box::pin(inventory(target, &names, None))
    );
    let (cluster, mut inventory) = read?;
    if owned.is_some() {
        names.owned = owned;
        inventory.reclassify(&names);
    }
    let renamer = Renamer { names, target: host };
    let targets = prove_targets(&wanted(&inventory, &renamer).references, &account).await;
    for notice in &targets.notices {
        printer.warning(notice);
    }
    let mut looked = Looked {
        cluster,
        inventory,
        renamer,
        targets,
        options: options(args),
        has_api: account.enterprise.is_some(),
    };
    if looked.options.pull_secret != Some(PullSecretMode::Keep) {
        for notice in looked.try_logins(&account).await {
            printer.warning(&notice);
        }
    }
    match make_plan(&looked.inventory, &looked.known()) {
        Ok(plan) => {
            let unfit = unfit_secrets(&looked.inventory, &looked.known(), &plan);
            show_secrets::unfit(printer, &unfit);
            Ok(Ok((looked, plan)))
        }
        Err(wrong) => {
            for problem in &wrong.0 {
                printer.error(&problem.message, &[&problem.origin], Some(&problem.hint));
            }
            Ok(Err(ExitCode::Error))
        }
    }
}

/// How names of CCR are read, before it is known whose its namespaces are.
pub(super) fn names(account: &Account) -> CcrNames {
    let (ccr, mapping) = (account.ccr_hosts.clone(), account.mapping.clone());
    CcrNames { ccr, mapping, owned: None }
}

/// The namespaces of CCR that the account lists, if there is a key to ask with.
async fn owned(settings: &Settings, printer: &Printer) -> Option<OwnedNamespaces> {
    let otherwise = "a namespace that is not one of Tencent's is taken for this account's";
    match owned_namespaces(settings, &Environment::from_process()).await {
        Ok((owned, notices)) => {
            for notice in notices {
                printer.warning(&format!("{notice}; {otherwise}"));
            }
            owned
        }
        Err(error) => {
            printer.warning(&format!(
                "which namespaces of CCR are this account's can't be told: {error}; {otherwise}"
            ));
            None
        }
    }
}

fn options(args: &PlanArgs) -> SwitchOptions {
    SwitchOptions {
        include_managed: args.include_managed,
        allow_stale: args.allow_stale,
        allow_unverified: args.allow_unverified,
        pull_secret: args.pull_secret.map(|mode| match mode {
            cli::PullSecretMode::Keep => PullSecretMode::Keep,
            cli::PullSecretMode::Add => PullSecretMode::Add,
            cli::PullSecretMode::Replace => PullSecretMode::Replace,
            cli::PullSecretMode::Addon => PullSecretMode::Addon,
        }),
        secret_name: args.secret_name.clone(),
        annotate: args.annotate,
    }
}

fn refuse(printer: &Printer, error: &AccountError) -> ExitCode {
    problems::account(printer, error);
    ExitCode::Error
}

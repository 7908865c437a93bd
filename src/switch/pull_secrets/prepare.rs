//! `secrets copy` and `secrets prune` in two calls each: a plan, then its execution.

use std::collections::HashSet;

use tokio_util::sync::CancellationToken;

use super::copy::{CopyOptions, CopyPlan, LeftAsIs};
use super::facts::PruneFacts;
use super::judged_steps::leave_excluded;
use super::login_source::{LoginPurpose, LoginSource};
use super::logins::PullLogins;
use super::needs::LoginNeeds;
use super::occupants::Occupants;
use super::prune::{PruneOptions, PrunePlan};
use super::run::{SecretRun, dry_run};
use super::secret_users::SecretUserSearch;
use super::step::SecretStep;
use super::trial::try_logins;
use crate::account::{Account, RequiredApis, ccr_hosts};
use crate::diagnostic::{Diagnostic, counted};
use crate::image::{Host, RepositoryName};
use crate::kubernetes::{Cluster, ClusterError};
use crate::proof::prove_public;
use crate::switch::apply::{ApplyError, ApplyOptions, Watcher};
use crate::switch::inventory::{Inventory, Unread};
use crate::switch::notice::{Noted, Notice, NoticeCode};
use crate::switch::plan::new_references;
use crate::switch::report::{Report, ReportCommand};
use crate::switch::sides::{PrepareError, SwitchInputs, Wanted, ccr_names_of};
use crate::switch::verify::in_use;
use crate::workload::{ObjectRef, Renamer};

/// A plan about pull secrets, and all that it is carried out with.
pub struct PreparedSecrets {
    /// `secrets copy` or `secrets prune`.
    pub command: ReportCommand,
    /// What will be written, in this order.
    pub steps: Vec<SecretStep>,
    /// What stays as it is, and why.
    pub left: Vec<LeftAsIs>,
    /// What to know of the plan.
    pub notices: Vec<Notice>,
    /// What the plan was made from.
    pub inventory: Inventory,
    /// Whether something is left to do once all steps are done.
    pub is_left: bool,
    cluster: Cluster,
    login: StepLogin,
    /// Whether all namespaces are in scope.
    whole_cluster: bool,
}

/// What new Secrets hold.
enum StepLogin {
    /// No Secret is written.
    Unneeded,
    /// A login that exists.
    Ready(PullLogins),
    /// One that is created in TCR once the plan is agreed to.
    ToCreate(Box<LoginToCreate>),
}

struct LoginToCreate {
    source: LoginSource,
    account: Account,
    host: Host,
    repositories: std::collections::BTreeSet<RepositoryName>,
    /// Its place in a dry run.
    stand_in: PullLogins,
}

/// Plans a login for TCR in each namespace that needs one. Nothing is written.
pub async fn prepare_secrets_copy(
    inputs: &SwitchInputs<'_>,
    options: CopyOptions<'_>,
    source: LoginSource,
) -> Noted<PreparedSecrets, PrepareError> {
    Noted::collect(async |notices| copy(inputs, options, source, notices).await).await
}

async fn copy(
    inputs: &SwitchInputs<'_>,
    options: CopyOptions<'_>,
    source: LoginSource,
    notices: &mut Vec<Notice>,
) -> Result<PreparedSecrets, PrepareError> {
    let need = if source.is_created() { RequiredApis::Tcr } else { RequiredApis::None };
    let (account, host) = inputs.open(need, notices).await?;
    let renamer = Renamer { names: ccr_names_of(&account), target: host.clone() };
    let wanted = Wanted { also: Some(host.clone()), ..Wanted::default() };
    let (cluster, mut inventory) = inputs.read(&renamer.names, wanted).await?;
    notices.extend(inventory.notices());
    let mut images = in_use(&inventory, &host);
    images.extend(new_references(&inventory, &renamer).references.into_keys());
    let nothing = HashSet::new();
    let needs = LoginNeeds { inventory: &inventory, renamer: &renamer, public: &nothing };
    let pulled = needs.pulled();
    // A registry that can't be reached is waited for once.
    let (public, untried) = tokio::join!(
        prove_public(&images, &account),
        try_logins(&cluster, &mut inventory, &pulled, &host, &account.registries)
    );
    notices.extend(untried.into_iter().map(|text| Notice::new(NoticeCode::LoginUnproven, text)));
    let needs = LoginNeeds { inventory: &inventory, renamer: &renamer, public: &public };
    let lacking = CopyPlan::lacking(needs);
    let occupants = Occupants::of(&cluster, &lacking, options.name, &host).await?;
    let mut plan = CopyPlan::make(needs, options, &occupants);
    leave_excluded(&mut plan.steps, &mut plan.left, &inventory.exclusions);
    if !plan.conflicts.is_empty() {
        let conflicts = plan.conflicts.into_iter().map(|conflict| conflict.diagnostic);
        return Err(PrepareError::Refused(conflicts.collect()));
    }
    let repositories = std::mem::take(&mut plan.repositories);
    let login = match (plan.needs_login(), source.is_created()) {
        (false, _) => StepLogin::Unneeded,
        (true, true) => {
            let stand_in = PullLogins::stand_in(&host);
            let to_create = LoginToCreate { source, account, host, repositories, stand_in };
            StepLogin::ToCreate(Box::new(to_create))
        }
        (true, false) => {
            let purpose =
                LoginPurpose { account: &account, host: &host, repositories: &repositories };
            StepLogin::Ready(purpose.find(&source, &cluster, notices).await?)
        }
    };
    let hides_images = inventory.unread.iter().any(Unread::may_hide_images);
    Ok(PreparedSecrets {
        command: ReportCommand::SecretsCopy,
        notices: copy_notices(&plan),
        is_left: !plan.left.is_empty() || hides_images,
        steps: plan.steps,
        left: plan.left,
        inventory,
        cluster,
        login,
        whole_cluster: inputs.all_namespaces,
    })
}

fn copy_notices(plan: &CopyPlan) -> Vec<Notice> {
    let useless = |login| format!("{login}; another login is written");
    let mut notices: Vec<Notice> = plan
        .useless
        .iter()
        .map(|login| Notice::new(NoticeCode::UselessLogin, useless(login)))
        .collect();
    if !plan.for_switch.is_empty() {
        let objects = counted(plan.for_switch.len(), "object has", "objects have");
        notices.push(Notice::new(
            NoticeCode::LeftForSwitch,
            format!(
                "{objects} imagePullSecrets in the pod template: the switch adds the new Secret together with the image, so that pods restart once"
            ),
        ));
    }
    if plan.steps.is_empty() {
        let text = match plan.left.is_empty() {
            true => "every namespace in scope that needs a login for TCR has one",
            false => "nothing can be changed",
        };
        notices.push(Notice::new(NoticeCode::NothingToChange, text));
    }
    notices
}

/// Plans to take CCR's pull secrets out of use. Nothing is written.
pub async fn prepare_secrets_prune(
    inputs: &SwitchInputs<'_>,
    options: PruneOptions,
) -> Noted<PreparedSecrets, PrepareError> {
    Noted::collect(async |notices| prune(inputs, options, notices).await).await
}

async fn prune(
    inputs: &SwitchInputs<'_>,
    options: PruneOptions,
    notices: &mut Vec<Notice>,
) -> Result<PreparedSecrets, PrepareError> {
    if inputs.scope.label_selector.is_some() || inputs.scope.field_selector.is_some() {
        let hint = "omit -l and --field-selector; -n and --exclude-namespace select namespaces";
        let message = "a selector hides workloads that may still need the Secrets";
        return Err(Diagnostic::new(message).with_hint(hint).into());
    }
    let ccr = ccr_hosts(inputs.account)?;
    let (cluster, inventory) = inputs.read(&(&ccr).into(), Wanted::default()).await?;
    notices.extend(inventory.notices());
    let mut facts = PruneFacts::read(&cluster, &inventory, &ccr, options.delete_secrets).await?;
    let mut plan = PrunePlan::make(&inventory, &ccr, &facts, options);
    let deleted = plan.deleted();
    if !deleted.is_empty() {
        let search = SecretUserSearch::new(&cluster, inputs.all_namespaces).await?;
        facts.users = search.read(&deleted).await?;
        plan = PrunePlan::make(&inventory, &ccr, &facts, options);
    }
    leave_excluded(&mut plan.steps, &mut plan.left, &inventory.exclusions);
    Ok(PreparedSecrets {
        command: ReportCommand::SecretsPrune,
        notices: prune_notices(&plan),
        is_left: !plan.left.is_empty() || !inventory.unread.is_empty(),
        steps: plan.steps,
        left: plan.left,
        inventory,
        cluster,
        login: StepLogin::Unneeded,
        whole_cluster: inputs.all_namespaces,
    })
}

fn prune_notices(plan: &PrunePlan) -> Vec<Notice> {
    let deleted = plan.deleted().len();
    let deleted = (deleted > 0).then(|| {
        let secrets = counted(deleted, "Secret is", "Secrets are");
        let text = format!(
            "{secrets} deleted, and rollback does not restore them without a backup (--secrets-backup FILE); `kubectl rollout undo` to an image in CCR would need them"
        );
        Notice::new(NoticeCode::Irreversible, text)
    });
    let nothing = (plan.steps.is_empty() && plan.left.is_empty()).then(|| {
        Notice::new(NoticeCode::NothingToChange, "nothing uses a pull secret that is for CCR only")
    });
    deleted.into_iter().chain(nothing).collect()
}

impl PreparedSecrets {
    /// Where it will be done.
    #[must_use]
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// A server-side dry run; returns the changes that the server refuses.
    pub async fn dry_run(&self) -> Vec<(ObjectRef, ClusterError)> {
        dry_run(&self.cluster, self.logins(), &self.steps).await
    }

    fn logins(&self) -> Option<&PullLogins> {
        match &self.login {
            StepLogin::Unneeded => None,
            StepLogin::Ready(logins) => Some(logins),
            StepLogin::ToCreate(login) => Some(&login.stand_in),
        }
    }

    /// Creates the login in TCR, if the plan needs one that doesn't exist yet.
    pub async fn create_login(&mut self) -> Noted<(), PrepareError> {
        Noted::collect(async |notices| {
            let StepLogin::ToCreate(login) = &self.login else { return Ok(()) };
            let LoginToCreate { source, account, host, repositories, .. } = &**login;
            let created =
                LoginPurpose { account, host, repositories }.create(source, notices).await?;
            self.login = StepLogin::Ready(created);
            Ok(())
        })
        .await
    }

    /// Carries the plan out, after [`PreparedSecrets::create_login`].
    ///
    /// # Errors
    /// [`ApplyError`], if nothing was written: a change is refused, or the rollback file can't be
    /// written.
    pub async fn execute(
        &self,
        options: &ApplyOptions,
        watcher: Watcher<'_>,
        stop: &CancellationToken,
    ) -> Result<Report, ApplyError> {
        let logins = self.logins();
        let whole_cluster = self.whole_cluster;
        let run =
            SecretRun { cluster: &self.cluster, logins, options, watcher, stop, whole_cluster };
        run.carry_out(self.command, &self.steps, &self.inventory.unread).await
    }
}

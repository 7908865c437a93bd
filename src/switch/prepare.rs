//! The first half of a switch: reads both sides and makes the plan. The second is
//! [`execute`](super::execute).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use futures::{StreamExt as _, stream};
use serde_json::Value;

use super::apply::{PodLooks, Which};
use super::inventory::Inventory;
use super::notice::{Noted, Notice, NoticeCode};
use super::plan::{
    PlanInputs, PullSecretMode, SwitchOptions, SwitchPlan, Verdict, make_plan, new_references,
    unfit_secrets, unfit_warnings,
};
use super::pull_secrets::{LoginNeeds, try_logins};
use super::sides::{PrepareError, SwitchInputs, Wanted, ccr_names_of};
use crate::account::{Account, RequiredApis, Settings, owned_namespaces};
use crate::environment::Environment;
use crate::image::{OwnedNamespaces, Pin, Reference, TagOrDigest};
use crate::kubernetes::{Cluster, ClusterError};
use crate::proof::{ProvenImages, prove_images, prove_public};
use crate::workload::{ImageClass, Renamer};

/// How many objects are previewed at once.
const AT_ONCE: usize = 16;

/// A plan, and all that it is carried out with.
pub struct PreparedSwitch {
    /// What will be done.
    pub plan: SwitchPlan,
    /// What the plan was made from.
    pub inventory: Inventory,
    /// What names become.
    pub renamer: Renamer,
    /// Whether TCR's API can be asked, which a sync by patterns needs.
    pub has_api: bool,
    pub(super) cluster: Cluster,
    pub(super) proven: ProvenImages,
    pub(super) options: SwitchOptions,
}

/// Reads the cluster and both registries, and makes the plan. Nothing is written.
pub async fn prepare_plan(
    inputs: &SwitchInputs<'_>,
    options: SwitchOptions,
) -> Noted<PreparedSwitch, PrepareError> {
    Noted::collect(async |notices| prepare(inputs, options, notices).await).await
}

async fn prepare(
    inputs: &SwitchInputs<'_>,
    options: SwitchOptions,
    notices: &mut Vec<Notice>,
) -> Result<PreparedSwitch, PrepareError> {
    let (account, host) = inputs.open(RequiredApis::None, notices).await?;
    let mut names = ccr_names_of(&account);
    let is_addons = options.pull_secret == Some(PullSecretMode::Addon);
    let addon_for = is_addons.then(|| host.clone());
    let wanted = Wanted { addon_for, all_pods: options.pin.is_some(), ..Wanted::default() };
    // Both ask elsewhere, and neither needs the other.
    let ((owned, unknown), read) =
        tokio::join!(Box::pin(owned(inputs.account)), Box::pin(inputs.read(&names, wanted)));
    notices.extend(unknown);
    let (cluster, mut inventory) = read?;
    notices.extend(inventory.notices());
    if owned.is_some() {
        names.owned = owned;
        inventory.reclassify(&names);
    }
    let renamer = Renamer { names, target: host };
    let mut proven = prove_images(&new_references(&inventory, &renamer).references, &account).await;
    if let Some(pin) = options.pin
        && !options.allow_drift
    {
        proven.compare_running(running(&inventory, &renamer, pin), &account).await;
    }
    let unproven = proven.notices.iter();
    notices.extend(unproven.map(|notice| Notice::new(NoticeCode::ImagesUnproven, notice)));
    // Of a registry that can't be reached, that was said when the images were looked up.
    if options.pull_secret != Some(PullSecretMode::Keep) && proven.is_reachable {
        let tried = try_private(&cluster, &mut inventory, &renamer, &proven, &account).await;
        notices.extend(tried.into_iter().map(|text| Notice::new(NoticeCode::LoginUnproven, text)));
    }
    let known = PlanInputs { renamer: &renamer, options: &options, proven: &proven };
    let mut plan = make_plan(&inventory, &known)?;
    note_stuck(&cluster, &inventory, &mut plan).await;
    leave_out_public(&mut plan, &account).await;
    let unfit = unfit_warnings(&unfit_secrets(&inventory, &known, &plan));
    let code = NoticeCode::PreferredSecretUnfit;
    notices.extend(unfit.into_iter().map(|text| Notice::new(code, text)));
    let has_api = account.enterprise.is_some();
    Ok(PreparedSwitch { plan, inventory, renamer, has_api, cluster, proven, options })
}

/// What runs under each tag that is to be pinned, as kubelets call it.
fn running(
    inventory: &Inventory,
    renamer: &Renamer,
    pin: Pin,
) -> BTreeMap<Reference, BTreeSet<String>> {
    let mut all: BTreeMap<Reference, BTreeSet<String>> = BTreeMap::new();
    for run in inventory.pods.iter().flat_map(|pods| &pods.images) {
        let ImageClass::Switched(image) = &run.class else { continue };
        let new = renamer.new_reference(image);
        if matches!(&new.version, TagOrDigest::Tag(tag) if pin.takes(tag)) {
            all.entry(new).or_default().extend(run.ids.iter().cloned());
        }
    }
    all
}

/// Says of which objects a pod may hold up the change that would fix it.
async fn note_stuck(cluster: &Cluster, inventory: &Inventory, plan: &mut SwitchPlan) {
    let looks = PodLooks::default();
    let held_up: HashMap<_, _> = inventory
        .objects
        .iter()
        .filter(|found| found.is_held_up && found.no_rollout.is_none())
        .map(|found| (&found.object, found.version.uid.as_str()))
        .collect();
    for entry in plan.objects.iter_mut().filter(|entry| entry.verdict == Verdict::Switch) {
        let Some(uid) = held_up.get(&entry.object) else { continue };
        let look = looks.look(cluster, entry.namespace(), Which::Waiting).await;
        entry.notes.extend(look.stuck_of(&entry.object, uid));
    }
}

/// Of the pods that lack a login, those that need none are well. Their namespaces need not be among
/// those that the plan is about.
async fn leave_out_public(plan: &mut SwitchPlan, account: &Account) {
    let pods = plan.made_before.iter();
    let images: Vec<Reference> = pods.flat_map(|pods| pods.images.iter().cloned()).collect();
    if images.is_empty() {
        return;
    }
    let public = prove_public(&images, account).await;
    plan.made_before.retain(|pods| {
        pods.images.iter().any(|image| !public.contains(image.repository.namespace()))
    });
}

/// Tries the logins that the pods will pull private images with.
async fn try_private(
    cluster: &Cluster,
    inventory: &mut Inventory,
    renamer: &Renamer,
    proven: &ProvenImages,
    account: &Account,
) -> Vec<String> {
    let needs = LoginNeeds { inventory: &*inventory, renamer, public: &HashSet::new() };
    let mut pulled = needs.pulled();
    let private = proven.private();
    for repositories in pulled.values_mut() {
        repositories.retain(|repository| private.contains(repository));
    }
    for pods in &inventory.on_host {
        let here = pulled.entry(pods.namespace.clone()).or_default();
        here.extend(pods.images.iter().map(|image| image.repository.clone()));
    }
    try_logins(cluster, inventory, &pulled, &renamer.target, &account.registries).await
}

/// The namespaces of CCR that the account lists, if there is a key to ask with; and what is not
/// known of them.
async fn owned(settings: &Settings) -> (Option<OwnedNamespaces>, Vec<Notice>) {
    let (owned, unknown) = owned_namespaces(settings, &Environment::from_process()).await;
    let notice = |text: String| Notice::new(NoticeCode::OwnershipUnknown, text);
    (owned, unknown.into_iter().map(notice).collect())
}

impl PreparedSwitch {
    /// Where it will be done.
    #[must_use]
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    pub(super) fn inputs(&self) -> PlanInputs<'_> {
        PlanInputs { renamer: &self.renamer, options: &self.options, proven: &self.proven }
    }

    /// Each object that would change, as it is and as the server says that it would be:
    /// `ServiceAccount`s first. Secrets are never among them.
    pub async fn preview(&self) -> Vec<Result<(Value, Value), ClusterError>> {
        stream::iter(self.plan.patches())
            .map(async |planned| {
                let before = self.cluster.get(planned.path).await?;
                let after = self.cluster.preview(planned.path, &planned.patch.forward()).await?;
                Ok((before, after))
            })
            .buffered(AT_ONCE)
            .collect()
            .await
    }
}

//! What `kubectl tcr-switch` plans.

use ccr2tcr::diagnostic::Diagnostic;
use ccr2tcr::image::Host;
use ccr2tcr::switch::{
    ImageSwitch, Notice, ObjectPlan, PlannedPatch, PodSample, PodsOnHost, PreparedSwitch,
    ReasonClass, SecretSwitch, SwitchPlan, Unread, Verdict,
};
use ccr2tcr::terminal::{Column, Table, View};
use ccr2tcr::workload::{Mention, ObjectPatch, ObjectRef};
use serde::Serialize;
use serde_json::Value;

use super::names::place;
use super::running::{KeptView, RunningView};
use crate::cli::CommonArgs;
use crate::hints::hint;
use crate::shell::connection_flags;

const SCHEMA_VERSION: u32 = 2;

/// A plan, as `-o json` prints it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanView<'a> {
    /// `plan`
    kind: &'static str,
    /// What was noticed on the way, each with a `code`.
    notices: &'a [Notice],
    /// One for each object that names CCR.
    objects: Vec<ObjectView<'a>>,
    /// Pods that pull from TCR, and were made before their account got the Secret of TKE's addon.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pods_made_before: &'a [PodsOnHost],
    /// The pods that run images of CCR which their template doesn't name.
    running_pods: Vec<RunningView<'a>>,
    /// 2
    schema_version: u32,
    /// `ServiceAccount`s that get a pull secret, written before the objects.
    service_accounts: Vec<ServiceAccountView<'a>>,
    summary: Summary,
    /// The host that references will name.
    target: &'a Host,
    /// What could not be listed.
    unread: &'a [Unread],
    #[serde(skip)]
    plan: &'a SwitchPlan,
    /// Of the cluster, for a `kubectl` command.
    #[serde(skip)]
    pub(crate) connection_flags: String,
}

#[derive(Serialize)]
struct Summary {
    /// Whether something names CCR once the plan is done.
    left: bool,
    objects: usize,
    /// If not every pod was read: how many were.
    #[serde(skip_serializing_if = "Option::is_none")]
    sampled: Option<PodSample>,
    /// How many objects are switched.
    switch: usize,
    /// References to Tencent's own images, which are left as they are.
    tencents: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ObjectView<'a> {
    images: &'a [ImageSwitch],
    /// The pods that keep the old image once the object is switched.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_pods: Option<KeptView<'a>>,
    mentions: &'a [Mention],
    notes: &'a [String],
    object: &'a ObjectRef,
    /// For `kubectl patch --type=json --patch-file`.
    patch: Option<Value>,
    pull_secrets: &'a [SecretSwitch],
    /// Why it isn't switched.
    reasons: Vec<ReasonView>,
    /// As kubectl takes it: `deployments.v1.apps`.
    resource: String,
    verdict: &'static str,
}

#[derive(Serialize)]
struct ReasonView {
    class: ReasonClass,
    #[serde(flatten)]
    diagnostic: Diagnostic,
}

#[derive(Serialize)]
struct ServiceAccountView<'a> {
    new: &'a [String],
    object: &'a ObjectRef,
    old: &'a [String],
    patch: Value,
    resource: String,
}

impl<'a> PlanView<'a> {
    pub(crate) fn new(
        prepared: &'a PreparedSwitch,
        notices: &'a [Notice],
        common: &CommonArgs,
    ) -> Self {
        let plan = &prepared.plan;
        let accounts = plan.service_accounts.iter().map(|account| ServiceAccountView {
            new: &account.new,
            object: &account.object,
            old: &account.old,
            patch: forward(&account.patch),
            resource: "serviceaccounts".to_owned(),
        });
        Self {
            kind: "plan",
            notices,
            objects: plan.objects.iter().map(|object| ObjectView::new(object, common)).collect(),
            pods_made_before: &plan.made_before,
            running_pods: plan.running.iter().map(|pods| RunningView::new(pods, common)).collect(),
            schema_version: SCHEMA_VERSION,
            service_accounts: accounts.collect(),
            summary: Summary {
                left: plan.leaves_something(true),
                objects: plan.objects.len(),
                sampled: prepared.inventory.sampled,
                switch: plan.switched().count(),
                tencents: plan.tencents,
            },
            target: &plan.target,
            unread: &plan.unread,
            plan,
            connection_flags: connection_flags(&common.connection),
        }
    }

    /// All that would be written, in this order.
    pub(crate) fn patches(&self) -> impl Iterator<Item = PlannedPatch<'_>> {
        self.plan.patches()
    }
}

impl<'a> ObjectView<'a> {
    fn new(object: &'a ObjectPlan, common: &CommonArgs) -> Self {
        let reason = |class, message: String, hint| {
            let diagnostic = Diagnostic { hint, ..Diagnostic::new(message) };
            ReasonView { class, diagnostic }
        };
        let reasons = match &object.verdict {
            Verdict::Blocked(reasons) => reasons
                .iter()
                .map(|one| reason(one.class(), one.to_string(), hint(one, common)))
                .collect(),
            Verdict::Managed(manager) => {
                let advice = Some(manager.advice());
                vec![reason(ReasonClass::Managed, manager.to_string(), advice)]
            }
            Verdict::Immutable(instead) => {
                vec![reason(ReasonClass::Immutable, (*instead).to_owned(), None)]
            }
            Verdict::Excluded(pattern) => {
                let message = format!("left out by --exclude-object {pattern}");
                vec![reason(ReasonClass::ExcludedObject, message, None)]
            }
            Verdict::Refused(diagnostic) => {
                let Diagnostic { message, hint, .. } = diagnostic.clone();
                vec![reason(ReasonClass::Refused, message, hint)]
            }
            Verdict::Switch | Verdict::Mentioned | Verdict::Finished => Vec::new(),
        };
        Self {
            images: &object.images,
            kept_pods: object
                .kept_pods
                .as_ref()
                .map(|kept| KeptView::new(&object.object, kept, common)),
            mentions: &object.mentions,
            notes: &object.notes,
            object: &object.object,
            patch: object.patch.as_ref().map(forward),
            pull_secrets: &object.pull_secrets,
            reasons,
            resource: resource(&object.object, &object.plural),
            verdict: object.verdict.word(),
        }
    }
}

fn forward(patch: &ObjectPatch) -> Value {
    // A list of plain structures, which can be written as JSON.
    serde_json::to_value(patch.forward()).unwrap_or_default()
}

/// As kubectl takes it: `serviceaccounts`, `deployments.v1.apps`.
pub(crate) fn resource(object: &ObjectRef, plural: &str) -> String {
    match object.group() {
        "" => plural.to_owned(),
        // The version, too: a group may have several, and the patch is of this one.
        group => {
            let version = object.api_version.split('/').nth(1).unwrap_or_default();
            format!("{plural}.{version}.{group}")
        }
    }
}

impl View for PlanView<'_> {
    fn table(&self, wide: bool) -> Option<Table> {
        (!self.plan.objects.is_empty()).then(|| table(self.plan, wide))
    }

    fn names(&self) -> Vec<String> {
        self.plan.switched().map(|object| object.object.to_string()).collect()
    }
}

fn table(plan: &SwitchPlan, is_wide: bool) -> Table {
    let mut columns = vec![
        Column::text("namespace"),
        Column::text("object"),
        Column::text("plan"),
        Column::text("image"),
    ];
    if is_wide {
        columns.extend([
            Column::text("becomes"),
            Column::text("place"),
            Column::text("pull secrets"),
        ]);
    }
    let mut table = Table::new(columns);
    for entry in &plan.service_accounts {
        let added = entry.new.iter().filter(|name| !entry.old.contains(name));
        let added: Vec<&str> = added.map(String::as_str).collect();
        let secrets = format!("+{}", added.join(",+"));
        table.row([entry.namespace(), &entry.object.to_string(), "add secret", &secrets]);
    }
    for entry in &plan.objects {
        let name = entry.object.to_string();
        let verdict = entry.verdict.word();
        let secrets: Vec<String> = entry
            .pull_secrets
            .iter()
            .map(|change| format!("{} → {}", change.old.join(","), change.new.join(",")))
            .collect();
        let secrets = secrets.join("; ");
        for image in &entry.images {
            table.row([
                entry.namespace(),
                &name,
                verdict,
                &image.old,
                image.new.as_deref().unwrap_or_default(),
                &place(image.role, image.container.as_deref(), &image.pointer),
                &secrets,
            ]);
        }
        for mention in &entry.mentions {
            let place = mention.pointer.to_string();
            table.row([entry.namespace(), &name, "mentioned", &mention.text, "", &place, ""]);
        }
    }
    table
}

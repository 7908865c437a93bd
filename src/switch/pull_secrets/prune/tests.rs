use serde_json::{Value, json};

use super::*;
use crate::switch::inventory::Unread;
use crate::switch::pull_secrets::test_inventory::{account, deployment, inventory, secret};
use crate::workload::Pointer;

const CCR: &str = "ccr.ccs.tencentyun.com";
const OLD: &str = "ccr.ccs.tencentyun.com/shop/web:v1";
const NEW: &str = "prod.tencentcloudcr.com/shop/web:v1";

const ALL: PruneOptions = PruneOptions { delete_secrets: true, include_managed: false };

fn made(inventory: &Inventory, delete: bool) -> PrunePlan {
    let mut facts = PruneFacts::default();
    facts.secret(&secret("shop", "old", &[CCR]));
    let options = PruneOptions { delete_secrets: delete, ..ALL };
    PrunePlan::make(inventory, &CcrHosts::default(), &facts, options)
}

fn shown(plan: &PrunePlan) -> Vec<String> {
    let step = |step: &SecretStep| match &step.change {
        SecretChange::Lists { lists, .. } => format!("{} {}", step.object, lists[0].new.join(",")),
        SecretChange::Delete { .. } => format!("{} deleted", step.object),
        SecretChange::Create | SecretChange::Renew { .. } => unreachable!(),
    };
    plan.steps.iter().map(step).collect()
}

fn switched() -> Vec<Value> {
    vec![
        secret("shop", "old", &[CCR]),
        secret("shop", "both", &[CCR, "r.lan"]),
        secret("shop", "tcr", &["prod.tencentcloudcr.com"]),
        account("shop", "default", &["old", "both", "tcr"]),
        deployment("shop", "web", NEW, &["old", "tcr"]),
        deployment("shop", "api", NEW, &["tcr"]),
    ]
}

#[test]
fn references_to_what_is_for_ccr_alone_go_and_the_secret_stays() {
    let plan = made(&inventory(&switched()), false);
    assert_eq!(shown(&plan), ["serviceaccount/default both,tcr", "deployment.apps/web tcr"]);
    assert!(plan.left.is_empty());
    assert!(!plan.steps[0].restarts_pods() && plan.steps[1].restarts_pods());
}

#[test]
fn the_last_reference_takes_the_list_with_it() {
    let objects = [secret("shop", "old", &[CCR]), account("shop", "default", &["old"])];
    let plan = made(&inventory(&objects), false);
    let SecretChange::Lists { patch, .. } = &plan.steps[0].change else { panic!() };
    assert_eq!(patch.changes[0].new, None);
}

#[test]
fn where_anything_names_ccr_everything_is_kept() {
    let mut objects = switched();
    objects.push(deployment("shop", "late", OLD, &[]));
    let plan = made(&inventory(&objects), true);
    assert!(plan.steps.is_empty());
    assert!(plan.left[0].diagnostic.message.contains("deployment.apps/late still names CCR"));
    // In another namespace it is of no consequence.
    objects.pop();
    objects.push(deployment("dev", "late", OLD, &[]));
    assert_eq!(made(&inventory(&objects), false).steps.len(), 2);
}

#[test]
fn a_host_with_its_port_is_ccr_all_the_same_and_tencents_own_images_need_no_secret() {
    let with = |image: &str| {
        let mut objects = switched();
        objects.push(deployment("shop", "late", image, &[]));
        made(&inventory(&objects), false)
    };
    let kept = with("ccr.ccs.tencentyun.com:443/shop/web:v1");
    assert!(
        kept.steps.is_empty() && kept.left[0].diagnostic.message.contains("late still names CCR")
    );
    assert_eq!(with("ccr.ccs.tencentyun.com/tkeimages/pause:3.9").steps.len(), 2);
}

#[test]
fn a_pod_that_still_runs_keeps_them() {
    let mut facts = PruneFacts::default();
    facts.on_ccr.insert("shop".to_owned(), "web-1".to_owned());
    let plan = PrunePlan::make(&inventory(&switched()), &CcrHosts::default(), &facts, ALL);
    assert!(plan.steps.is_empty());
    assert!(plan.left[0].diagnostic.message.contains("pod web-1"));
}

#[test]
fn what_could_not_be_read_keeps_them() {
    let mut all = inventory(&switched());
    all.unread.push(Unread {
        what: "cronjobs.batch".to_owned(),
        namespace: None,
        why: "forbidden".to_owned(),
        forbidden: true,
    });
    let plan = made(&all, true);
    assert!(plan.steps.is_empty());
    assert!(plan.left[0].diagnostic.message.contains("can't list cronjobs.batch"));
}

#[test]
fn a_secret_is_deleted_after_its_references_and_only_without_others() {
    let plan = made(&inventory(&switched()), true);
    assert_eq!(shown(&plan).last().unwrap(), "secret/old deleted");
    let mut objects = switched();
    objects[4]["metadata"]["labels"] = json!({"app.kubernetes.io/managed-by": "Helm"});
    objects[4]["metadata"]["annotations"] = json!({"meta.helm.sh/release-name": "web"});
    let plan = made(&inventory(&objects), true);
    assert_eq!(shown(&plan), ["serviceaccount/default both,tcr"]);
    assert!(
        plan.left[1].diagnostic.message.contains("deployment.apps/web references it"),
        "{:?}",
        plan.left
    );
}

#[test]
fn what_anything_uses_is_kept_and_named() {
    let made = |kind: &str, name: &str, pointer: &[&str]| {
        let mut facts = PruneFacts::default();
        facts.secret(&secret("shop", "old", &[CCR]));
        let object = ObjectRef {
            api_version: if kind == "Deployment" { "apps/v1" } else { "v1" }.to_owned(),
            kind: kind.to_owned(),
            namespace: Some("shop".to_owned()),
            name: name.to_owned(),
        };
        let pointer = pointer.iter().fold(Pointer::root(), |pointer, key| pointer.key(key));
        let key = ("shop".to_owned(), "old".to_owned());
        facts.users.add(key, SecretUser { object, pointer });
        PrunePlan::make(&inventory(&switched()), &CcrHosts::default(), &facts, ALL)
    };
    let volume = ["spec", "template", "spec", "volumes", "0", "secret", "secretName"];
    for plan in [
        made("Deployment", "web", &volume),
        made("ServiceAccount", "default", &["secrets", "0", "name"]),
    ] {
        assert_eq!(plan.steps.len(), 2, "{:?}", plan.steps);
        let message = &plan.left[0].diagnostic.message;
        assert!(message.starts_with("keeping Secret old: "), "{message}");
        assert!(message.contains(" uses it at /"), "{message}");
    }
    // The lists that the plan itself changes are no use any more.
    let list = ["spec", "template", "spec", "imagePullSecrets", "0", "name"];
    assert_eq!(made("Deployment", "web", &list).steps.len(), 3);
    assert_eq!(
        made("ServiceAccount", "default", &["imagePullSecrets", "0", "name"]).steps.len(),
        3
    );
}

#[test]
fn what_could_not_be_asked_for_users_keeps_them() {
    let mut facts = PruneFacts::default();
    facts.secret(&secret("shop", "old", &[CCR]));
    facts.users.unread.push(("sites.x.io".to_owned(), "forbidden".to_owned()));
    let plan = PrunePlan::make(&inventory(&switched()), &CcrHosts::default(), &facts, ALL);
    assert_eq!(plan.steps.len(), 2);
    assert!(plan.left[0].diagnostic.message.contains("can't list sites.x.io"), "{:?}", plan.left);
}

#[test]
fn what_others_write_is_changed_and_deleted_on_request() {
    let by_helm = |mut object: Value| {
        object["metadata"]["labels"] = json!({"app.kubernetes.io/managed-by": "Helm"});
        object["metadata"]["annotations"] = json!({"meta.helm.sh/release-name": "web"});
        object
    };
    let objects = [
        secret("shop", "old", &[CCR]),
        by_helm(account("shop", "default", &["old"])),
        by_helm(deployment("shop", "web", NEW, &["old", "tcr"])),
    ];
    let mut facts = PruneFacts::default();
    facts.secret(&by_helm(secret("shop", "old", &[CCR])));
    let made =
        |options| PrunePlan::make(&inventory(&objects), &CcrHosts::default(), &facts, options);
    let left = made(ALL);
    assert!(left.steps.is_empty(), "{:?}", left.steps);
    assert!(
        left.left.iter().any(|left| left
            .diagnostic
            .hint
            .as_deref()
            .unwrap_or_default()
            .contains("Helm"))
    );
    let all = made(PruneOptions { include_managed: true, ..ALL });
    assert_eq!(
        shown(&all),
        ["serviceaccount/default ", "deployment.apps/web tcr", "secret/old deleted"]
    );
    let is_told =
        |step: &SecretStep| step.notes.iter().any(|note| note.contains("may revert this"));
    assert!(all.left.is_empty() && all.steps.iter().all(is_told));
}

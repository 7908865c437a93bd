use super::*;
use crate::cluster::pull_secrets::test_inventory::{account, deployment, inventory, secret};
use crate::image::{CcrHosts, Mapping};

const CCR: &str = "ccr.ccs.tencentyun.com";
const TCR: &str = "prod.tencentcloudcr.com";
const WEB: &str = "ccr.ccs.tencentyun.com/shop/web:v1";

fn renamer() -> Renamer {
    Renamer {
        ccr: CcrHosts::default(),
        mapping: Mapping::new(Vec::new()),
        target: TCR.parse().unwrap(),
        owned: None,
    }
}

fn plan(objects: &[serde_json::Value], to_templates: bool) -> CopyPlan {
    let inventory = inventory(objects);
    CopyPlan::make(&inventory, &renamer(), "tcr", to_templates, &Occupants::default())
}

fn shown(plan: &CopyPlan) -> Vec<String> {
    let step = |step: &SecretStep| {
        let what = match &step.change {
            SecretChange::Create => "create".to_owned(),
            SecretChange::Renew { .. } => "renew".to_owned(),
            SecretChange::Delete { .. } => "delete".to_owned(),
            SecretChange::Lists { lists, .. } => lists[0].new.join(","),
        };
        format!("{} {} {what}", step.namespace(), step.object)
    };
    plan.steps.iter().map(step).collect()
}

#[test]
fn a_namespace_gets_a_secret_and_the_account_of_its_workloads_names_it() {
    let plan = plan(
        &[
            account("shop", "default", &[]),
            account("shop", "idle", &[]),
            deployment("shop", "web", WEB, &[]),
            account("dev", "default", &[]),
            deployment("dev", "web", "r.lan/web:v1", &[]),
        ],
        false,
    );
    assert_eq!(shown(&plan), ["shop secret/tcr create", "shop serviceaccount/default tcr"]);
    assert!(plan.needs_login() && plan.left.is_empty());
}

#[test]
fn an_account_that_names_ccrs_secret_gets_the_new_one_beside_it() {
    let plan =
        plan(&[secret("shop", "old", &[CCR]), account("shop", "builder", &["old", "x"])], false);
    assert_eq!(shown(&plan), ["shop secret/tcr create", "shop serviceaccount/builder old,x,tcr"]);
}

#[test]
fn a_secret_that_is_there_is_named_and_not_made_again() {
    let objects = |names: &[&str]| {
        [
            secret("shop", "own", &[TCR]),
            account("shop", "default", names),
            deployment("shop", "web", WEB, &[]),
        ]
    };
    assert_eq!(shown(&plan(&objects(&[]), false)), ["shop serviceaccount/default own"]);
    assert!(shown(&plan(&objects(&["own"]), false)).is_empty());
    assert!(CopyPlan::lacking(&inventory(&objects(&[])), &renamer()).is_empty());
}

#[test]
fn a_secret_for_another_path_of_the_host_is_none() {
    let plan = plan(
        &[
            secret("shop", "own", &["prod.tencentcloudcr.com/other/"]),
            account("shop", "default", &["own"]),
            deployment("shop", "web", WEB, &[]),
        ],
        false,
    );
    assert_eq!(shown(&plan), ["shop secret/tcr create", "shop serviceaccount/default own,tcr"]);
}

#[test]
fn a_template_with_a_list_of_its_own_waits_for_the_switch_unless_told_otherwise() {
    let objects = [secret("shop", "old", &[CCR]), deployment("shop", "web", WEB, &["old"])];
    let patient = plan(&objects, false);
    assert_eq!(shown(&patient), ["shop secret/tcr create"]);
    assert_eq!(patient.for_switch.len(), 1);
    let eager = plan(&objects, true);
    assert_eq!(shown(&eager), ["shop secret/tcr create", "shop deployment.apps/web old,tcr"]);
    assert!(eager.for_switch.is_empty() && eager.steps[1].restarts_pods());
}

#[test]
fn what_cannot_be_done_is_said() {
    let mut managed = account("shop", "default", &[]);
    managed["metadata"]["labels"] = serde_json::json!({"app.kubernetes.io/managed-by": "Helm"});
    managed["metadata"]["annotations"] = serde_json::json!({"meta.helm.sh/release-name": "web"});
    let plan = plan(
        &[managed, deployment("shop", "web", WEB, &[]), deployment("dev", "web", WEB, &[])],
        false,
    );
    assert_eq!(shown(&plan), ["dev secret/tcr create", "shop secret/tcr create"]);
    let left: Vec<&str> = plan.left.iter().map(|left| left.message.as_str()).collect();
    assert!(left[0].starts_with("there is no ServiceAccount default"), "{left:?}");
    assert!(left[1].contains("Helm release web"), "{left:?}");
}

#[test]
fn a_foreign_secret_of_the_name_is_a_conflict_and_an_own_one_is_renewed() {
    let inventory =
        inventory(&[account("shop", "default", &["tcr"]), deployment("shop", "web", WEB, &[])]);
    let with = |occupant| {
        let occupants = Occupants([("shop".to_owned(), occupant)].into());
        CopyPlan::make(&inventory, &renamer(), "tcr", false, &occupants)
    };
    let foreign = with(Occupant::Other("somebody else made it"));
    assert!(foreign.steps.is_empty());
    assert!(foreign.conflicts[0].hint.as_deref().unwrap().contains("--name"));
    let ours = with(Occupant::Ours { resource_version: "7".to_owned() });
    assert_eq!(shown(&ours)[0], "shop secret/tcr renew");
}

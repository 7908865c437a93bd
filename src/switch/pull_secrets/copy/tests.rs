use std::collections::HashSet;

use super::*;
use crate::image::Mapping;
use crate::switch::pull_secrets::test_inventory::{
    account, deployment, inventory, inventory_by, secret,
};
use crate::switch::tried_logins::LoginPlace;
use crate::workload::CcrNames;

const CCR: &str = "ccr.ccs.tencentyun.com";
const TCR: &str = "prod.tencentcloudcr.com";
const WEB: &str = "ccr.ccs.tencentyun.com/shop/web:v1";

fn renamer() -> Renamer {
    Renamer { names: CcrNames::default(), target: TCR.parse().unwrap() }
}

fn plan(objects: &[serde_json::Value], to_templates: bool) -> CopyPlan {
    wished(objects, CopyOptions { to_templates, ..WISH })
}

fn needs<'a>(
    inventory: &'a Inventory,
    renamer: &'a Renamer,
    public: &'a HashSet<String>,
) -> LoginNeeds<'a> {
    LoginNeeds { inventory, renamer, public }
}

const WISH: CopyOptions<'_> =
    CopyOptions { name: "tcr", to_templates: false, include_managed: false };

fn wished(objects: &[serde_json::Value], options: CopyOptions<'_>) -> CopyPlan {
    let (inventory, renamer) = (inventory(objects), renamer());
    CopyPlan::make(needs(&inventory, &renamer, &HashSet::new()), options, &Occupants::default())
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
fn a_namespace_whose_images_stay_in_ccr_gets_none() {
    let objects = [account("shop", "default", &[]), deployment("shop", "web", WEB, &[])];
    let mapping = Mapping::new(Vec::new()).excluding(vec!["shop/*".parse().unwrap()]);
    let names = CcrNames { mapping, ..CcrNames::default() };
    let inventory = inventory_by(&names, &objects);
    let excluding = Renamer { names, ..renamer() };
    let plan =
        CopyPlan::make(needs(&inventory, &excluding, &HashSet::new()), WISH, &Occupants::default());
    assert!(shown(&plan).is_empty());
    assert!(!shown(&self::plan(&objects, false)).is_empty());
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
    let (inventory, renamer) = (inventory(&objects(&[])), renamer());
    assert!(CopyPlan::lacking(needs(&inventory, &renamer, &HashSet::new())).is_empty());
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
fn what_pulls_from_tcr_already_gets_another_login_where_its_own_is_of_no_use() {
    let image = format!("{TCR}/shop/web:v1");
    let made = |names: &[&str], is_refused: bool| {
        let mut inventory = inventory(&[
            secret("shop", "own", &[TCR]),
            account("shop", "default", &["own"]),
            deployment("shop", "web", &image, names),
        ]);
        if is_refused {
            inventory.tried.refused(LoginPlace::new(&TCR.parse().unwrap(), "shop", "own", TCR));
        }
        let public = HashSet::new();
        CopyPlan::make(needs(&inventory, &renamer(), &public), WISH, &Occupants::default())
    };
    assert!(shown(&made(&[], false)).is_empty());
    let through_account = made(&[], true);
    assert_eq!(
        shown(&through_account),
        ["shop secret/tcr create", "shop serviceaccount/default own,tcr"]
    );
    assert_eq!(through_account.useless.len(), 1);
    let own_list = made(&["own"], true);
    assert_eq!(shown(&own_list), ["shop secret/tcr create"]);
    assert!(own_list.for_switch.is_empty(), "no switch has anything to do with it");
    assert!(own_list.left[0].diagnostic.hint.as_ref().unwrap().starts_with("--to-templates"));
}

#[test]
fn a_pod_without_a_controller_is_not_promised_to_the_switch() {
    let pod = serde_json::json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "shop", "name": "bare"},
        "spec": {
            "containers": [{"name": "main", "image": WEB}], "imagePullSecrets": [{"name": "old"}],
        },
    });
    let plan = plan(&[secret("shop", "old", &[CCR]), pod], false);
    assert_eq!(shown(&plan), ["shop secret/tcr create"]);
    assert!(plan.for_switch.is_empty() && plan.left.is_empty());
}

#[test]
fn what_everybody_may_pull_needs_no_login() {
    let objects = [account("shop", "default", &[]), deployment("shop", "web", WEB, &[])];
    let (inventory, public) = (inventory(&objects), HashSet::from(["shop".to_owned()]));
    let plan = CopyPlan::make(needs(&inventory, &renamer(), &public), WISH, &Occupants::default());
    assert!(shown(&plan).is_empty());
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
    let left: Vec<&str> = plan.left.iter().map(|left| left.diagnostic.message.as_str()).collect();
    assert!(
        left[0].starts_with("ServiceAccount default, which its workloads use, does not exist"),
        "{left:?}"
    );
    assert!(left[1].contains("Helm release web"), "{left:?}");
}

#[test]
fn a_foreign_secret_of_the_name_is_a_conflict_and_an_own_one_is_renewed() {
    let inventory =
        inventory(&[account("shop", "default", &["tcr"]), deployment("shop", "web", WEB, &[])]);
    let with = |occupant| {
        let occupants = Occupants([("shop".to_owned(), occupant)].into());
        CopyPlan::make(needs(&inventory, &renamer(), &HashSet::new()), WISH, &occupants)
    };
    let foreign = with(Occupant::Other("it was not created by tcr-switch"));
    assert!(foreign.steps.is_empty());
    assert!(foreign.conflicts[0].diagnostic.hint.as_deref().unwrap().contains("--name"));
    let ours = with(Occupant::Ours { resource_version: "7".to_owned() });
    assert_eq!(shown(&ours)[0], "shop secret/tcr renew");
}

fn by_helm(mut object: serde_json::Value) -> serde_json::Value {
    object["metadata"]["labels"] = serde_json::json!({"app.kubernetes.io/managed-by": "Helm"});
    object["metadata"]["annotations"] = serde_json::json!({"meta.helm.sh/release-name": "web"});
    object
}

#[test]
fn what_others_write_is_changed_on_request_and_what_an_owner_has_made_never() {
    let mut owned = account("dev", "default", &[]);
    owned["metadata"]["ownerReferences"] =
        serde_json::json!([{"kind": "Tenant", "name": "dev", "controller": true}]);
    let objects = [
        secret("shop", "old", &[CCR]),
        by_helm(account("shop", "default", &["old"])),
        by_helm(deployment("shop", "web", WEB, &["old"])),
        owned,
        deployment("dev", "web", WEB, &[]),
    ];
    let options = CopyOptions { to_templates: true, ..WISH };
    let left = wished(&objects, options);
    assert_eq!(shown(&left), ["dev secret/tcr create", "shop secret/tcr create"]);
    assert_eq!(left.left.len(), 3);
    let all = wished(&objects, CopyOptions { include_managed: true, ..options });
    assert_eq!(
        shown(&all)[2..],
        ["shop serviceaccount/default old,tcr", "shop deployment.apps/web old,tcr"]
    );
    assert_eq!(all.left.len(), 1, "{:?}", all.left);
    assert!(all.left[0].diagnostic.message.contains("is managed by Tenant dev"));
    let notes = &all.steps[3].notes;
    assert!(notes.iter().any(|note| note.starts_with("Helm release web may revert this")));
}

#[test]
fn what_follows_a_change_is_known_before() {
    let mut paused = deployment("shop", "web", WEB, &["old"]);
    paused["spec"]["paused"] = true.into();
    let objects = [secret("shop", "old", &[CCR]), paused, deployment("shop", "api", WEB, &["old"])];
    let plan = plan(&objects, true);
    let restarts: Vec<bool> = plan.steps.iter().map(SecretStep::restarts_pods).collect();
    assert_eq!(restarts, [false, false, true]);
    assert!(plan.steps[1].notes[0].contains("it is paused"));
}

#[test]
fn what_a_list_holds_besides_names_stays() {
    let mut odd = deployment("shop", "web", WEB, &["old"]);
    odd["spec"]["template"]["spec"]["imagePullSecrets"] = serde_json::json!([{}, {"name": "old"}]);
    let plan = plan(&[secret("shop", "old", &[CCR]), odd.clone()], true);
    let SecretChange::Lists { patch, .. } = &plan.steps[1].change else { panic!("{plan:?}") };
    let change = &patch.changes[0];
    assert_eq!(change.old.as_ref(), odd.pointer("/spec/template/spec/imagePullSecrets"));
    assert_eq!(change.new, Some(serde_json::json!([{}, {"name": "old"}, {"name": "tcr"}])));
}

#[test]
fn what_a_new_login_must_be_good_for_is_known() {
    let objects = [
        secret("dev", "own", &[TCR]),
        deployment("dev", "web", "ccr.ccs.tencentyun.com/dev/web:v1", &[]),
        deployment("shop", "web", WEB, &[]),
    ];
    let plan = plan(&objects, false);
    let repositories: Vec<&str> = plan.repositories.iter().map(RepositoryName::as_str).collect();
    assert_eq!(repositories, ["shop/web"]);
}

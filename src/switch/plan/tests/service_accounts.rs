//! A template without a list of pull secrets gets its credential at its `ServiceAccount`.

use serde_json::json;

use super::world::{
    World, account, account_with, ccr, deployment, names, pod, secret, switched, web,
};
use crate::switch::plan::Verdict;

#[test]
fn the_account_gets_the_secret_and_the_template_no_list() {
    let before = web(&ccr("shop/web:v1"));
    let world = World::new().with(&before).with(&account("default")).with_secret("tcr");
    let plan = world.plan();
    let [entry] = &plan.service_accounts[..] else { panic!("{:?}", plan.service_accounts) };
    assert_eq!(
        (entry.namespace(), entry.path.as_str()),
        ("shop", "/api/v1/namespaces/shop/serviceaccounts/default")
    );
    let after = switched(&account("default"), &entry.patch);
    assert_eq!(after["imagePullSecrets"], names(&["tcr"]));
    let web = &plan.objects[0];
    assert!(web.needs_accounts.contains("default"), "it is written after its account");
    let template = &switched(&before, web.patch.as_ref().unwrap())["spec"]["template"]["spec"];
    assert!(template.get("imagePullSecrets").is_none(), "it would switch the account's off");
}

#[test]
fn an_account_without_a_list_is_changed_only_in_the_version_that_was_read() {
    let world = World::new().with(&web(&ccr("shop/web:v1"))).with(&account("default"));
    let plan = world.with_secret("tcr").plan();
    let mut changed = account("default");
    changed["metadata"]["resourceVersion"] = "42".into();
    let patch = plan.service_accounts[0].patch.forward();
    assert!(json_patch::patch(&mut changed, &patch).is_err(), "somebody may have added a list");
}

#[test]
fn an_account_with_a_list_keeps_what_is_in_it() {
    let before = account_with("default", &names(&["old", "other"]));
    let world = World::new().with(&web(&ccr("shop/web:v1"))).with(&before).with_secret("tcr");
    let plan = world.plan();
    let after = switched(&before, &plan.service_accounts[0].patch);
    assert_eq!(after["imagePullSecrets"], names(&["old", "other", "tcr"]));
}

#[test]
fn an_account_that_has_a_secret_for_the_host_stays() {
    let world = World::new()
        .with(&web(&ccr("shop/web:v1")))
        .with(&account_with("default", &names(&["mine"])))
        .with_secret("a-first-one")
        .with_secret("mine");
    let plan = world.plan();
    assert!(plan.service_accounts.is_empty());
    assert_eq!(plan.objects[0].verdict, Verdict::Switch);
    assert!(plan.objects[0].needs_accounts.is_empty());
}

#[test]
fn several_workloads_of_one_account_are_one_entry() {
    let mut batch = pod(&ccr("shop/c:v1"));
    batch["serviceAccountName"] = "batch".into();
    let plan = World::new()
        .with(&deployment("a", &pod(&ccr("shop/a:v1"))))
        .with(&deployment("b", &pod(&ccr("shop/b:v1"))))
        .with(&deployment("c", &batch))
        .with(&account("default"))
        .with(&account("batch"))
        .with_secret("tcr")
        .plan();
    let accounts: Vec<&str> =
        plan.service_accounts.iter().map(|entry| entry.object.name.as_str()).collect();
    assert_eq!(accounts, ["batch", "default"]);
    assert_eq!(plan.switched().count(), 3);
}

#[test]
fn an_account_that_is_not_there_blocks_what_runs_as_it() {
    let world = World::new().with(&web(&ccr("shop/web:v1"))).with_secret("tcr");
    let (message, hint) = world.lack();
    assert_eq!(message, "ServiceAccount default does not exist in namespace shop");
    assert_eq!(hint, "kubectl create serviceaccount default -n shop");
}

#[test]
fn an_account_of_a_helm_release_is_changed_only_on_request() {
    let mut helms = account("default");
    helms["metadata"]["annotations"] = json!({"meta.helm.sh/release-name": "base"});
    let world = World::new().with(&web(&ccr("shop/web:v1"))).with(&helms).with_secret("tcr");
    let (message, hint) = world.lack();
    assert_eq!(
        message,
        "ServiceAccount default needs the Secret tcr and is managed by Helm release base"
    );
    assert!(hint.contains("values"), "{hint}");
    assert_eq!(world.include_managed().plan().service_accounts.len(), 1);
}

#[test]
fn an_account_that_a_controller_made_is_never_changed() {
    let mut owned = account("default");
    owned["metadata"]["ownerReferences"] =
        json!([{"apiVersion": "x.io/v1", "kind": "Site", "name": "s", "controller": true}]);
    let world = World::new().with(&web(&ccr("shop/web:v1"))).with(&owned).with_secret("tcr");
    let (message, _) = world.include_managed().lack();
    assert!(message.contains("is managed by Site s"), "{message}");
}

#[test]
fn what_an_accounts_list_holds_besides_names_stays() {
    let before = account_with("default", &json!([{}, {"name": "old"}]));
    let world = World::new().with(&web(&ccr("shop/web:v1"))).with(&before).with_secret("tcr");
    let after = switched(&before, &world.plan().service_accounts[0].patch);
    assert_eq!(after["imagePullSecrets"], json!([{}, {"name": "old"}, {"name": "tcr"}]));
}

#[test]
fn the_secret_that_is_wished_for_goes_first_and_the_addons_last() {
    let world = || {
        World::new()
            .with(&web(&ccr("shop/web:v1")))
            .with(&account("default"))
            .with_secret("tcr.ips-1")
            .with_secret("z")
            .with_secret("zz")
            .with(&secret("a", &["other.lan"]))
    };
    let chosen = |world: &World| world.plan().service_accounts[0].new.clone();
    assert_eq!(chosen(&world()), ["z"]);
    for (options, taken) in [("zz", "zz"), ("tcr.ips-1", "tcr.ips-1"), ("a", "z"), ("none", "z")] {
        let mut world = world();
        world.options.secret_name = Some(options.to_owned());
        assert_eq!(chosen(&world), [taken], "{options}");
    }
}

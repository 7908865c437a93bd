//! A pod's own list of pull secrets changes in the same patch as its images.

use serde_json::{Value, json};

use super::world::{
    CCR, TCR, World, account, account_with, ccr, names, object, secret, switched, tcr, web_with,
};
use crate::switch::plan::PullSecretMode;
use crate::switch::plan::PullSecretMode::{Add, Keep, Replace};
use crate::switch::plan::Verdict;

/// What a list becomes, in a namespace with `old` for CCR, `both` for CCR and another host, `tcr`
/// for TCR.
fn list(before: &Value, mode: Option<PullSecretMode>) -> Value {
    let web = web_with(&ccr("shop/web:v1"), before);
    let mut world = World::new()
        .with(&web)
        .with(&secret("old", &[CCR]))
        .with(&secret("both", &[CCR, "quay.lan"]))
        .with(&secret("tcr", &[TCR]));
    world.options.pull_secret = mode;
    let entry = world.entry();
    assert_eq!(entry.verdict, Verdict::Switch);
    let mut after = switched(&web, entry.patch.as_ref().unwrap());
    let template = &mut after["spec"]["template"]["spec"];
    assert_eq!(template["containers"][0]["image"], tcr("shop/web:v1"), "in the same patch");
    template["imagePullSecrets"].take()
}

#[test]
fn the_new_secret_joins_the_old_one() {
    for mode in [None, Some(Add)] {
        assert_eq!(list(&names(&["old"]), mode), names(&["old", "tcr"]));
        assert_eq!(list(&names(&["tcr", "old"]), mode), names(&["tcr", "old"]), "it is there");
        assert_eq!(list(&names(&["gone"]), mode), names(&["gone", "tcr"]));
    }
}

#[test]
fn keep_keeps_the_list() {
    assert_eq!(list(&names(&["old"]), Some(Keep)), names(&["old"]));
}

#[test]
fn replace_takes_out_what_is_for_ccr_alone() {
    let replaced = |before: &[&str]| list(&names(before), Some(Replace));
    assert_eq!(replaced(&["old"]), names(&["tcr"]));
    assert_eq!(replaced(&["old", "both"]), names(&["both", "tcr"]), "another host is in it, too");
    assert_eq!(replaced(&["gone", "old"]), names(&["gone", "tcr"]), "nobody knows what that is");
    assert_eq!(replaced(&["old", "tcr"]), names(&["tcr"]));
}

#[test]
fn what_a_list_holds_besides_names_stays() {
    assert_eq!(
        list(&json!([{}, {"name": "old"}]), Some(Add)),
        json!([{}, {"name": "old"}, {"name": "tcr"}])
    );
    assert_eq!(
        list(&json!([{"name": "old"}, {"name": "x", "note": 1}]), Some(Replace)),
        json!([{"name": "x", "note": 1}, {"name": "tcr"}])
    );
}

#[test]
fn a_list_that_names_nothing_still_switches_the_accounts_off() {
    let web = web_with(&ccr("shop/web:v1"), &json!([{}]));
    let world = World::new().with(&web).with(&account_with("default", &names(&["tcr"])));
    let plan = world.with(&secret("tcr", &[TCR])).plan();
    assert!(plan.service_accounts.is_empty());
    let after = switched(&web, plan.objects[0].patch.as_ref().unwrap());
    assert_eq!(after["spec"]["template"]["spec"]["imagePullSecrets"], json!([{}, {"name": "tcr"}]));
}

#[test]
fn an_empty_list_is_none() {
    let web = web_with(&ccr("shop/web:v1"), &json!([]));
    let world = World::new().with(&web).with(&account("default"));
    let plan = world.with(&secret("tcr", &[TCR])).plan();
    assert_eq!(plan.service_accounts.len(), 1);
    assert!(plan.objects[0].pull_secrets.is_empty());
}

#[test]
fn a_custom_resources_list_may_be_of_plain_names_and_nothing_else() {
    let site = |list: &Value| {
        let image = ccr("shop/web:v1");
        let pod =
            json!({"containers": [{"name": "main", "image": image}], "imagePullSecrets": list});
        object("x.io/v1", "Site", "s", &json!({"pod": pod}))
    };
    let world = || World::new().with(&secret("tcr", &[TCR])).with(&account("default"));
    let plain = site(&json!(["old"]));
    let entry = world().with(&plain).entry();
    let after = switched(&plain, entry.patch.as_ref().unwrap());
    assert_eq!(after["spec"]["pod"]["imagePullSecrets"], json!(["old", "tcr"]));
    let (message, hint) = world().with(&site(&json!(["old", {"name": "b"}]))).lack();
    assert_eq!(message, "its list of pull secrets holds something else than names");
    assert!(hint.contains("--pull-secret keep"), "{hint}");
    let kept = world().with(&site(&json!(["old", {"name": "b"}]))).pull_secret(Keep).entry();
    assert_eq!(kept.verdict, Verdict::Switch);
}

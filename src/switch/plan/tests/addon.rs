//! Why TKE's TCR addon has given an account no Secret, and the pods that were made before it did.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::world::{
    CCR, TCR, World, account, account_with, ccr, deployment, names, pod, secret, tcr, web, web_with,
};
use crate::switch::addon::{ImagePullSecret, ImagePullSecrets};
use crate::switch::plan::PullSecretMode;
use crate::switch::running::PodsOnHost;
use crate::switch::tried_logins::LoginPlace;
use crate::workload::ObjectRef;

const VPC: &str = "prod-vpc.tencentcloudcr.com";

/// The Deployment `web` under `default`, which has no Secret of the addon, and these objects of it:
/// name, host, namespaces, accounts.
fn told(objects: &[(&str, &str, &str, &str)]) -> World {
    let mut world = World::new()
        .with(&web_with(&ccr("shop/web:v1"), &names(&["old"])))
        .with(&account_with("default", &names(&["old"])))
        .with(&secret("old", &[CCR]))
        .pull_secret(PullSecretMode::Addon);
    let object = |(name, server, namespaces, accounts): &(&str, &str, &str, &str)| {
        ImagePullSecret::of(&json!({
            "metadata": {"name": name},
            "spec": {"namespaces": namespaces, "serviceAccounts": accounts,
                     "docker": {"server": server, "username": "1", "password": "hunter2"}},
            "status": {"secretsDesired": 3, "secretsSuccess": 1},
        }))
    };
    let read = objects.iter().filter_map(object).collect();
    world.inventory.addon = ImagePullSecrets::Read(read);
    world
}

/// What is said after the sentence that all of them begin with, and the hint.
#[track_caller]
fn why(world: &World) -> (String, String) {
    let (message, hint) = world.lack();
    let begin = format!(
        "ServiceAccount default of namespace shop has no Secret of the TCR addon for {TCR}: "
    );
    assert!(!format!("{message} {hint}").contains("hunter2"));
    let hint = hint.strip_suffix("; or use --pull-secret add").unwrap();
    (message.strip_prefix(&begin).unwrap().to_owned(), hint.to_owned())
}

#[test]
fn no_object_for_the_host_is_told_with_the_hosts_that_there_are() {
    let (because, hint) = why(&told(&[]));
    assert_eq!(because, "it has no ImagePullSecret for any registry");
    assert_eq!(hint, format!("add {TCR} to the addon in the TKE console"));

    let (because, hint) = why(&told(&[("tcr.ips1", VPC, "*", "*"), ("tcr.ips2", "r.lan", "", "")]));
    assert_eq!(because, format!("its ImagePullSecrets are for {VPC}, r.lan"));
    assert!(hint.ends_with(&format!("--tcr-host {VPC}")), "{hint}");
    let other = ("tcr.ips1", "other-vpc.tencentcloudcr.com", "*", "*");
    assert!(!why(&told(&[other])).1.contains("--tcr-host"), "that is another instance");
}

#[test]
fn a_namespace_out_of_scope_is_told_with_the_object_and_its_scope() {
    let world = told(&[
        ("tcr.ips1", TCR, "infra, shop2", "*"),
        ("tcr.ips2", VPC, "*", "*"),
        ("tcr.ips3", TCR, "kube-system", "*"),
    ]);
    let (because, hint) = why(&world);
    assert_eq!(
        because,
        "the namespace is not in the scope of ImagePullSecret tcr.ips1 (spec.namespaces: infra, shop2), ImagePullSecret tcr.ips3 (spec.namespaces: kube-system)"
    );
    assert!(hint.starts_with("add the namespace to spec.namespaces"), "{hint}");
    assert!(hint.ends_with("kubectl edit ips tcr.ips1"), "{hint}");
    let flagged = world.reasons()[0].hint_with(" --context=prod").unwrap();
    assert!(flagged.contains("kubectl edit ips tcr.ips1 --context=prod;"), "{flagged}");
}

#[test]
fn an_account_out_of_scope_is_told_apart_from_the_namespace() {
    let world = told(&[("tcr.ips1", TCR, "shop", "batch,web"), ("tcr.ips2", TCR, "infra", "*")]);
    let (because, hint) = why(&world);
    assert_eq!(
        because,
        "the account is not in the scope of ImagePullSecret tcr.ips1 (spec.serviceAccounts: batch, web)"
    );
    assert!(hint.starts_with("add the account to spec.serviceAccounts"), "{hint}");
}

#[test]
fn in_scope_the_secrets_tell_how_far_the_controller_is() {
    let told = || told(&[("tcr.ips1", TCR, " infra , shop ", "")]);
    let (because, hint) = why(&told());
    let asks = "ImagePullSecret tcr.ips1 asks for it, its status says 1 of 3 Secrets";
    assert_eq!(because, format!("the namespace has none; {asks}"));
    assert!(hint.contains("tcr-assistant-controller-manager -n tcr-assistant-system"), "{hint}");

    let (because, hint) = why(&told().with_secret("tcr.ipsa"));
    assert_eq!(
        because,
        format!("its Secret tcr.ipsa is there, and the account doesn't name it; {asks}")
    );
    assert!(hint.contains("tcr-assistant-controller-manager"), "{hint}");

    let (because, _) = why(&told().with(&secret("tcr.ipsa", &[VPC])));
    assert_eq!(because, format!("the namespace has only tcr.ipsa for {VPC}; {asks}"));
}

#[test]
fn where_the_objects_are_not_known_the_secrets_alone_tell() {
    let unread = |mut world: World| {
        world.inventory.addon = ImagePullSecrets::Unread("forbidden".to_owned());
        world
    };
    let (because, hint) = why(&unread(told(&[])));
    assert_eq!(because, "the namespace has none");
    assert!(hint.contains(&format!("with {TCR} and the namespace in its scope")), "{hint}");
    let (because, hint) = why(&unread(told(&[]).with(&secret("tcr.ipsa", &[VPC]))));
    assert_eq!(because, format!("the namespace has only tcr.ipsa for {VPC}"));
    assert!(hint.contains("in its scope"), "{hint}");
    let (because, hint) = why(&unread(told(&[]).with_secret("tcr.ipsa")));
    assert_eq!(because, "its Secret tcr.ipsa is there, and the account doesn't name it");
    assert!(hint.contains("tcr-assistant-controller-manager"), "{hint}");

    let mut world = told(&[]);
    world.inventory.addon = ImagePullSecrets::NoSuchKind;
    assert_eq!(why(&world).0, "the addon isn't installed in this cluster");
}

#[test]
fn what_the_account_has_decides_whatever_the_objects_say() {
    let has_it = |objects: &[(&str, &str, &str, &str)]| {
        told(objects)
            .with(&account_with("default", &names(&["old", "tcr.ipsa"])))
            .with_secret("tcr.ipsa")
    };
    let renewed = [("tcr.ips1", TCR, "shop", "*")];
    let left = [("tcr.ips1", TCR, "infra", "*")];
    for (objects, note) in [(&[][..], "for any registry"), (&left, "infra)"), (&renewed, "")] {
        let plan = has_it(objects).plan();
        assert_eq!(plan.switched().count(), 1, "{objects:?}");
        assert!(plan.objects[0].pull_secrets[0].new.is_empty());
        let notes = plan.objects[0].notes.join("; ");
        assert_eq!(notes.contains("may not renew"), !note.is_empty(), "{notes}");
        assert!(notes.ends_with(note), "{notes}");
    }
}

#[test]
fn a_refused_login_is_renewed_in_the_object_that_the_secret_is_made_from() {
    let hint = |object: &str| {
        let mut world = told(&[(object, TCR, "*", "*")])
            .with(&account_with("default", &names(&["tcr.ipsprod-public"])))
            .with_secret("tcr.ipsprod-public");
        let place = LoginPlace::new(&TCR.parse().unwrap(), "shop", "tcr.ipsprod-public", TCR);
        world.inventory.tried.refused(place);
        let (message, hint) = world.lack();
        assert!(message.contains("refuses the login in Secret tcr.ipsprod-public"), "{message}");
        hint
    };
    assert!(hint("prod-public").contains("(kubectl edit ips prod-public)"));
    assert!(hint("other").contains("check whether the TCR addon renews its Secret"));
}

#[test]
fn it_is_the_pods_own_account_that_is_judged() {
    let world = |spec: Value| {
        let mut pod = pod(&ccr("shop/web:v1"));
        pod.as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
        World::new()
            .with(&deployment("web", &pod))
            .with(&account("default"))
            .with(&account_with("batch", &names(&["tcr.ipsa"])))
            .with_secret("tcr.ipsa")
            .pull_secret(PullSecretMode::Addon)
    };
    for automount in [true, false] {
        let spec = |account| json!({"serviceAccountName": account, "automountServiceAccountToken": automount});
        assert_eq!(world(spec("batch")).plan().switched().count(), 1);
        assert!(world(spec("default")).lack().0.contains("ServiceAccount default"));
        let (message, hint) = world(spec("gone")).lack();
        assert_eq!(message, "ServiceAccount gone does not exist in namespace shop");
        assert_eq!(hint, "kubectl create serviceaccount gone -n shop");
    }
    let old = json!({"serviceAccount": "batch"});
    assert_eq!(world(old).plan().switched().count(), 1, "the old field counts, too");
    assert!(world(json!({})).lack().0.contains("ServiceAccount default"));
}

/// Two pods of namespace `shop` that pull from TCR, made by the Deployment `name` with this list.
fn pods_of(name: &str, list: &[&str]) -> PodsOnHost {
    let owner = ObjectRef {
        api_version: "apps/v1".to_owned(),
        kind: "Deployment".to_owned(),
        namespace: Some("shop".to_owned()),
        name: name.to_owned(),
    };
    PodsOnHost {
        namespace: "shop".to_owned(),
        owner: Some(owner),
        account: "default".to_owned(),
        pull_secrets: list.iter().map(|name| (*name).to_owned()).collect(),
        images: BTreeSet::from([tcr("shop/api:v1").parse().unwrap()]),
        pods: 2,
        names: vec![format!("{name}-1"), format!("{name}-2")],
    }
}

/// The Deployment `web` on CCR, an account with the addon's Secret, and these pods.
fn running(pods: PodsOnHost) -> World {
    let mut world = World::new()
        .with(&web(&ccr("shop/web:v1")))
        .with(&account_with("default", &names(&["old", "tcr.ipsa"])))
        .with(&secret("old", &[CCR]))
        .with_secret("tcr.ipsa")
        .with_secret("mine")
        .pull_secret(PullSecretMode::Addon);
    world.inventory.on_host = vec![pods];
    world
}

#[test]
fn pods_without_the_secret_that_their_account_has_by_now_are_named() {
    for list in [&[][..], &["old"]] {
        let pods = pods_of("api", list);
        assert_eq!(running(pods.clone()).plan().made_before, [pods], "{list:?}");
    }
    for list in [&["tcr.ipsa"][..], &["old", "mine"]] {
        assert!(running(pods_of("api", list)).plan().made_before.is_empty(), "{list:?}");
    }
}

#[test]
fn pods_that_need_no_secret_or_are_replaced_anyway_are_not() {
    let api = || running(pods_of("api", &["old"]));
    assert!(api().public("shop").plan().made_before.is_empty(), "everybody may pull");
    assert!(running(pods_of("web", &["old"])).plan().made_before.is_empty(), "they roll");
    assert!(api().unread("secrets").plan().made_before.is_empty(), "nothing is known");
    let mut own = pod(&tcr("shop/api:v1"));
    own["imagePullSecrets"] = names(&["old"]);
    let own = api().with(&deployment("api", &own));
    assert!(own.plan().made_before.is_empty(), "new ones would have the template's list again");
    let mut without = api();
    without.inventory.accounts.push(
        World::new().with(&account("default")).inventory.accounts.iter().next().unwrap().clone(),
    );
    assert!(without.plan().made_before.is_empty(), "new ones would lack it as well");
}

//! Whether the pods could pull, and what is said where they could not.

use serde_json::json;

use super::world::{
    CCR, TCR, World, account, account_with, ccr, deployment, names, pod, secret, switched, web,
    web_with,
};
use crate::switch::plan::PullSecretMode;
use crate::switch::plan::Verdict;
use crate::switch::plan::reason::{Reason, ReasonClass};
use crate::switch::tried_logins::LoginPlace;

#[test]
fn an_image_that_everybody_may_pull_needs_no_secret() {
    let before = web_with(&ccr("open/web:v1"), &names(&["old"]));
    let entry = World::new().with(&before).with_secret("tcr").public("open").entry();
    assert_eq!(entry.verdict, Verdict::Switch);
    assert!(entry.pull_secrets.is_empty());
}

#[test]
fn add_on_request_adds_for_a_public_image_too_if_there_is_something_to_add() {
    let before = web_with(&ccr("open/web:v1"), &names(&["old"]));
    let world = World::new().with(&before).public("open").pull_secret(PullSecretMode::Add);
    let entry = world.entry();
    assert_eq!(entry.verdict, Verdict::Switch, "nothing is lacking");
    assert!(entry.pull_secrets.is_empty());
    assert_eq!(world.with_secret("tcr").entry().pull_secrets[0].new, ["old", "tcr"]);
}

#[test]
fn one_private_image_among_public_ones_needs_its_secret() {
    let pod = json!({"containers": [{"name": "a", "image": ccr("open/web:v1")}, {"name": "b", "image": ccr("shop/web:v1")}]});
    let world = World::new().with(&deployment("web", &pod)).with(&account("default"));
    assert_eq!(world.public("open").lack().1, "kubectl tcr-switch secrets copy -n shop");
}

#[test]
fn without_a_credential_it_stays_and_the_line_that_gives_it_one_is_told() {
    let world = World::new()
        .with(&web_with(&ccr("shop/web:v1"), &names(&["old"])))
        .with(&secret("old", &[CCR]))
        .with(&account("default"));
    let (message, hint) = world.lack();
    assert_eq!(
        message,
        format!("pods can't pull from {TCR}: no Secret of namespace shop has a login for it")
    );
    assert_eq!(hint, "kubectl tcr-switch secrets copy -n shop");
    assert_eq!(world.reasons()[0].class(), ReasonClass::NoCredential);
    let kept = world.pull_secret(PullSecretMode::Keep).entry();
    assert_eq!(kept.verdict, Verdict::Switch, "who says keep knows that they can");
}

#[test]
fn pods_that_pull_without_any_secret_today_are_told_so() {
    let (message, _) =
        World::new().with(&web(&ccr("shop/web:v1"))).with(&account("default")).lack();
    assert!(message.contains("they pulled a public image from CCR without one"), "{message}");
}

#[test]
fn a_secret_of_another_namespace_is_of_no_use() {
    let mut other = secret("tcr", &[TCR]);
    other["metadata"]["namespace"] = "infra".into();
    let world = World::new().with(&web(&ccr("shop/web:v1"))).with(&account("default")).with(&other);
    assert!(matches!(world.reasons()[..], [Reason::NoSecret { .. }]));
}

#[test]
fn a_secret_for_another_repository_of_the_host_is_of_no_use() {
    let path = format!("{TCR}/infra");
    let world = World::new().with(&web(&ccr("shop/web:v1"))).with(&account("default"));
    assert!(matches!(
        world.with(&secret("tcr", &[&path])).reasons()[..],
        [Reason::NoSecret { .. }]
    ));
}

/// The login for TCR in a Secret.
fn place(name: &str) -> LoginPlace {
    LoginPlace::new(&TCR.parse().unwrap(), "shop", name, TCR)
}

#[test]
fn a_login_that_the_registry_refuses_is_of_no_use_where_another_is_taken() {
    let world = || World::new().with(&web(&ccr("shop/web:v1"))).with(&account("default"));
    let mut ended = world().with_secret("ended");
    ended.inventory.tried.refused(place("ended"));
    let (message, hint) = ended.lack();
    assert_eq!(
        message,
        format!("pods can't pull: {TCR} refuses the login in Secret ended of namespace shop")
    );
    assert_eq!(hint, "kubectl tcr-switch secrets copy -n shop");
    assert_eq!(ended.reasons()[0].class(), ReasonClass::UselessLogin);
    assert_eq!(ended.with_secret("good").plan().service_accounts[0].new, ["good"]);

    let mut narrow = world().with_secret("narrow");
    narrow.inventory.tried.may_not_pull(place("narrow"), "infra/web".parse().unwrap());
    assert_eq!(narrow.entry().verdict, Verdict::Switch, "what it may not pull isn't needed");
    narrow.inventory.tried.may_not_pull(place("narrow"), "shop/web".parse().unwrap());
    assert!(narrow.lack().0.ends_with(&format!("may not pull {TCR}/shop/web")));
}

#[test]
fn two_secrets_may_do_it_together() {
    let pod = json!({
        "containers": [{"name": "a", "image": ccr("base/a:v1")}, {"name": "b", "image": ccr("shop/b:v1")}],
        "imagePullSecrets": [{"name": "base"}, {"name": "shop"}],
    });
    let (base, shop) = (format!("{TCR}/base"), format!("{TCR}/shop"));
    let world = World::new().with(&deployment("web", &pod));
    let world = world.with(&secret("base", &[&base])).with(&secret("shop", &[&shop]));
    let entry = world.entry();
    assert_eq!(entry.verdict, Verdict::Switch);
    assert!(entry.pull_secrets.is_empty(), "nothing is lacking");
}

#[test]
fn secrets_that_can_not_be_read_are_no_proof_of_anything() {
    let world = || {
        World::new()
            .with(&web(&ccr("shop/web:v1")))
            .with(&account("default"))
            .with_secret("tcr")
            .unread("secrets")
    };
    let (message, hint) = world().lack();
    assert!(message.contains("can't list the Secrets of namespace shop (forbidden)"), "{message}");
    assert!(hint.contains("--pull-secret keep"), "{hint}");
    assert_eq!(world().pull_secret(PullSecretMode::Keep).entry().verdict, Verdict::Switch);
    assert_eq!(world().public("shop").entry().verdict, Verdict::Switch);
}

#[test]
fn accounts_that_can_not_be_read_matter_only_to_pods_without_a_list() {
    let world = World::new().with_secret("tcr").unread("serviceaccounts");
    let (message, _) = world.with(&web(&ccr("shop/web:v1"))).lack();
    assert!(message.contains("the ServiceAccounts of namespace shop"), "{message}");
    let world = World::new().with_secret("tcr").unread("serviceaccounts");
    let entry = world.with(&web_with(&ccr("shop/web:v1"), &names(&["old"]))).entry();
    assert_eq!(entry.pull_secrets[0].new, ["old", "tcr"]);
}

/// A pod with a list, whose account has the addon's Secret.
fn of_the_addon(pod: &serde_json::Value) -> World {
    World::new()
        .with(&deployment("web", pod))
        .with(&account_with("default", &names(&["tcr.ips-1"])))
        .with_secret("tcr.ips-1")
        .pull_secret(PullSecretMode::Addon)
}

#[test]
fn the_addon_mode_takes_the_list_out() {
    let mut pod = pod(&ccr("shop/web:v1"));
    pod["imagePullSecrets"] = names(&["old"]);
    let world = of_the_addon(&pod).with(&secret("old", &[CCR]));
    let entry = world.entry();
    let before = deployment("web", &pod);
    let after = switched(&before, entry.patch.as_ref().unwrap());
    assert!(
        after["spec"]["template"]["spec"].get("imagePullSecrets").is_none(),
        "the server keeps no empty list, and the reverse patch tests what is there"
    );
    assert!(world.plan().service_accounts.is_empty());
}

#[test]
fn the_addon_mode_needs_the_addons_secret_at_the_account() {
    let world = World::new()
        .with(&web_with(&ccr("shop/web:v1"), &names(&["old"])))
        .with(&account_with("default", &names(&["tcr"])))
        .with_secret("tcr")
        .with_secret("tcr.ips-1")
        .pull_secret(PullSecretMode::Addon);
    let (message, hint) = world.lack();
    assert!(
        message.contains("ServiceAccount default of namespace shop has no Secret"),
        "{message}"
    );
    assert!(message.ends_with("tcr.ips-1 is there, and the account doesn't name it"), "{message}");
    assert!(hint.contains("whether the account is in the addon's scope"), "{hint}");
}

#[test]
fn the_addon_mode_needs_the_addons_login_to_be_taken() {
    let mut world = of_the_addon(&pod(&ccr("shop/web:v1")));
    world.inventory.tried.refused(place("tcr.ips-1"));
    let (message, hint) = world.lack();
    assert!(message.contains("refuses the login in Secret tcr.ips-1"), "{message}");
    assert!(hint.contains("the TCR addon renews its Secret"), "{hint}");
}

#[test]
fn the_addon_mode_needs_the_addons_secret_to_be_for_the_host() {
    let world = World::new()
        .with(&web(&ccr("shop/web:v1")))
        .with(&account_with("default", &names(&["tcr.ips-1"])))
        .with(&secret("tcr.ips-1", &["dev.tencentcloudcr.com"]))
        .pull_secret(PullSecretMode::Addon);
    assert!(matches!(world.reasons()[..], [Reason::NotByAddon { .. }]));
}

#[test]
fn the_addon_mode_keeps_a_list_that_another_container_pulls_with() {
    for (image, host) in [
        ("quay.lan/a/b:v1", "quay.lan"),
        ("corp/app:v1", "docker.io"),
        ("corp/app:v1", "https://index.docker.io/v1/"),
    ] {
        let pod = json!({
            "containers": [{"name": "a", "image": ccr("shop/a:v1")}, {"name": "b", "image": image}],
            "imagePullSecrets": [{"name": "old"}],
        });
        let needed = of_the_addon(&pod).with(&secret("old", &[CCR, host]));
        let (message, hint) = needed.lack();
        assert!(message.contains("only the pod's own list names"), "{message}");
        assert!(hint.contains("--pull-secret add"), "{hint}");
        let not_needed = of_the_addon(&pod).with(&secret("old", &[CCR]));
        assert_eq!(not_needed.entry().verdict, Verdict::Switch, "{image}");
    }
}

#[test]
fn the_addon_mode_leaves_a_template_without_a_list_as_it_is() {
    let world = of_the_addon(&pod(&ccr("shop/web:v1")));
    assert!(world.entry().pull_secrets.is_empty());
    assert!(world.plan().service_accounts.is_empty());
}

/// What is told of the Secret that the user prefers.
fn unfit(world: &World) -> Vec<String> {
    let told = world.unfit().into_iter().map(|unfit| {
        let instead: Vec<String> = unfit.instead.into_iter().collect();
        format!(
            "{}/{}: {}; {}",
            unfit.namespace,
            unfit.name,
            unfit.why.unwrap_or_else(|| "absent".to_owned()),
            instead.join(",")
        )
    });
    told.collect()
}

#[test]
fn a_preferred_secret_that_is_not_fit_is_told_with_what_is_taken_instead() {
    let world = |name| {
        World::new()
            .with(&web_with(&ccr("shop/web:v1"), &names(&["old"])))
            .with(&secret("other", &["r.lan"]))
            .with(&secret("infra", &[&format!("{TCR}/infra/")]))
            .with_secret("tcr")
            .prefers(name)
    };
    let told = |why: &str| vec![format!("shop/{why}; tcr")];
    assert_eq!(unfit(&world("other")), told(&format!("other: it has no login for {TCR}")));
    let elsewhere = format!("infra: its login for {TCR} is not for shop/web");
    assert_eq!(unfit(&world("infra")), told(&elsewhere));
    assert_eq!(unfit(&world("gone")), told("gone: absent"));
    assert_eq!(world("other").entry().pull_secrets[0].new, ["old", "tcr"]);
    assert!(unfit(&world("tcr")).is_empty());
    assert!(unfit(&world("other").pull_secret(PullSecretMode::Keep)).is_empty());
    assert!(unfit(&world("other").public("shop")).is_empty(), "none is needed");
}

#[test]
fn a_preferred_secret_that_is_not_fit_is_told_where_there_is_no_other() {
    let world = World::new()
        .with(&web(&ccr("shop/web:v1")))
        .with(&account("default"))
        .with(&secret("other", &["r.lan"]))
        .prefers("other");
    assert_eq!(unfit(&world), [format!("shop/other: it has no login for {TCR}; ")]);
    // At an account it is taken as well as in a list.
    assert_eq!(
        unfit(&world.with_secret("tcr")),
        [format!("shop/other: it has no login for {TCR}; tcr")]
    );
}

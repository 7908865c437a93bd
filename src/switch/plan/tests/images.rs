//! Which references are switched to: those that are there, and are the same.

use serde_json::json;

use super::world::{World, account, ccr, deployment, object, pod, switched, tcr, web, web_with};
use crate::image::Pin;
use crate::proof::ImageState;
use crate::switch::plan::PullSecretMode;
use crate::switch::plan::Verdict;
use crate::switch::plan::reason::{Reason, ReasonClass};
use crate::workload::ImageRole;

#[test]
fn every_image_of_a_pod_changes_in_one_patch() {
    let web = deployment(
        "web",
        &json!({
            "containers": [{"name": "main", "image": ccr("shop/web:v1")}, {"name": "log", "image": "fluent/fluentd:v1"}],
            "initContainers": [{"name": "wait", "image": ccr("shop/wait@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")}],
            "volumes": [{"name": "model", "image": {"reference": ccr("shop/model:v2")}}],
        }),
    );
    let entry = World::new().with(&web).pull_secret(PullSecretMode::Keep).entry();
    assert_eq!(entry.verdict, Verdict::Switch);
    let roles: Vec<ImageRole> = entry.images.iter().map(|image| image.role).collect();
    assert_eq!(roles, [ImageRole::Container, ImageRole::InitContainer, ImageRole::Volume]);
    let after = switched(&web, entry.patch.as_ref().unwrap());
    let text = web.to_string().replace("ccr.ccs.tencentyun.com", "prod.tencentcloudcr.com");
    assert_eq!(after.to_string(), text);
}

#[test]
fn a_missing_image_is_never_switched_to() {
    let world = World::new().with(&web(&ccr("shop/web:v1"))).pull_secret(PullSecretMode::Keep);
    let mut world = world.knows("shop/web:v1", ImageState::Missing);
    world.options.allow_stale = true;
    world.options.allow_unverified = true;
    let reasons = world.reasons();
    assert_eq!(reasons[0].to_string(), format!("{} is not in TCR", tcr("shop/web:v1")));
    let [Reason::Missing { old, .. }] = reasons.as_slice() else { panic!("{reasons:?}") };
    assert_eq!(old.to_string(), ccr("shop/web:v1"));
    assert!(world.plan().leaves_something(false));
    assert!(!world.plan().changes_anything());
}

#[test]
fn a_stale_one_only_on_request() {
    let world = World::new().with(&web(&ccr("shop/web:v1"))).pull_secret(PullSecretMode::Keep);
    let mut world = world.knows("shop/web:v1", ImageState::Stale);
    assert!(matches!(world.reasons()[..], [Reason::Stale { .. }]));
    world.options.allow_unverified = true;
    assert!(matches!(world.reasons()[..], [Reason::Stale { .. }]), "another flag is no leave");
    world.options.allow_stale = true;
    assert_eq!(world.entry().verdict, Verdict::Switch);
}

#[test]
fn one_that_nobody_could_be_asked_about_only_on_request() {
    let unknown = ImageState::Unknown("no route to host".to_owned());
    let world = World::new().with(&web(&ccr("shop/web:v1"))).pull_secret(PullSecretMode::Keep);
    let mut world = world.knows("shop/web:v1", unknown);
    let (message, hint) = world.lack();
    assert!(message.contains("no route to host"), "{message}");
    assert!(hint.contains("--allow-unverified"), "{hint}");
    world.options.allow_stale = true;
    assert!(matches!(world.reasons()[..], [Reason::Unverified { .. }]));
    world.options.allow_unverified = true;
    assert_eq!(world.entry().verdict, Verdict::Switch);
}

#[test]
fn an_object_stays_whole_if_one_image_is_lacking() {
    let mut web = web(&ccr("shop/web:v1"));
    let sidecar = json!({"name": "log", "image": ccr("shop/log:v1")});
    web["spec"]["template"]["spec"]["containers"].as_array_mut().unwrap().push(sidecar);
    let world = World::new().with(&web).pull_secret(PullSecretMode::Keep);
    let entry = world.knows("shop/log:v1", ImageState::Missing).entry();
    assert!(matches!(&entry.verdict, Verdict::Blocked(reasons) if reasons.len() == 1));
    assert_eq!(entry.images.len(), 2, "both are shown");
    assert!(entry.patch.is_none());
}

#[test]
fn a_blocked_object_has_nothing_written_for_it_at_its_account_either() {
    let world = World::new().with(&web(&ccr("shop/web:v1"))).with(&account("default"));
    let plan = world.with_secret("tcr").knows("shop/web:v1", ImageState::Missing).plan();
    assert!(plan.service_accounts.is_empty());
    assert!(plan.objects[0].needs_accounts.is_empty());
}

#[test]
fn a_name_that_tcr_does_not_accept_is_told_with_the_rule_that_helps() {
    let world = World::new().with(&web(&ccr("Dev_/app:v1"))).pull_secret(PullSecretMode::Keep);
    let (_, hint) = world.lack();
    assert_eq!(hint, "choose a name for it: --map 'Dev_=dev'");
    let entry = world.mapped(&["Dev_=dev"]).entry();
    assert_eq!(entry.images[0].new.as_deref(), Some(tcr("dev/app:v1").as_str()));
}

#[test]
fn what_the_mapping_file_excludes_stays_and_says_by_which_pattern() {
    let world = World::new().with(&web(&ccr("scratch/app:v1"))).pull_secret(PullSecretMode::Keep);
    let world = world.excluding(&["scratch/*"]).knows("scratch/app:v1", ImageState::Missing);
    let (message, hint) = world.lack();
    let image = ccr("scratch/app");
    assert_eq!(message, format!("{image} is excluded by the mapping file: scratch/*"));
    assert!(hint.contains("take `scratch/*` out of `exclude`"), "{hint}");
    assert_eq!(world.reasons()[0].class(), ReasonClass::Excluded);
    assert!(world.plan().leaves_something(false));
}

#[test]
fn somebody_elses_image_is_told_as_such_and_taken_once_it_is_copied() {
    let world = World::new().with(&web(&ccr("stranger/web:v1"))).pull_secret(PullSecretMode::Keep);
    let world = world.owning(&["shop"]).knows("stranger/web:v1", ImageState::Missing);
    let (message, hint) = world.lack();
    assert!(message.contains("namespace stranger of ccr.ccs.tencentyun.com isn't this account's"));
    assert!(hint.contains("--map 'stranger=OWN'") && hint.contains("CCR_SECRET_ID"), "{hint}");
    assert_eq!(world.reasons()[0].class(), ReasonClass::Foreign);
    assert_eq!(world.plan().tencents, 0);
    let entry = world.knows("stranger/web:v1", ImageState::Present).entry();
    assert_eq!(entry.verdict, Verdict::Switch);
    assert!(entry.notes.iter().any(|note| note.contains("isn't this account's")), "{entry:?}");
}

#[test]
fn two_repositories_never_become_one() {
    let world = World::new()
        .with(&web(&ccr("shop/web:v1")))
        .with(&deployment("hk", &pod("hkccr.ccs.tencentyun.com/shop/web:v2")));
    let problems = world.try_plan().unwrap_err().0;
    assert_eq!(problems.len(), 1);
    let names = "ccr.ccs.tencentyun.com/shop/web and hkccr.ccs.tencentyun.com/shop/web";
    assert_eq!(
        problems[0].message,
        format!("2 repositories would all be shop/web in TCR: {names}")
    );
    let rule = "hkccr:shop/web=shop/web-2";
    assert_eq!(
        problems[0].hint.as_deref().unwrap(),
        format!("give one another name, before any other --map: --map '{rule}'")
    );
    assert!(world.mapped(&[rule]).try_plan().is_ok(), "the rule of the hint helps");
}

#[test]
fn one_repository_in_two_spellings_is_one() {
    let world = World::new()
        .with(&web(&ccr("shop/web:v1")))
        .with(&deployment("b", &pod("ccr.ccs.tencentyun.com:443/shop/web:v1")))
        .with(&deployment("c", &pod("CCR.ccs.tencentyun.com/shop/web:v1")));
    let plan = world.pull_secret(PullSecretMode::Keep).plan();
    let news: Vec<_> = plan.switched().flat_map(|entry| &entry.images).collect();
    assert_eq!(news.len(), 3);
    assert!(news.iter().all(|image| image.new.as_deref() == Some(&tcr("shop/web:v1"))));
    let first = plan.objects.iter().find(|entry| entry.object.name == "b").unwrap();
    assert_eq!(first.images[0].old, "ccr.ccs.tencentyun.com:443/shop/web:v1", "as it stands there");
}

#[test]
fn tencents_own_images_are_counted_and_left_alone() {
    let mut web = web(&ccr("shop/web:v1"));
    let pause = json!({"name": "pause", "image": ccr("tkeimages/pause:3")});
    web["spec"]["template"]["spec"]["containers"].as_array_mut().unwrap().push(pause);
    let world = World::new().with(&web).with(&deployment("b", &pod(&ccr("tkeimages/dns:1"))));
    let plan = world.pull_secret(PullSecretMode::Keep).plan();
    assert_eq!(plan.tencents, 2);
    assert_eq!(plan.objects.len(), 1, "an object of Tencent's images alone is none of ours");
    assert_eq!(plan.objects[0].images.len(), 1);
    assert!(!plan.leaves_something(true));
}

#[test]
fn a_field_of_a_custom_resource_is_switched_with_a_word_on_its_secret() {
    let custom = object("x.io/v1", "Site", "s", &json!({"image": ccr("shop/web:v1")}));
    let entry = World::new().with(&custom).pull_secret(PullSecretMode::Keep).entry();
    assert_eq!(entry.verdict, Verdict::Switch);
    assert!(entry.notes.iter().any(|note| note.contains("which Secret")), "{:?}", entry.notes);
    assert_eq!(
        switched(&custom, entry.patch.as_ref().unwrap())["spec"]["image"],
        tcr("shop/web:v1")
    );
}

#[test]
fn an_object_that_changed_is_decided_on_anew_and_alone() {
    let before = web_with(&ccr("shop/web:v1"), &json!([{"name": "tcr"}]));
    let world =
        World::new().with(&before).with_secret("tcr").knows("shop/web:v2", ImageState::Present);
    let mut after = before.clone();
    after["spec"]["template"]["spec"]["containers"][0]["image"] = ccr("shop/web:v2").into();
    let entry = world.replan(&after).unwrap();
    assert_eq!(entry.verdict, Verdict::Switch);
    let image = &switched(&after, entry.patch.as_ref().unwrap())["spec"]["template"]["spec"]["containers"]
        [0]["image"];
    assert_eq!(*image, tcr("shop/web:v2"));

    after["spec"]["template"]["spec"]["containers"][0]["image"] = ccr("shop/web:v3").into();
    let entry = world.replan(&after).unwrap();
    assert!(matches!(entry.verdict, Verdict::Blocked(_)), "nobody looked for v3");
    after["spec"]["template"]["spec"]["containers"][0]["image"] = tcr("shop/web:v1").into();
    assert!(world.replan(&after).is_none(), "somebody else has switched it");
}

#[test]
fn what_can_not_be_compared_is_not_pinned() {
    let world = |state: ImageState| {
        let world = World::new().with(&web(&ccr("shop/web"))).pull_secret(PullSecretMode::Keep);
        let mut world = world.knows("shop/web:latest", state);
        world.options.pin = Some(Pin::Latest);
        world
    };
    let there = || world(ImageState::Present);
    let new = there().entry().images[0].new.clone().unwrap();
    assert!(new.starts_with(&format!("{}@sha256:", tcr("shop/web"))), "{new}");
    assert_eq!(there().entry().notes, [""; 0], "it doesn't move any more");
    let mut versions = there();
    versions.options.pin = Some(Pin::Mutable);
    assert!(versions.entry().images[0].new.as_ref().unwrap().contains('@'), "`latest` is meant");

    let classes = |world: &World| -> Vec<_> { world.reasons().iter().map(Reason::class).collect() };
    assert_eq!(classes(&there().unread("pods")), [ReasonClass::Drifted]);
    let mut accepted = there().unread("pods");
    accepted.options.allow_drift = true;
    assert_eq!(accepted.entry().verdict, Verdict::Switch);

    let mut far = world(ImageState::Unknown("timeout".to_owned()));
    assert_eq!(classes(&far), [ReasonClass::Unverified]);
    far.options.allow_unverified = true;
    assert_eq!(classes(&far), [ReasonClass::NoDigest], "nobody says what it would be pinned to");
    assert_eq!(classes(&world(ImageState::Missing)), [ReasonClass::Missing]);
}

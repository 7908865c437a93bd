//! One object that the server refuses costs itself, and what needs it.

use serde_json::{Value, json};

use super::fixtures::World;
use super::terminal::on_a_terminal;
use crate::support::cluster::yaml::workload;
use crate::support::run;

/// Has an admission policy refuse changes of the object of this kind and name.
pub(super) fn forbid(world: &World, plural: &str, name: &str) {
    let policy = format!("{}-{plural}", world.namespace);
    let base = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic";
    let own = json!({"matchLabels": {"kubernetes.io/metadata.name": world.namespace}});
    let group = if plural == "serviceaccounts" { "" } else { "apps" };
    let rule = json!({
        "apiGroups": [group], "apiVersions": ["v1"], "operations": ["UPDATE"],
        "resources": [plural],
    });
    let message = format!("{name} stays as it is");
    let spec = json!({
        "matchConstraints": {"namespaceSelector": own, "resourceRules": [rule]},
        "validations": [{"expression": format!("object.metadata.name != '{name}'"), "message": message}],
    });
    let object = json!({"metadata": {"name": policy}, "spec": spec});
    world.cluster.api().post(&format!("{base}ies"), &object).good();
    let spec = json!({"policyName": policy, "validationActions": ["Deny"]});
    let object = json!({"metadata": {"name": policy}, "spec": spec});
    world.cluster.api().post(&format!("{base}ybindings"), &object).good();
    // It takes a moment until the server enforces its own policy.
    let line = ["annotate", plural, name, "--dry-run=server", "x=y", "--overwrite"];
    let line = [line.as_slice(), &["-n", &world.namespace]].concat();
    world.cluster.wait_until("the policy is active", || world.cluster.kubectl(&line).code != 0);
}

/// Three Deployments, of which `b` can't be changed.
fn with_one_refused(like: &str) -> World {
    let world = World::open(like);
    world.copied("web:v1");
    for name in ["a", "b", "c"] {
        world.deployment(name, "web:v1");
    }
    forbid(&world, "deployments", "b");
    world
}

fn outcomes(report: &Value) -> Vec<(&str, &str)> {
    let mut all: Vec<(&str, &str)> = report["objects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|done| (done["object"]["name"].as_str().unwrap(), done["outcome"].as_str().unwrap()))
        .collect();
    all.sort_unstable();
    all
}

#[test]
fn what_is_refused_is_left_out_and_the_rest_is_written() {
    let world = with_one_refused("leave");
    let line = ["--yes", "--skip-refused", "-o", "json"];
    let done = world.switch(&line).ends_with(1);
    let done = done.says(&["b stays as it is", "3 objects: 2 rolled out, 1 refused"]);
    let report = done.json();
    let expected = [("a", "rolledOut"), ("b", "refused"), ("c", "rolledOut")];
    assert_eq!(outcomes(&report), expected);
    assert_eq!(world.image_of("a"), world.in_tcr("web:v1"));
    assert_eq!(world.image_of("b"), world.in_ccr("web:v1"));
    // Again, with nothing else left: the same is said, and nothing is written.
    let again = world.switch(&["--yes", "--skip-refused"]).ends_with(1);
    again.says(&["1 object: 1 refused"]).never_says(&["rollback file:"]);
}

#[test]
fn a_dry_run_says_what_would_be_left_out() {
    let world = with_one_refused("tried");
    let line = ["--dry-run=server", "--skip-refused", "-o", "json"];
    let plan = world.switch(&line).ends_with(1).json();
    let verdict = |name: &str| {
        let all = plan["objects"].as_array().unwrap();
        all.iter().find(|entry| entry["object"]["name"] == name).unwrap()["verdict"].clone()
    };
    assert_eq!((verdict("a"), verdict("b")), (json!("switch"), json!("refused")));
    world.switch(&["--dry-run=server"]).ends_with(2).says(&["b stays as it is", "1 refused"]);
}

#[test]
fn the_question_offers_the_rest() {
    let world = with_one_refused("asked");
    let typed = |answers: &str| run(&mut on_a_terminal(&world, &[], answers));
    let question = "1 of 3 changes is refused: deployment.apps/b in ";
    let said = ["switch 3 objects", question, "make the other 2?", "nothing was changed"];
    typed("y\nn\n").ends_with(1).says(&said);
    assert_eq!(world.image_of("a"), world.in_ccr("web:v1"));
    typed("y\ny\n").ends_with(1).says(&["2 rolled out, 1 refused"]);
    assert_eq!(world.image_of("a"), world.in_tcr("web:v1"));
    assert_eq!(world.image_of("b"), world.in_ccr("web:v1"));
}

#[test]
fn what_needs_a_refused_account_is_left_out_too() {
    let world = World::private("account");
    world.sandbox().ccr2tcr(&["sync", "shop"]).ends_with(0);
    for (name, host) in [("ccr", world.ccr()), ("tcr", world.tcr())] {
        world.pull_secret(name, host);
    }
    world.create(&json!({
        "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"},
        "imagePullSecrets": [{"name": "ccr"}],
    }));
    let secrets = json!({"imagePullSecrets": [{"name": "ccr"}]});
    world.cluster.merge("serviceaccounts", &world.namespace, "default", &secrets);
    world.deployment("web", "web:v1");
    let mut api: Value = serde_yaml::from_str(&workload(
        "Deployment",
        &world.namespace,
        "api",
        &world.in_ccr("api:v1"),
    ))
    .unwrap();
    api["spec"]["template"]["spec"]["serviceAccountName"] = json!("robot");
    world.create(&api);
    world.cluster.roll_out(&world.namespace, "deployment/api");
    forbid(&world, "serviceaccounts", "robot");

    let before = world.cluster.snapshot(&[&world.namespace]);
    let refused = world.switch(&["--yes"]).ends_with(2);
    refused.says(&[
        "the server refuses 1 of the 4 changes, and 1 more can't be made without them; nothing was written",
        &format!("deployment.apps/api in {} can't be changed without it", world.namespace),
    ]);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));

    let report = world.switch(&["--yes", "--skip-refused", "-o", "json"]).ends_with(1).json();
    let expected =
        [("api", "refused"), ("default", "written"), ("robot", "refused"), ("web", "rolledOut")];
    assert_eq!(outcomes(&report), expected);
    assert_eq!(world.image_of("api"), world.in_ccr("api:v1"));
}

#[test]
fn an_account_is_left_alone_that_only_refused_workloads_need() {
    let world = World::private("idle");
    world.sandbox().ccr2tcr(&["sync", "shop"]).ends_with(0);
    for (name, host) in [("ccr", world.ccr()), ("tcr", world.tcr())] {
        world.pull_secret(name, host);
    }
    let secrets = json!({"imagePullSecrets": [{"name": "ccr"}]});
    world.cluster.merge("serviceaccounts", &world.namespace, "default", &secrets);
    world.deployment("web", "web:v1");
    forbid(&world, "deployments", "web");
    let before = world.cluster.snapshot(&[&world.namespace]);
    world.switch(&["--yes", "--skip-refused"]).ends_with(1).says(&["1 refused"]);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn a_kind_that_the_user_may_not_change_costs_itself() {
    let world = World::open("rights");
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    world.cluster.create(&workload("StatefulSet", &world.namespace, "db", &world.in_ccr("web:v1")));
    world.cluster.roll_out(&world.namespace, "statefulset/db");
    let rules = json!([
        {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list"]},
        {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["patch"]},
    ]);
    let user = world.cluster.user_who_may(&world.namespace, &rules);
    let line = ["--yes", "--skip-refused", "-n", &world.namespace];
    let done = world.switch_as(&user, &line).ends_with(1);
    done.says(&["cannot patch resource \"statefulsets\"", "1 rolled out, 1 refused"]);
    assert_eq!(world.image_of("web"), world.in_tcr("web:v1"));
}

#[test]
fn an_object_that_is_left_out_by_name_is_named_and_counts() {
    let world = with_one_refused("exclude");
    let pattern = format!("deploy/{}/b", world.namespace);
    let line = ["--exclude-object", &pattern, "--exclude-object", "sts/nobody"];
    let plan = world.switch(&[&line[..], &["--dry-run", "-o", "json"]].concat()).ends_with(1);
    let plan = plan.says(&[
        &format!("left out by --exclude-object {pattern}; not changed"),
        "2 to switch, 1 left out",
        "--exclude-object sts/nobody leaves nothing out",
    ]);
    let left = &plan.json()["objects"][1];
    assert_eq!(
        (&left["verdict"], &left["reasons"][0]["class"]),
        (&json!("excluded"), &json!("excluded-object"))
    );
    world.switch(&[&line[..], &["diff"]].concat()).ends_with(1).never_says(&["deployments.apps/b"]);
    let done = world.switch(&[&line[..], &["--yes"]].concat()).ends_with(1);
    done.says(&["2 objects: 2 rolled out"]).never_says(&["b stays as it is"]);
    assert_eq!(world.image_of("b"), world.in_ccr("web:v1"));

    let typed = world.switch(&["--yes", "--exclude-object", "deplyoment/b"]).ends_with(2);
    typed.says(&["the server has no kind `deplyoment`; did you mean deployments.apps?"]);
    world
        .switch(&["--yes", "--exclude-object", "a/b/c/d"])
        .ends_with(2)
        .says(&["KIND/NAMESPACE/NAME"]);
}

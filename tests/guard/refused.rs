//! What keeps a guard from being set, and what a guard keeps from being done.

use serde_json::{Value, json};

use super::{Guarded, IN_CCR, IN_TCR, object, pod};
use crate::support::cluster::User;

#[test]
fn what_is_somebody_elses_is_left_as_it_is() {
    let world = Guarded::new();
    let base = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
    let rule = json!({
        "apiGroups": ["example.com"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["x"],
    });
    let spec = json!({
        "matchConstraints": {"resourceRules": [rule]},
        "validations": [{"expression": "true"}],
    });
    let theirs = json!({"metadata": {"name": "tcr-switch-guard"}, "spec": spec});
    let theirs = world.cluster.api().post(base, &theirs).good();
    let said = world.guard(&["--yes"]).ends_with(2);
    said.says(&[
        "ValidatingAdmissionPolicy/tcr-switch-guard is there, and wasn't made by tcr-switch",
    ]);
    world.cluster.kubectl(&["tcr-switch", "guard", "remove", "-A", "--yes"]).ends_with(0);
    let now = world.cluster.api().get(&format!("{base}/tcr-switch-guard")).good();
    assert_eq!(now["spec"], theirs["spec"]);
    assert_eq!(world.parts(), ["tcr-switch-guard"], "nothing was written");
}

#[test]
fn a_line_that_makes_no_sense_changes_nothing() {
    let world = Guarded::new();
    let system = world.cluster.kubectl(&["tcr-switch", "guard", "-n", "kube-system", "--yes"]);
    system.ends_with(2).says(&["namespace kube-system is Kubernetes' own", "hint: "]);
    world.guard(&["--exempt", "Kube_*"]).ends_with(2).says(&["is no name of a namespace"]);
    world.guard(&["--mode", "refuse"]).ends_with(2).says(&["possible values: warn, audit, deny"]);
    world.guard(&[]).ends_with(1).says(&["no terminal to ask", "hint: --yes"]);
    let printed = world.guard(&["-o", "json", "--mode", "deny"]).ends_with(0).json();
    let kinds: Vec<_> =
        printed["items"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds.len(), 4, "{kinds:?}");
    let member = world.cluster.plane().member();
    let line = ["tcr-switch", "guard", "status"];
    let said = world.cluster.kubectl_as(&member, &line).ends_with(2);
    said.says(&["validatingadmissionpolicies", "kubectl auth can-i get"]);
    assert_eq!(world.parts(), Vec::<String>::new());
}

#[test]
fn what_is_printed_for_a_file_does_the_same() {
    let world = Guarded::new();
    let printed = world.guard(&["-o", "yaml", "--mode", "deny"]).ends_with(0);
    world.cluster.apply(&printed.stdout);
    world
        .cluster
        .wait_until("it holds", || world.refusal(&object("Pod", "new", &pod(IN_CCR))).is_some());
    assert_eq!(world.refusal(&object("Pod", "new", &pod(IN_TCR))), None);
}

#[test]
fn a_server_side_dry_run_asks_for_all_four_writes_and_keeps_nothing() {
    let world = Guarded::new();
    let taken = world.guard(&["--dry-run=server"]).ends_with(0);
    assert_eq!(
        taken.stderr.matches(": taken in a server-side dry run").count(),
        4,
        "{}",
        taken.stderr
    );
    // A label's value has 63 characters at most: both bindings are wrong, the policies aren't.
    let long = "x".repeat(64);
    let line = ["tcr-switch", "guard", "-A", "--exempt", &long];
    world.cluster.kubectl(&[line.as_slice(), &["--dry-run=client"]].concat()).ends_with(0);
    let said = world.cluster.kubectl(&[line.as_slice(), &["--dry-run=server"]].concat());
    let said = said
        .ends_with(2)
        .says(&["validatingadmissionpolicybinding/tcr-switch-guard: not taken", "invalid"]);
    assert_eq!(
        said.stderr.matches(": taken in a server-side dry run").count(),
        2,
        "{}",
        said.stderr
    );

    let all = json!({"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list"]});
    let reader = user_with(&world, "reader", &all);
    let line = ["tcr-switch", "guard", "-n", &world.namespace, "--mode", "warn"];
    let run = |mode: &str| world.cluster.kubectl_as(&reader, &[line.as_slice(), &[mode]].concat());
    run("--dry-run=client").ends_with(0).never_says(&["taken in a server-side dry run"]);
    let said = run("--dry-run=server").ends_with(2);
    assert_eq!(said.stderr.matches(": not taken").count(), 4, "{}", said.stderr);
    said.says(&["cannot create resource", "kubectl auth can-i create"]);
    assert_eq!(world.parts(), Vec::<String>::new(), "nothing is left behind");

    world.guard(&["--yes"]).ends_with(0);
    let removal = ["tcr-switch", "guard", "remove", "-A", "--dry-run=server"];
    world.cluster.kubectl_as(&reader, &removal).ends_with(2).says(&["cannot delete resource"]);
    world.cluster.kubectl(&removal).ends_with(1);
    assert_eq!(world.parts().len(), 4, "a dry run deletes nothing");
}

#[test]
fn the_right_to_what_refuses_is_enough_to_see_and_remove_that() {
    let world = Guarded::new();
    world.guard(&["--yes"]).ends_with(0);
    let validating = json!(["validatingadmissionpolicies", "validatingadmissionpolicybindings"]);
    let rule = json!({"apiGroups": ["*"], "resources": validating, "verbs": ["*"]});
    let user = user_with(&world, "validating", &rule);
    let run =
        |line: &[&str]| world.cluster.kubectl_as(&user, &[&["tcr-switch", "guard"], line].concat());
    let unknown = ["warning: can't tell whether new Pods are rewritten: "];
    run(&["status"]).ends_with(0).says(&unknown);
    run(&["remove", "-A", "--yes"]).ends_with(1).says(&unknown);
    assert_eq!(world.parts(), Vec::<String>::new());
}

/// Who may do this alone, everywhere.
fn user_with(world: &Guarded, role_name: &str, rule: &Value) -> User {
    let user = world.cluster.user();
    let base = "/apis/rbac.authorization.k8s.io/v1";
    let role = json!({"metadata": {"name": role_name}, "rules": [rule]});
    world.cluster.api().post(&format!("{base}/clusterroles"), &role).good();
    let group = "rbac.authorization.k8s.io";
    let binding = json!({
        "metadata": {"name": role_name},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": role_name},
        "subjects": [{"apiGroup": group, "kind": "User", "name": user.name}],
    });
    world.cluster.api().post(&format!("{base}/clusterrolebindings"), &binding).good();
    user
}

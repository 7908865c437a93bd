//! What keeps a guard from being set, and what a guard keeps from being done.

use serde_json::json;

use super::{Guarded, IN_CCR, IN_TCR, object, pod};

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

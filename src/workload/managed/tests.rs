use serde_json::{Value, json};

use super::*;

fn with(metadata: &Value) -> Value {
    let mut object = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata});
    object["metadata"]["name"] = json!("web");
    object
}

/// Empty if nobody manages it.
fn shown(metadata: &Value) -> String {
    manager(&with(metadata)).map(|manager| manager.to_string()).unwrap_or_default()
}

#[test]
fn a_controller_owner_goes_before_all_else() {
    let owner = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"});
    let mut controller = owner.clone();
    controller["controller"] = json!(true);
    let helm = json!({"meta.helm.sh/release-name": "shop"});
    assert_eq!(
        shown(&json!({"ownerReferences": [owner, controller], "annotations": helm})),
        "Deployment web"
    );
    assert_eq!(shown(&json!({"ownerReferences": [owner]})), "", "an owner that controls nothing");
}

#[test]
fn a_mirror_pod_is_edited_on_its_node() {
    let mirror = json!({"kubernetes.io/config.mirror": "3b1c"});
    let owner = json!({"apiVersion": "v1", "kind": "Node", "name": "n1", "controller": true});
    for metadata in
        [json!({"annotations": mirror}), json!({"annotations": mirror, "ownerReferences": [owner]})]
    {
        let mut pod = with(&metadata);
        pod["spec"] = json!({"nodeName": "n1"});
        let manager = manager(&pod).unwrap();
        assert_eq!(manager.to_string(), "the kubelet of node n1");
        let advice = manager.advice();
        assert!(advice.contains("node `n1`, in /etc/kubernetes/manifests"), "{advice}");
    }
}

#[test]
fn a_helm_release_is_known_by_its_annotation() {
    let object = with(&json!({
        "labels": {"app.kubernetes.io/managed-by": "Helm"},
        "annotations": {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop"},
    }));
    let helm = Manager::Helm { release: "web".to_owned(), namespace: Some("shop".to_owned()) };
    assert_eq!(manager(&object), Some(helm.clone()));
    assert_eq!(helm.to_string(), "Helm release web");
    assert_eq!(
        helm.advice(),
        "edit the values of the Helm release `web` (namespace shop) and upgrade it"
    );
    // As `helm template | kubectl apply` leaves it: no release is there to be upgraded.
    assert_eq!(shown(&json!({"labels": {"app.kubernetes.io/managed-by": "Helm"}})), "");
}

#[test]
fn an_argo_cd_application_is_known_by_its_tracking_id() {
    let tracked = |id: &str| shown(&json!({"annotations": {"argocd.argoproj.io/tracking-id": id}}));
    assert_eq!(tracked("shop:apps/Deployment:prod/web"), "Argo CD application shop");
    assert_eq!(tracked("shop"), "Argo CD application shop");
    // An operator has copied the annotations of its resource to what it makes.
    assert_eq!(tracked("shop:example.com/Thing:prod/web"), "");
    assert_eq!(tracked("shop:apps/Deployment:prod/api"), "");
}

#[test]
fn of_instance_labels_only_argo_cds_own_counts() {
    let labelled = |key: &str| shown(&json!({"labels": {key: "shop"}}));
    assert_eq!(labelled("argocd.argoproj.io/instance"), "Argo CD application shop");
    assert_eq!(labelled("app.kubernetes.io/instance"), "");
}

#[test]
fn flux_is_known_by_its_labels() {
    let labels = |tool: &str| {
        json!({"labels": {format!("{tool}.toolkit.fluxcd.io/name"): "apps",
            format!("{tool}.toolkit.fluxcd.io/namespace"): "flux-system"},
            "annotations": {"meta.helm.sh/release-name": "x"}})
    };
    let (name, namespace) = ("apps".to_owned(), Some("flux-system".to_owned()));
    assert_eq!(
        manager(&with(&labels("kustomize"))),
        Some(Manager::FluxKustomization { name: name.clone(), namespace: namespace.clone() })
    );
    assert_eq!(
        manager(&with(&labels("helm"))),
        Some(Manager::FluxHelmRelease { name, namespace }),
        "not the Helm release that Flux makes of it"
    );
}

#[test]
fn an_operator_of_olm_is_known_by_owner_or_labels() {
    let owner = json!({"apiVersion": "operators.coreos.com/v1alpha1",
        "kind": "ClusterServiceVersion", "name": "etcd.v1", "controller": false});
    assert_eq!(shown(&json!({"ownerReferences": [owner]})), "OLM operator etcd.v1");
    let labels = json!({"olm.owner": "etcd.v1", "olm.owner.kind": "ClusterServiceVersion"});
    assert_eq!(shown(&json!({"labels": labels})), "OLM operator etcd.v1");
    let labels = json!({"olm.operatorframework.io/owner-kind": "ClusterExtension",
        "olm.operatorframework.io/owner-name": "etcd"});
    assert_eq!(shown(&json!({"labels": labels})), "OLM operator etcd");
    assert_eq!(shown(&json!({"labels": {"olm.owner": "x"}})), "");
}

#[test]
fn without_a_mark_it_is_told_by_who_wrote_the_spec() {
    let by = |name: &str| {
        json!({"labels": {"app.kubernetes.io/instance": "shop"},
            "managedFields": [{"manager": "kube-controller-manager"},
                {"manager": name, "operation": "Apply", "fieldsV1": {"f:spec": {}}}]})
    };
    assert_eq!(shown(&by("helm")), "Helm release shop");
    assert_eq!(shown(&by("argocd-controller")), "Argo CD application shop");
    assert_eq!(shown(&by("kustomize-controller")), "Flux Kustomization");
    assert_eq!(shown(&by("helm-controller")), "Flux HelmRelease shop");
    assert_eq!(shown(&by("olm")), "OLM operator");
    assert_eq!(shown(&by("kubectl")), "");
    assert_eq!(shown(&by("tcr-switch")), "");
}

#[test]
fn who_wrote_only_the_status_manages_nothing() {
    let status = json!([{"manager": "argocd-controller", "fieldsV1": {"f:status": {}}}]);
    assert_eq!(shown(&json!({"managedFields": status})), "");
}

#[test]
fn every_manager_says_what_to_edit() {
    let name = || "x".to_owned();
    for (manager, word) in [
        (Manager::Owner { kind: "CloneSet".to_owned(), name: name() }, "CloneSet `x`"),
        (Manager::ArgoCd { application: name() }, "Argo CD application `x`"),
        (
            Manager::FluxKustomization { name: name(), namespace: Some("y".to_owned()) },
            "Kustomization `x` (namespace y)",
        ),
        (Manager::FluxHelmRelease { name: String::new(), namespace: None }, "HelmRelease at"),
        (Manager::Olm { name: name() }, "operator `x`"),
    ] {
        assert!(manager.advice().contains(word), "{}", manager.advice());
    }
}

#[test]
fn controllers_that_put_a_change_back_are_known() {
    let labels = |all: Value| json!({"labels": all});
    let annotations = |all: Value| json!({"annotations": all});
    let owned = |api: &str, kind: &str, by: &str| {
        json!({"labels": {"app.kubernetes.io/managed-by": by}, "ownerReferences":
            [{"apiVersion": api, "kind": kind, "name": "prod", "controller": false}]})
    };
    let applied = |by: &str| json!({"managedFields": [{"manager": by, "operation": "Apply", "fieldsV1": {"f:spec": {}}}]});
    for (metadata, name, advice) in [
        (labels(json!({"karmada.io/managed": "true"})), "Karmada Work", "resource template"),
        (annotations(json!({"work.karmada.io/name": "web"})), "Karmada Work web", "OverridePolicy"),
        (
            annotations(json!({"configmanagement.gke.io/managed": "enabled",
            "configmanagement.gke.io/source-path": "web.yaml"})),
            "Config Sync web.yaml",
            "source",
        ),
        (
            labels(json!({"addonmanager.kubernetes.io/mode": "Reconcile"})),
            "addon manager",
            "manifest",
        ),
        (
            labels(json!({"app.oam.dev/name": "shop", "app.oam.dev/component": "web"})),
            "KubeVela Application shop",
            "Application `shop`",
        ),
        (
            json!({"annotations": {"crossplane.io/composition-resource-name": "web"},
            "labels": {"crossplane.io/composite": "shop"}}),
            "Crossplane composite shop",
            "composite `shop`",
        ),
        (
            annotations(json!({"objectset.rio.cattle.io/id": "x",
            "objectset.rio.cattle.io/owner-gvk": "k3s.cattle.io/v1, Kind=Addon",
            "objectset.rio.cattle.io/owner-name": "web"})),
            "k3s Addon web",
            "server/manifests",
        ),
        (
            annotations(json!({"objectset.rio.cattle.io/id": "default-shop"})),
            "Rancher Fleet default-shop",
            "Fleet bundle",
        ),
        (
            owned("kafka.strimzi.io/v1beta2", "Kafka", "strimzi-cluster-operator"),
            "operator strimzi-cluster-operator",
            "change the Kafka `prod`",
        ),
        (
            owned("work.open-cluster-management.io/v1", "AppliedManifestWork", ""),
            "Open Cluster Management prod",
            "ManifestWork",
        ),
        (applied("eks"), "EKS add-on", "EKS add-on"),
        (applied("apiextensions.crossplane.io/composed/abc"), "Crossplane", "Composition"),
        // Not of these: it is made if it is missing, no more; or the template, on Karmada's side.
        (labels(json!({"addonmanager.kubernetes.io/mode": "EnsureExists"})), "", ""),
        (labels(json!({"propagationpolicy.karmada.io/name": "web"})), "", ""),
        (annotations(json!({"configmanagement.gke.io/managed": "disabled"})), "", ""),
        (labels(json!({"app.kubernetes.io/managed-by": "acme-operator"})), "", ""),
        (owned("v1", "ConfigMap", "acme-operator"), "", ""),
        (owned("kafka.strimzi.io/v1beta2", "Kafka", "Helm"), "", ""),
        (json!({"finalizers": ["acme.com/x"]}), "", ""),
    ] {
        let found = manager(&with(&metadata));
        let shown = found.as_ref().map(ToString::to_string).unwrap_or_default();
        assert_eq!(shown, name, "{metadata}");
        let advised = found.map(|manager| manager.advice()).unwrap_or_default();
        assert!(advised.contains(advice), "{advised}");
    }
}

/// What is told of those who would put the old image back at their next run.
fn noted(metadata: &Value) -> Vec<String> {
    let mut object = with(metadata);
    object["spec"] = json!({"containers": [{"name": "main", "image": "x"}]});
    let image = Pointer::root().key("spec").key("containers").index(0).key("image");
    applier_notes(&object, &[&image], manager(&object).as_ref())
}

#[test]
fn what_kubectl_applies_is_known_by_the_copy_or_by_who_wrote_it() {
    let applied = |metadata: &Value| match noted(metadata).as_slice() {
        [] => false,
        [note] => note.contains("change the file as well"),
        more => panic!("{more:?}"),
    };
    let by = |name: &str, operation: &str| json!({"managedFields": [{"manager": name, "operation": operation}]});
    assert!(applied(&json!({"annotations": {LAST_APPLIED: "{}"}})));
    assert!(applied(&by("kubectl", "Apply")));
    assert!(applied(&by("kubectl-client-side-apply", "Update")));
    assert!(!applied(&by("kubectl", "Update")));
    assert!(!applied(&by("kubectl-edit", "Update")));
    assert!(!applied(&json!({})));
    assert!(applier_notes(&json!(null), &[], None).is_empty());
}

#[test]
fn who_would_put_the_old_image_back_is_told_with_what_to_change() {
    let by = |name: &str, operation: &str, image: &str| {
        json!({"managedFields": [{"manager": name, "operation": operation, "fieldsV1":
            {"f:spec": {"f:containers": {"k:{\"name\":\"main\"}": {image: {}}}}}}]})
    };
    let label = |key: &str, value: &str| json!({"labels": {key: value}});
    for (metadata, words) in [
        (by("Terraform", "Apply", "f:image"), "the next terraform apply reverts this"),
        (by("HashiCorp", "Update", "f:image"), "in its configuration"),
        (by("pulumi-kubernetes-abc", "Apply", "f:image"), "the next pulumi up reverts this"),
        (by("acme", "Apply", "f:image"), "`acme` applies it server-side and has set the image"),
        (label("kapp.k14s.io/app", "1700000"), "kapp's app 1700000"),
        (label("heritage", "Tiller"), "Helm 2"),
        (label("heritage", "Helm"), "the templates of a chart, without a release"),
        (label("app.kubernetes.io/managed-by", "Helm"), "in the values"),
        (label("app.kubernetes.io/managed-by", "pulumi"), "pulumi up"),
        (label("app.kubernetes.io/managed-by", "ansible"), "its labels name ansible"),
        (label("app.kubernetes.io/managed-by", "acme-operator"), "names `acme-operator`"),
        (
            json!({"ownerReferences": [{"apiVersion": "acme.com/v1", "kind": "Site", "name": "s"}]}),
            "it belongs to Site `s`",
        ),
    ] {
        let notes = noted(&metadata);
        assert!(notes.len() == 1 && notes[0].contains(words), "{metadata}: {notes:?}");
    }
    for metadata in [
        by("acme", "Apply", "f:resources"),
        by("acme", "Update", "f:image"),
        by("tcr-switch", "Apply", "f:image"),
        label("app.kubernetes.io/managed-by", "tcr-switch"),
        json!({"annotations": {"acme.com/x": "y"}, "finalizers": ["acme.com/x"]}),
    ] {
        assert!(noted(&metadata).is_empty(), "{metadata}: {:?}", noted(&metadata));
    }
}

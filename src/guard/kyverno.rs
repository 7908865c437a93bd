//! The same rewriting as a policy of Kyverno, for clusters that have it and whose API server has no
//! `MutatingAdmissionPolicy`.
//!
//! <https://kyverno.io/docs/policy-types/cluster-policy/mutate/>. Only what Kyverno's own samples use:
//! `foreach` with preconditions, a strategic merge by names, `replace_all`. It is printed, never
//! applied. Left out are image volumes, and spellings of the host in upper case or with its port.

use serde_json::{Value, json};

use super::rewrite_policy::REWRITE_POLICY;
use super::rewriting::{NamespaceRewriting, Rewriting};

/// A `ClusterPolicy` with a rule for each namespace and list of containers.
#[must_use]
pub fn kyverno_policy(rewriting: &Rewriting) -> Value {
    let rules: Vec<Value> = rewriting
        .namespaces
        .iter()
        .flat_map(|(namespace, here)| {
            let secrets =
                (!here.secrets.is_empty()).then(|| secrets(namespace, here, rewriting.any_tag));
            let lists = ["initContainers", "containers"];
            secrets
                .into_iter()
                .chain(lists.map(|list| images(namespace, here, list, rewriting.any_tag)))
        })
        .collect();
    json!({
        "apiVersion": "kyverno.io/v1",
        "kind": "ClusterPolicy",
        "metadata": {
            "name": REWRITE_POLICY,
            // Pods alone, not the templates that they are made from.
            "annotations": {"pod-policies.kyverno.io/autogen-controllers": "none"},
        },
        "spec": {"background": false, "failurePolicy": "Ignore", "rules": rules},
    })
}

fn rule(name: &str, namespace: &str, preconditions: &[Value], mutate: &Value) -> Value {
    json!({
        "name": name,
        "match": {"any": [{"resources": {
            "kinds": ["Pod"], "namespaces": [namespace], "operations": ["CREATE"],
        }}]},
        "preconditions": {"all": preconditions},
        "mutate": mutate,
    })
}

/// As an object names the images of a repository: each of the list, or all.
fn spellings(here: &NamespaceRewriting, repository: &str, any_tag: bool) -> Vec<String> {
    if any_tag {
        return ["", ":*", "@*"].map(|end| format!("{repository}{end}")).to_vec();
    }
    let of = |image: &&String| {
        image.strip_prefix(repository).is_some_and(|rest| rest.starts_with([':', '@']))
    };
    // A digest may have a tag in front.
    let tagged = |image: &String| image.replacen('@', ":*@", usize::from(image.contains('@')));
    let mut all: Vec<String> = Vec::new();
    for image in here.images.keys().filter(of) {
        all.extend([image.clone(), tagged(image)]);
        all.extend(image.strip_suffix(":latest").map(str::to_owned));
    }
    all.dedup();
    all
}

fn images(namespace: &str, here: &NamespaceRewriting, list: &str, any_tag: bool) -> Value {
    let path = format!("request.object.spec.{list}");
    let each: Vec<Value> = here
        .repositories
        .iter()
        .map(|(old, new)| {
            let image =
                format!("{{{{ replace_all('{{{{ element.image }}}}', '{old}', '{new}') }}}}");
            json!({
                "list": path,
                "preconditions": {"all": [{
                    "key": "{{ element.image }}", "operator": "AnyIn",
                    "value": spellings(here, old, any_tag),
                }]},
                "patchStrategicMerge": {"spec": {list: [{
                    "name": "{{ element.name }}", "image": image,
                }]}},
            })
        })
        .collect();
    let any = json!({
        "key": format!("{{{{ {path}[] || `[]` | length(@) }}}}"),
        "operator": "GreaterThanOrEquals",
        "value": 1,
    });
    let name = format!("{namespace}-{}", list.to_lowercase());
    rule(&name, namespace, &[any], &json!({"foreach": each}))
}

/// Comes first: the other rules leave nothing by which the Pods are known.
fn secrets(namespace: &str, here: &NamespaceRewriting, any_tag: bool) -> Value {
    let all = here.repositories.keys().flat_map(|old| spellings(here, old, any_tag));
    let names = "[request.object.spec.initContainers[].image, request.object.spec.containers[].image][] \
                 || `[]`";
    let named = json!({
        "key": format!("{{{{ {names} }}}}"), "operator": "AnyIn", "value": all.collect::<Vec<_>>(),
    });
    let secrets: Vec<Value> = here.secrets.iter().map(|name| json!({"name": name})).collect();
    let patch = json!({"patchStrategicMerge": {"spec": {"imagePullSecrets": secrets}}});
    rule(&format!("{namespace}-pull-secrets"), namespace, &[named], &patch)
}

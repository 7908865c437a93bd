//! Admission in the cluster that a switch has to pass: webhooks and policies about pods and workloads.

use serde_json::Value;

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found};
use crate::checkup::ground::{ClusterGround, Ground};
use crate::diagnostic::shortened;
use crate::kubernetes::{Cluster, ClusterError, ListQuery, Resource};

const GROUP: &str = "admissionregistration.k8s.io";
const SHOWN: usize = 5;

/// What is changed by a switch, and what comes of it.
const CHANGED: &[(&str, &str)] = &[
    ("", "pods"),
    ("", "replicationcontrollers"),
    ("", "serviceaccounts"),
    ("", "secrets"),
    ("apps", "deployments"),
    ("apps", "statefulsets"),
    ("apps", "daemonsets"),
    ("apps", "replicasets"),
    ("batch", "jobs"),
    ("batch", "cronjobs"),
];

pub(super) const CHECK: Check = Check {
    id: "cluster.admission",
    about: "admission webhooks and policies that pods and workloads have to pass",
    needs: &["cluster.reach"],
    after: &[],
    run: Run::EachCluster(|ground, cluster| Box::pin(check(ground, cluster))),
};

async fn check(_: &Ground, of: &ClusterGround) -> Found {
    let cluster = of.cluster.get()?;
    let (mut named, mut dead, mut partly) = (Vec::new(), Vec::new(), Vec::new());
    for plural in ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"] {
        for configuration in list(cluster, of, plural).await? {
            let hooks = configuration.get("webhooks").and_then(Value::as_array);
            for hook in hooks.into_iter().flatten().filter(|hook| concerns(hook.get("rules"))) {
                let name = text(hook, "/name");
                named.push(name.to_owned());
                let refuses = text(hook, "/failurePolicy") != "Ignore";
                if let Some(service) = hook.pointer("/clientConfig/service")
                    && refuses
                    && !has_endpoints(cluster, service).await?
                {
                    let service = format!(
                        "{name} (service {}/{})",
                        text(service, "/namespace"),
                        text(service, "/name")
                    );
                    if selects(hook) { partly.push(service) } else { dead.push(service) }
                }
            }
        }
    }
    for policy in list(cluster, of, "validatingadmissionpolicies").await? {
        if concerns(policy.pointer("/spec/matchConstraints/resourceRules")) {
            named.push(format!("policy {}", text(&policy, "/metadata/name")));
        }
    }
    let hint = "let its pods run again, or delete the webhook configuration that nobody serves";
    if !dead.is_empty() {
        let names = shortened(&dead, SHOWN);
        return Err(
            Finding::fail(format!("refuses every change, for nothing answers: {names}")).hint(hint)
        );
    }
    if !partly.is_empty() {
        let names = shortened(&partly, SHOWN);
        return Err(Finding::warn(format!(
            "refuses every change of what its selectors match, for nothing answers: {names}"
        ))
        .hint(hint));
    }
    Ok(Finding::ok(match named.as_slice() {
        [] => "none about pods or workloads".to_owned(),
        names => format!("a switch has to pass {}", shortened(names, SHOWN)),
    }))
}

/// All objects of a kind, none if the server doesn't have it.
async fn list(cluster: &Cluster, of: &ClusterGround, plural: &str) -> Result<Vec<Value>, Finding> {
    let Some(kind) = of.kinds.get()?.resource(GROUP, plural) else { return Ok(Vec::new()) };
    let kind: &Resource = kind;
    cluster.list_all(kind, None, &ListQuery::default()).await.map_err(|error| match &error {
        ClusterError::Forbidden { .. } => Finding::not_proven(error.to_string()),
        _ => Finding::cluster(&error),
    })
}

/// Whether a webhook's service has anything behind it. One that can't be read counts as alive.
async fn has_endpoints(cluster: &Cluster, service: &Value) -> Result<bool, Finding> {
    let slices = Resource {
        group: "discovery.k8s.io".to_owned(),
        ..Resource::core("EndpointSlice", "endpointslices")
    };
    let query = ListQuery {
        label_selector: Some(format!("kubernetes.io/service-name={}", text(service, "/name"))),
        ..ListQuery::default()
    };
    match cluster.list_all(&slices, Some(text(service, "/namespace")), &query).await {
        Ok(slices) => Ok(slices.iter().any(|slice| {
            let endpoints = slice.get("endpoints").and_then(Value::as_array);
            endpoints.into_iter().flatten().any(|endpoint| {
                endpoint.pointer("/conditions/ready").and_then(Value::as_bool) != Some(false)
            })
        })),
        Err(ClusterError::Forbidden { .. }) => Ok(true),
        Err(error) => Err(Finding::cluster(&error)),
    }
}

/// Whether it is about some namespaces or objects alone.
fn selects(hook: &Value) -> bool {
    ["namespaceSelector", "objectSelector"].iter().any(|selector| {
        let selector = hook.get(*selector).and_then(Value::as_object);
        selector.is_some_and(|selector| !selector.is_empty())
    })
}

/// Whether one of the rules is about something that a switch changes.
fn concerns(rules: Option<&Value>) -> bool {
    let rules = rules.and_then(Value::as_array);
    let has = |rule: &Value, list: &str, wanted: &str| {
        let all = rule.get(list).and_then(Value::as_array);
        all.into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .any(|one| one == "*" || one == "*/*" || one == wanted)
    };
    rules.into_iter().flatten().any(|rule| {
        CHANGED
            .iter()
            .any(|(group, plural)| has(rule, "apiGroups", group) && has(rule, "resources", plural))
            && (has(rule, "operations", "CREATE") || has(rule, "operations", "UPDATE"))
    })
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_about_other_things_are_left_alone() {
        let rules = |group: &str, resource: &str, operation: &str| {
            json!([{
                "apiGroups": [group], "resources": [resource], "operations": [operation],
            }])
        };
        assert!(concerns(Some(&rules("", "pods", "CREATE"))));
        assert!(concerns(Some(&rules("*", "*", "*"))));
        assert!(concerns(Some(&rules("apps", "deployments", "UPDATE"))));
        assert!(!concerns(Some(&rules("apps", "deployments", "DELETE"))));
        assert!(!concerns(Some(&rules("", "deployments", "UPDATE"))));
        assert!(!concerns(Some(&rules("cert-manager.io", "certificates", "CREATE"))));
        assert!(!concerns(None));
    }
}

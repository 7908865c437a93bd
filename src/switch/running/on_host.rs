//! Live pods that pull from one host, by workload and by what they were given to pull with: a pod
//! keeps the list of pull secrets that it got when it was made.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::makers::Makers;
use super::metadata::ListedMetadata;
use super::pods::NAMED;
use crate::image::{Host, Reference};
use crate::workload::{ImageClass, ObjectRef, Positions};

/// Live pods of one workload that pull the same images with the same list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodsOnHost {
    /// Of all of them.
    pub namespace: String,
    /// The workload, as far as that can be told; `None` if nothing has made them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<ObjectRef>,
    /// The account that they run under.
    pub account: String,
    /// The Secrets in their own `spec.imagePullSecrets`.
    pub pull_secrets: Vec<String>,
    /// Their images on the host.
    pub images: BTreeSet<Reference>,
    /// How many pods.
    pub pods: usize,
    /// The names of the first of them, at most three.
    pub names: Vec<String>,
}

/// Such pods, as they are listed.
#[derive(Debug, Default)]
pub(in crate::switch) struct HostPods(BTreeMap<HostPodKind, Counted>);

/// What they have in common.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct HostPodKind {
    namespace: String,
    owner: Option<ObjectRef>,
    account: String,
    pull_secrets: Vec<String>,
    images: BTreeSet<Reference>,
}

#[derive(Debug, Default)]
struct Counted {
    pods: usize,
    names: BTreeSet<String>,
}

impl HostPods {
    /// Adds a pod, if it has an image on the host.
    pub(in crate::switch) fn add(
        &mut self,
        metadata: ListedMetadata,
        positions: &Positions,
        host: &Host,
    ) {
        let Some(spec) = positions.pod_specs.first() else { return };
        let on_host = spec.images.iter().filter_map(|image| match &image.class {
            ImageClass::Elsewhere(Some(read)) if read.host == *host => Some(read.clone().resolve()),
            _ => None,
        });
        let images: BTreeSet<Reference> = on_host.collect();
        if images.is_empty() {
            return;
        }
        let kind = HostPodKind {
            namespace: metadata.namespace,
            owner: metadata.owner,
            account: spec.service_account.clone().unwrap_or_else(|| "default".to_owned()),
            pull_secrets: spec.pull_secrets.clone().unwrap_or_default(),
            images,
        };
        self.count(kind, Counted { pods: 1, names: BTreeSet::from([metadata.name]) });
    }

    /// Takes over what another has.
    pub(in crate::switch) fn append(&mut self, other: Self) {
        for (kind, counted) in other.0 {
            self.count(kind, counted);
        }
    }

    /// All of them by workload; with selectors, those of what they select.
    pub(in crate::switch) fn by_workload(
        self,
        makers: &Makers,
        has_selectors: bool,
    ) -> Vec<PodsOnHost> {
        let mut all = Self::default();
        for (mut kind, counted) in self.0 {
            if let Some(maker) = &mut kind.owner {
                if let Some(made) = makers.find(maker) {
                    *maker = made.owner.clone();
                }
                if has_selectors && !makers.is_selected(maker) {
                    continue;
                }
            }
            all.count(kind, counted);
        }
        let pods = all.0.into_iter().map(|(kind, counted)| {
            let HostPodKind { namespace, owner, account, pull_secrets, images } = kind;
            let (pods, names) = (counted.pods, counted.names.into_iter().collect());
            PodsOnHost { namespace, owner, account, pull_secrets, images, pods, names }
        });
        pods.collect()
    }

    fn count(&mut self, kind: HostPodKind, more: Counted) {
        let counted = self.0.entry(kind).or_default();
        counted.pods += more.pods;
        counted.names.extend(more.names);
        while counted.names.len() > NAMED {
            counted.names.pop_last();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::workload::{CcrNames, positions};

    /// A pod of this `ReplicaSet`, if there is one, with these images.
    fn pod(name: &str, maker: Option<&str>, images: &[&str]) -> Value {
        let containers: Vec<Value> = images
            .iter()
            .enumerate()
            .map(|(number, image)| json!({"name": format!("c{number}"), "image": image}))
            .collect();
        let owner = maker.map(|maker| {
            json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": maker, "controller": true})
        });
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": "shop",
                         "ownerReferences": Vec::from_iter(owner)},
            "spec": {"containers": containers, "imagePullSecrets": [{"name": "old"}]},
        })
    }

    fn gathered(pods: &[Value]) -> HostPods {
        let host: Host = "prod.tencentcloudcr.com".parse().unwrap();
        let mut all = HostPods::default();
        for pod in pods {
            let metadata = ListedMetadata::of(&pod.to_string()).unwrap();
            all.add(metadata, &positions(pod, &CcrNames::default()), &host);
        }
        all
    }

    /// The `ReplicaSet`s `web-1` and `web-2` are of the Deployment `web`.
    fn makers() -> Makers {
        let mut makers = Makers::default();
        for name in ["web-1", "web-2"] {
            let text = json!({"metadata": {"name": name, "namespace": "shop", "ownerReferences": [
                {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "controller": true},
            ]}});
            makers.add("ReplicaSet", ListedMetadata::of(&text.to_string()).unwrap());
        }
        makers
    }

    const ON_HOST: &str = "prod.tencentcloudcr.com/shop/web:v1";

    #[test]
    fn pods_of_one_workload_are_one_group_whatever_stands_between() {
        let pods = [
            pod("a", Some("web-1"), &[ON_HOST]),
            pod("b", Some("web-2"), &[ON_HOST, "r.lan/sidecar"]),
            pod("c", Some("web-2"), &[ON_HOST]),
            pod("d", Some("web-2"), &[ON_HOST]),
            pod("bare", None, &[ON_HOST]),
            pod("other", None, &["ccr.ccs.tencentyun.com/shop/web:v1"]),
        ];
        let mut all = gathered(&pods[..2]);
        all.append(gathered(&pods[2..]));
        let all = all.by_workload(&makers(), false);
        let shown: Vec<_> = all
            .iter()
            .map(|pods| {
                let owner = pods.owner.as_ref().map(ToString::to_string);
                (owner.unwrap_or_default(), pods.pods, pods.names.join(","))
            })
            .collect();
        assert_eq!(
            shown,
            [
                (String::new(), 1, "bare".to_owned()),
                ("deployment.apps/web".to_owned(), 4, "a,b,c".to_owned()),
            ]
        );
        assert_eq!(
            (all[0].account.as_str(), &all[0].pull_secrets),
            ("default", &vec!["old".into()])
        );
    }

    #[test]
    fn with_selectors_those_of_other_workloads_are_left_out() {
        let pods = [pod("a", Some("web-1"), &[ON_HOST]), pod("b", Some("api-1"), &[ON_HOST])];
        let mut makers = makers();
        let web = json!({"metadata": {"name": "web", "namespace": "shop"}}).to_string();
        makers.select("Deployment", &ListedMetadata::of(&web).unwrap());
        let kept = gathered(&pods).by_workload(&makers, true);
        let names: Vec<_> = kept.iter().flat_map(|pods| &pods.names).collect();
        assert_eq!(names, ["a"]);
    }
}

//! Objects of the kinds, whose images are in CCR.

use serde_json::Value;

/// An object of each kind with namespaces that holds images: an image of CCR in each place where the kind has one,
/// and CCR's Secret, `qcloudregistrykey`, in each list of pull secrets that it has.
pub(crate) fn examples(ccr: &str) -> Vec<Value> {
    let files = [
        include_str!("examples/argo.yaml"),
        include_str!("examples/elastic.yaml"),
        include_str!("examples/flink.yaml"),
        include_str!("examples/knative.yaml"),
        include_str!("examples/kruise.yaml"),
        include_str!("examples/kubeflow.yaml"),
        include_str!("examples/kubevirt.yaml"),
        include_str!("examples/prometheus.yaml"),
        include_str!("examples/spark.yaml"),
        include_str!("examples/strimzi.yaml"),
        include_str!("examples/tekton.yaml"),
        include_str!("examples/tencent.yaml"),
    ];
    files.into_iter().flat_map(|file| read(file, ccr)).collect()
}

/// The same for the kinds without namespaces: every test on the same cluster sees them.
pub(crate) fn cluster_wide_examples(ccr: &str) -> Vec<Value> {
    read(include_str!("examples/cluster_wide.yaml"), ccr)
}

/// Objects that have ended.
pub(crate) fn ended(ccr: &str) -> Vec<Value> {
    read(include_str!("examples/ended.yaml"), ccr)
}

/// Objects that can't be changed, or only to no effect or to harm.
pub(crate) fn fixed(ccr: &str) -> Vec<Value> {
    read(include_str!("examples/fixed.yaml"), ccr)
}

fn read(file: &str, ccr: &str) -> Vec<Value> {
    let text = file.replace("$CCR", ccr);
    let documents = serde_yaml::Deserializer::from_str(&text);
    documents.map(|one| serde::Deserialize::deserialize(one).unwrap()).collect()
}

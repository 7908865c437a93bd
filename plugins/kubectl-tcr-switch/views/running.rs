//! Pods that run images of CCR which their template doesn't name, and pods that keep theirs.

use ccr2tcr::switch::{ImageOrigin, PlannedKeep, Revision, RunningPods};
use ccr2tcr::workload::{ImageRole, KeptPods, ObjectRef};
use serde::Serialize;

use crate::cli::CommonArgs;
use crate::hints::{release_pods, replace_pods};

/// Pods of one workload.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunningView<'a> {
    /// What helps.
    hint: String,
    images: Vec<ImageView<'a>>,
    /// Why the workload's pods don't follow its template.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<&'static str>,
    /// The `ReplicaSet` or Job between the workload and its pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    maker: Option<&'a ObjectRef>,
    owner: &'a ObjectRef,
    /// Of the first of them.
    pod_names: &'a [String],
    pub(super) pods: usize,
    /// Whether they are made from what the template says now.
    revision: Revision,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImageView<'a> {
    container: &'a str,
    /// The pattern of the mapping file.
    #[serde(skip_serializing_if = "Option::is_none")]
    excluded_by: Option<String>,
    image: &'a str,
    origin: ImageOrigin,
    role: ImageRole,
}

/// Pods that a switch doesn't reach.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeptView<'a> {
    hint: String,
    kept: &'static str,
    pod_names: &'a [String],
    pods: usize,
}

impl<'a> RunningView<'a> {
    pub(crate) fn new(pods: &'a RunningPods, common: &CommonArgs) -> Self {
        let images = pods.beside_template().map(|image| ImageView {
            container: &image.container,
            excluded_by: image.class.excluded_by().map(ToString::to_string),
            image: &image.text,
            origin: image.origin,
            role: image.role,
        });
        Self {
            hint: replace_pods(pods, common),
            images: images.collect(),
            kept: pods.kept.map(word),
            maker: pods.maker.as_ref(),
            owner: &pods.owner,
            pod_names: &pods.names,
            pods: pods.pods,
            revision: pods.revision,
        }
    }
}

impl<'a> KeptView<'a> {
    pub(crate) fn new(owner: &ObjectRef, planned: &'a PlannedKeep, common: &CommonArgs) -> Self {
        Self {
            hint: release_pods(planned.kept, owner, &planned.names, common),
            kept: word(planned.kept),
            pod_names: &planned.names,
            pods: planned.pods,
        }
    }
}

fn word(kept: KeptPods) -> &'static str {
    match kept {
        KeptPods::Paused => "paused",
        KeptPods::OnDelete => "onDelete",
        KeptPods::Partition(_) => "partition",
        KeptPods::NotReplaced => "notReplaced",
        KeptPods::UntilTheirJobEnds => "untilTheirJobEnds",
    }
}

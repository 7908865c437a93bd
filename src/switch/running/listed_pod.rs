//! A pod of a list, as far as it matters what it runs.
//!
//! Not as a JSON value: a cluster has many pods, and most of a pod says nothing of its images.

use serde::Deserialize;
use serde_json::Value;

use super::metadata::ListedMetadata;
use crate::workload::ImageRole;

/// A pod, and each image that it names.
pub(in crate::switch) struct ListedPod {
    pub(in crate::switch) metadata: ListedMetadata,
    /// Role, the container's or volume's name, the image.
    pub(super) images: Vec<(ImageRole, String, String)>,
    has_ended: bool,
}

#[derive(Deserialize)]
struct Pod {
    metadata: ListedMetadata,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spec {
    containers: Option<Vec<Container>>,
    init_containers: Option<Vec<Container>>,
    ephemeral_containers: Option<Vec<Container>>,
    volumes: Option<Vec<Volume>>,
}

#[derive(Deserialize)]
struct Container {
    name: String,
    image: Option<String>,
}

#[derive(Deserialize)]
struct Volume {
    name: String,
    image: Option<ImageSource>,
}

#[derive(Deserialize)]
struct ImageSource {
    reference: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    phase: Option<String>,
}

impl ListedPod {
    /// Reads it from the text of an object. `None` if it isn't as a server writes it.
    pub(in crate::switch) fn of(object: &str) -> Option<Self> {
        serde_json::from_str::<Pod>(object).ok().map(Self::from)
    }

    /// The same from an object that was read by itself.
    pub(in crate::switch) fn of_value(object: &Value) -> Option<Self> {
        Pod::deserialize(object).ok().map(Self::from)
    }

    /// Whether it runs, or is about to.
    pub(in crate::switch) fn is_live(&self) -> bool {
        !self.has_ended && !self.metadata.is_leaving
    }
}

impl From<Pod> for ListedPod {
    fn from(Pod { metadata, spec, status }: Pod) -> Self {
        let containers = [
            (ImageRole::Container, spec.containers),
            (ImageRole::InitContainer, spec.init_containers),
            (ImageRole::EphemeralContainer, spec.ephemeral_containers),
        ];
        let containers = containers.into_iter().flat_map(|(role, list)| {
            let all = list.into_iter().flatten();
            all.filter_map(move |one| Some((role, one.name, one.image?)))
        });
        let volumes =
            spec.volumes.into_iter().flatten().filter_map(|volume| {
                Some((ImageRole::Volume, volume.name, volume.image?.reference?))
            });
        let has_ended = matches!(status.phase.as_deref(), Some("Succeeded" | "Failed"));
        Self { metadata, images: containers.chain(volumes).collect(), has_ended }
    }
}

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
    pub(super) images: Vec<ListedImage>,
    has_ended: bool,
}

/// An image of a pod.
pub(super) struct ListedImage {
    pub(super) role: ImageRole,
    /// The container's or volume's name.
    pub(super) container: String,
    /// As it stands in the pod's spec.
    pub(super) text: String,
    /// What runs under it, as the kubelet calls it (`imageID`), once it does.
    pub(super) id: Option<String>,
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
#[serde(default, rename_all = "camelCase")]
struct Status {
    phase: Option<String>,
    container_statuses: Option<Vec<ContainerStatus>>,
    init_container_statuses: Option<Vec<ContainerStatus>>,
    ephemeral_container_statuses: Option<Vec<ContainerStatus>>,
}

#[derive(Deserialize)]
struct ContainerStatus {
    name: String,
    #[serde(default, rename = "imageID")]
    image_id: Option<String>,
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
        let has_ended = matches!(status.phase.as_deref(), Some("Succeeded" | "Failed"));
        let containers = [
            (ImageRole::Container, spec.containers, status.container_statuses),
            (ImageRole::InitContainer, spec.init_containers, status.init_container_statuses),
            (
                ImageRole::EphemeralContainer,
                spec.ephemeral_containers,
                status.ephemeral_container_statuses,
            ),
        ];
        let mut images = Vec::new();
        for (role, list, statuses) in containers {
            let statuses = statuses.unwrap_or_default();
            for Container { name, image } in list.into_iter().flatten() {
                let Some(text) = image else { continue };
                let status = statuses.iter().find(|status| status.name == name);
                let id = status.and_then(|status| status.image_id.clone());
                let id = id.filter(|id| !id.is_empty());
                images.push(ListedImage { role, container: name, text, id });
            }
        }
        for Volume { name, image } in spec.volumes.into_iter().flatten() {
            let Some(text) = image.and_then(|image| image.reference) else { continue };
            images.push(ListedImage { role: ImageRole::Volume, container: name, text, id: None });
        }
        Self { metadata, images, has_ended }
    }
}

//! What CI pushes.

use super::super::at::At;
use super::super::structure::NodeId;
use crate::sources::context::keys::plain;
use crate::sources::context::Purpose;

pub(super) fn purpose(at: &At<'_>) -> Option<Purpose> {
    let is_push = is_action(at) || is_plugin(at) || is_destination(at);
    is_push.then_some(Purpose::Push)
}

/// Inputs of actions that build and push: docker/build-push-action, docker/metadata-action and others
/// that say so in their names.
fn is_action(at: &At<'_>) -> bool {
    let mut maps = at.maps();
    let (Some(inputs), Some(step)) = (maps.next(), maps.next()) else { return false };
    let Some(uses) = at.structure.text(step, "uses") else { return false };
    let is_publisher = ["push", "publish", "metadata-action", "bake", "buildah", "kaniko"]
        .iter()
        .any(|word| uses.to_ascii_lowercase().contains(word));
    let key = at.keys().next().map(plain).unwrap_or_default();
    let is_name =
        ["tags", "tag", "images", "image", "name", "imagename", "repository", "repo", "set"]
            .contains(&&*key);
    is_publisher && (is_name && pushes(at, inputs) || matches!(&*key, "cacheto" | "outputs"))
}

/// Whether nothing says that it isn't pushed.
fn pushes(at: &At<'_>, inputs: NodeId) -> bool {
    at.structure.text(inputs, "push") != Some("false")
}

/// `repo` of the Docker plugins of Drone and Woodpecker, in a step or its settings.
fn is_plugin(at: &At<'_>) -> bool {
    let image = at.maps().take(2).find_map(|map| at.structure.text(map, "image"));
    let is_docker = image.is_some_and(|image| {
        ["docker", "kaniko", "buildx", "podman", "buildah"].iter().any(|tool| image.contains(tool))
    });
    is_docker && matches!(at.keys().next(), Some("repo" | "tags" | "cache_to"))
}

/// Flags of kaniko and others, in a list of arguments.
fn is_destination(at: &At<'_>) -> bool {
    ["--destination=", "--cache-repo=", "--destination ", "--cache-to "]
        .iter()
        .any(|flag| at.before.ends_with(flag))
}

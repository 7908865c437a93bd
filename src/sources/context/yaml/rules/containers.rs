//! Images that are run as they are written: who reads them takes `latest` where no tag is.

use super::super::at::At;
use crate::sources::context::Purpose;

/// Lists of containers: in pods, in the steps of Tekton and Drone, in jobs of `CircleCI`.
const LISTS: [&str; 9] = [
    "containerDefinitions",
    "containers",
    "initContainers",
    "ephemeralContainers",
    "steps",
    "sidecars",
    "services",
    "docker",
    "clone",
];

/// Maps that are a container: Argo's templates, GitHub's jobs, Tekton's steps.
const MAPS: [&str; 5] = ["container", "script", "stepTemplate", "mainContainer", "runs"];

/// Keys beside an image that make its tag, so that it has no `latest`.
const VERSIONS: [&str; 6] = ["tag", "imageTag", "version", "imageVersion", "digest", "repository"];

/// Keys that a job of GitLab CI has.
const JOB: [&str; 6] = ["script", "before_script", "after_script", "stage", "stages", "trigger"];

pub(super) fn purpose(at: &At<'_>) -> Option<Purpose> {
    let is_image = at.begins() && !VERSIONS.iter().any(|key| at.is_beside(key));
    let is_action = at.before.is_empty() && at.keys().next() == Some("uses");
    let is_container = is_action || is_image && (is_in_list(at) || is_in_map(at) || is_in_job(at));
    is_container.then_some(Purpose::Container)
}

/// `containers: [{image: …}]`, and volumes of images.
fn is_in_list(at: &At<'_>) -> bool {
    let mut keys = at.keys();
    match (keys.next(), keys.next()) {
        (Some("image"), Some(list)) => at.is_in_item() && LISTS.contains(&list),
        // Cloud Build.
        (Some("name"), Some("steps")) => at.is_in_item(),
        (Some("image"), None) => at.file_name().contains("devcontainer"),
        (Some("reference"), Some("image")) => keys.next() == Some("volumes"),
        _ => false,
    }
}

/// `container: {image: …}`, `services: {web: {image: …}}` of compose files and CI.
fn is_in_map(at: &At<'_>) -> bool {
    let mut keys = at.keys();
    match (keys.next(), keys.next(), keys.next()) {
        (Some("image"), Some(map), _) if !at.is_in_item() && MAPS.contains(&map) => true,
        (Some("image"), Some(_), Some("services" | "steps" | "pipeline" | "clone")) => {
            is_named_map(at)
        }
        (Some("container"), Some(_), Some("jobs")) => true,
        _ => false,
    }
}

/// Whether the map of containers by name is that of a compose file, or of CI. Values of a chart may
/// have one, too, and make the tag elsewhere.
fn is_named_map(at: &At<'_>) -> bool {
    let depth = at.keys().count();
    let is_values = at.file_name().contains("values");
    at.file_name().contains("compose")
        || at.keys().any(|key| key == "jobs")
        || depth == 3 && !is_values
}

/// `image` and `services` of jobs of GitLab and Bitbucket, or of all of them.
fn is_in_job(at: &At<'_>) -> bool {
    let has_job = |depth: usize| {
        let mut maps = at.maps().take(depth);
        maps.any(|map| JOB.iter().any(|key| at.structure.get(map, key).is_some()))
    };
    let is_gitlab = at.path.contains("gitlab-ci") || has_job(3);
    let mut keys = at.keys();
    match (keys.next(), keys.next()) {
        (Some("name"), Some("image" | "services")) => is_gitlab,
        (Some("image"), outer) => {
            let is_outside = outer.is_none() || keys.next().is_none();
            is_gitlab && is_outside || has_job(1)
        }
        (Some("services"), _) => is_gitlab && at.is_item(),
        _ => false,
    }
}

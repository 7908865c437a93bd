//! Images that are run as they are written.

use super::super::at::At;
use super::super::structure::Label;
use crate::sources::context::Purpose;

/// Lists of containers: in pods, in the steps of Tekton and Drone, in jobs of `CircleCI`.
const LISTS: [&str; 8] = [
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
const MAPS: [&str; 5] = ["container", "script", "stepTemplate", "default", "mainContainer"];

/// Keys beside an image that make its tag, so that it has no `latest`.
const VERSIONS: [&str; 5] = ["tag", "imageTag", "version", "digest", "repository"];

pub(super) fn purpose(at: &At<'_>) -> Option<Purpose> {
    let is_container = is_container(at) || at.before.ends_with("docker://") && at.title() == "uses";
    is_container.then_some(Purpose::Container)
}

fn is_container(at: &At<'_>) -> bool {
    let structure = at.structure;
    let mut around = structure.around(at.home.node);
    let (Some(map), outer) = (around.next(), around.next()) else { return false };
    let (own, map_key) = (structure.node(at.home.node).key(), structure.node(map).key());
    let outer_key = outer.and_then(|outer| structure.node(outer).key());
    if VERSIONS.iter().any(|key| structure.get(map, key).is_some()) {
        return false;
    }
    let is_item = matches!(structure.node(map).label, Label::Item(_));
    match own {
        Some("image") if is_item => outer_key.is_some_and(|key| LISTS.contains(&key)),
        Some("image") => {
            map_key.is_some_and(|key| MAPS.contains(&key))
                || matches!(outer_key, Some("services" | "steps")) && is_list_of_services(at)
                || is_job(at)
        }
        Some("container") => at.keys().any(|key| key == "jobs"),
        Some("reference") => {
            map_key == Some("image")
                && outer.is_some_and(|it| matches!(structure.node(it).label, Label::Item(_)))
        }
        Some("name") => {
            map_key == Some("image") && is_gitlab(at)
                || is_item && outer_key == Some("services") && is_gitlab(at)
        }
        None => map_key == Some("services") && is_gitlab(at),
        _ => false,
    }
}

/// Whether `services` at the root are those of a compose file, or of CI.
fn is_list_of_services(at: &At<'_>) -> bool {
    let depth = at.keys().count();
    depth == 3 || at.path.contains("/workflows/") || at.file_name().contains("compose")
}

/// Whether `image` is that of a job of GitLab CI, or of all its jobs.
fn is_job(at: &At<'_>) -> bool {
    is_gitlab(at) && at.keys().count() <= 2
}

fn is_gitlab(at: &At<'_>) -> bool {
    let scripts = ["script", "before_script", "stage", "stages", "after_script"];
    at.path.contains("gitlab-ci")
        || at
            .maps()
            .take(3)
            .any(|map| scripts.iter().any(|key| at.structure.get(map, key).is_some()))
}

//! What images are pushed as.

use super::super::at::At;
use crate::sources::context::Purpose;

/// Actions of GitHub and tasks of others that push, by words in their names.
const PUBLISHERS: [&str; 10] = [
    "push",
    "devcontainers/ci",
    "publish",
    "metadata-action",
    "bake",
    "buildah",
    "kaniko",
    "docker@",
    "container-build",
    "build-with-cache",
];

/// Their inputs that say where to.
const INPUTS: [&str; 13] = [
    "tags",
    "tag",
    "images",
    "image",
    "imagename",
    "imagenames",
    "name",
    "repository",
    "repo",
    "set",
    "destination",
    "cacheto",
    "outputs",
];

/// Steps of Drone and Woodpecker that push, by words in their images.
const PLUGINS: [&str; 5] = ["docker", "kaniko", "buildx", "podman", "buildah"];

/// Parameters of tasks that push, in Tekton, by words in their names.
const TASKS: [&str; 8] = ["kaniko", "buildah", "buildpacks", "jib", "build", "s2i", "push", "ko"];

/// Keys that are pushed to wherever they stand: `GoReleaser`, Skaffold, Jib, ko, kpack, Shipwright.
const KEYS: [&str; 8] = [
    "imagetemplates",
    "tagprefixes",
    "nametemplate",
    "kodockerrepo",
    "pushto",
    "cacheto",
    "dockerfilecacheto",
    "targetimage",
];

pub(super) fn purpose(at: &At<'_>) -> Option<Purpose> {
    let title = at.title();
    let is_push = KEYS.contains(&&*title)
        || is_input(at, &title)
        || is_plugin(at)
        || is_task(at, &title)
        || is_built(at, &title)
        || is_synced(at)
        || is_output(at);
    is_push.then_some(Purpose::Push)
}

fn is_input(at: &At<'_>, title: &str) -> bool {
    let Some(uses) = at.text_near("uses", 2).or(at.text_near("task", 2)) else { return false };
    let uses = uses.to_ascii_lowercase();
    let is_publisher = PUBLISHERS.iter().any(|word| uses.contains(word));
    let pushes = at.text_near("push", 1) != Some("false");
    is_publisher && pushes && INPUTS.contains(&title)
}

fn is_plugin(at: &At<'_>) -> bool {
    let Some(image) = at.text_near("image", 2) else { return false };
    let is_publisher = PLUGINS.iter().any(|tool| image.contains(tool))
        || ["registry", "dockerfile", "username"].iter().any(|key| at.is_beside(key));
    is_publisher && matches!(at.keys().next(), Some("repo" | "cache_to" | "destinations"))
}

/// Where images are copied to: image-syncer has the images themselves for keys, regsync `target`.
fn is_synced(at: &At<'_>) -> bool {
    const HOSTS: [&str; 8] = [
        "docker.io/",
        "quay.io/",
        "gcr.io/",
        "ghcr.io/",
        "k8s.gcr.io/",
        "registry.k8s.io/",
        "mcr.microsoft.com/",
        "nvcr.io/",
    ];
    let key = at.keys().next().filter(|_| !at.is_key()).unwrap_or_default();
    HOSTS.iter().any(|host| key.starts_with(host)) || key == "target" && at.is_beside("source")
}

/// `params: [{name: IMAGE, value: …}]` of a task that pushes.
fn is_task(at: &At<'_>, title: &str) -> bool {
    let is_parameter = at.keys().nth(1) == Some("params") && title.contains("image");
    is_parameter
        && at.maps().take(3).any(|map| {
            let task = at.structure.get(map, "taskRef");
            let name = task.and_then(|task| at.structure.text(task, "name")).unwrap_or_default();
            name.split('-').any(|word| TASKS.contains(&word))
        })
}

/// An image that stands beside what it is built from: compose, Skaffold, Ansible.
fn is_built(at: &At<'_>, title: &str) -> bool {
    let below = |key| at.keys().any(|it| it == key);
    match title {
        "image" if at.is_beside("build") => below("services"),
        "image" => below("artifacts") && below("build"),
        "tags" => below("build") && below("services") || below("target"),
        // Cloud Build.
        "images" => at.keys().count() == 1 && at.is_beside("steps"),
        "repository" | "name" => {
            at.text_near("push", 1).is_some_and(|it| it != "false" && it != "no")
        }
        _ => false,
    }
}

/// `output: {to: {kind: DockerImage, name: …}}` of `OpenShift`, `output.image` of Shipwright and
/// kpack's `tag`.
fn is_output(at: &At<'_>) -> bool {
    let is_build = at.object().is_some_and(|(api, kind)| {
        kind.starts_with("Build") && (api.contains("build") || api.starts_with("shipwright"))
            || api.starts_with("kpack.io/") && kind == "Image"
    });
    let is_name = matches!(at.keys().next(), Some("name" | "image" | "tag" | "additionalTags"));
    is_build && is_name && at.is_below(&["output", "tag", "additionaltags"])
}

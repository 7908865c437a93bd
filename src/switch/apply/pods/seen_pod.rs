//! What matters of one pod. Pure.

use serde_json::Value;

use super::super::pull_failure::{PullFailure, containers_of, pull_failures};
use super::owners::Owner;

/// A pod, as a look saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::switch) struct SeenPod {
    pub(in crate::switch) name: String,
    pub(in crate::switch) uid: String,
    /// What made it, as it says itself.
    pub(in crate::switch) owners: Vec<Owner>,
    /// Its label `controller-revision-hash`: which template of its `StatefulSet` it was made from.
    pub(in crate::switch) revision: String,
    /// Whether it is about to go.
    pub(in crate::switch) is_leaving: bool,
    /// Containers that can't get their image.
    pub(in crate::switch) failures: Vec<PullFailure>,
    /// The image of each container, and whether it has ever been started.
    pub(in crate::switch) images: Vec<(String, bool)>,
}

impl SeenPod {
    pub(super) fn of(pod: &Value) -> Self {
        let metadata = &pod["metadata"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let images = containers_of(pod).map(|(container, status)| {
            let state = status.map_or(&Value::Null, |status| &status["state"]);
            let has_run = !state["running"].is_null()
                || !state["terminated"].is_null()
                || state["waiting"]["reason"] == "CrashLoopBackOff";
            (text(&container["image"]), has_run)
        });
        Self {
            name: text(&metadata["name"]),
            uid: text(&metadata["uid"]),
            owners: Owner::all_of(pod),
            revision: text(&metadata["labels"]["controller-revision-hash"]),
            is_leaving: !metadata["deletionTimestamp"].is_null(),
            failures: pull_failures(pod),
            images: images.collect(),
        }
    }
}

/// Whether a container's image has this as a part that a patch has written: all of it, or its
/// registry or repository, where tag or digest stand in fields of their own.
pub(in crate::switch::apply) fn is_of(image: &str, written: &str) -> bool {
    let rest = image.strip_prefix(written);
    !written.is_empty()
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '@', '/']))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_image_is_told_by_what_was_written_of_it() {
        let image = "prod.tencentcloudcr.com/shop/web:v2";
        for written in [
            image,
            "prod.tencentcloudcr.com/shop/web",
            "prod.tencentcloudcr.com/shop",
            "prod.tencentcloudcr.com",
        ] {
            assert!(is_of(image, written), "{written}");
        }
        for other in ["", "prod", "prod.tencentcloudcr.com/sho", "v2", "shop/web"] {
            assert!(!is_of(image, other), "{other}");
        }
    }

    #[test]
    fn a_container_that_has_run_has_its_image() {
        let pod = SeenPod::of(&json!({
            "metadata": {"name": "p", "uid": "u", "deletionTimestamp": "2026-01-02T03:04:05Z",
                         "labels": {"controller-revision-hash": "web-1"}},
            "spec": {"initContainers": [{"name": "i", "image": "first"}],
                     "containers": [{"name": "a", "image": "runs"}, {"name": "b", "image": "crashes"},
                                    {"name": "c", "image": "waits"}, {"name": "d", "image": "new"}]},
            "status": {
                "initContainerStatuses": [{"name": "i", "state": {"terminated": {"exitCode": 0}}}],
                "containerStatuses": [
                    {"name": "a", "state": {"running": {}}},
                    {"name": "b", "state": {"waiting": {"reason": "CrashLoopBackOff"}}},
                    {"name": "c", "state": {"waiting": {"reason": "ContainerCreating"}}},
                ],
            },
        }));
        let has_run: Vec<_> =
            pod.images.iter().map(|(image, ran)| (image.as_str(), *ran)).collect();
        assert_eq!(
            has_run,
            [("runs", true), ("crashes", true), ("waits", false), ("new", false), ("first", true)]
        );
        assert!(pod.is_leaving && pod.revision == "web-1" && pod.failures.is_empty());
    }
}

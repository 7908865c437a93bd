//! Whether a container of a pod can't get its image.

use serde_json::Value;

/// A container that can't get its image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullFailure {
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// The image.
    pub image: String,
    /// The kubelet's word and message.
    pub why: String,
}

/// The containers of a pod that wait for an image that the kubelet could not get.
#[must_use]
pub(crate) fn pull_failures(pod: &Value) -> Vec<PullFailure> {
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let lists = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"];
    let all = lists.iter().filter_map(|list| pod["status"][list].as_array()).flatten();
    all.filter_map(|container| {
        let waiting = &container["state"]["waiting"];
        let reason = waiting["reason"].as_str()?;
        is_about_the_image(reason).then(|| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let message = text(&waiting["message"]);
            PullFailure {
                pod: name.to_owned(),
                container: text(&container["name"]),
                image: text(&container["image"]),
                why: match message.as_str() {
                    "" => reason.to_owned(),
                    message => format!("{reason}: {message}"),
                },
            }
        })
    })
    .collect()
}

// kubernetes pkg/kubelet/images/types.go.
fn is_about_the_image(reason: &str) -> bool {
    matches!(
        reason,
        "ErrImagePull"
            | "ImagePullBackOff"
            | "ImageInspectError"
            | "ErrImageNeverPull"
            | "InvalidImageName"
            | "RegistryUnavailable"
            | "SignatureValidationFailed"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_trouble_with_an_image_counts_as_such() {
        let pod = json!({"metadata": {"name": "p"}, "status": {
            "initContainerStatuses": [{"name": "i", "image": "x", "state": {"waiting": {"reason": "PodInitializing"}}}],
            "containerStatuses": [
                {"name": "a", "image": "x", "state": {"waiting": {"reason": "ErrImagePull", "message": "401"}}},
                {"name": "b", "image": "x", "state": {"waiting": {"reason": "CrashLoopBackOff"}}},
                {"name": "c", "image": "x", "state": {"running": {}}},
            ],
        }});
        let failures = pull_failures(&pod);
        assert_eq!(failures.len(), 1);
        assert_eq!(
            (failures[0].container.as_str(), failures[0].why.as_str()),
            ("a", "ErrImagePull: 401")
        );
        assert!(pull_failures(&json!({"status": 3})).is_empty());
    }
}

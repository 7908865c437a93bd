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
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let failure = |(container, status): (&Value, Option<&Value>)| {
        let waiting = &status?["state"]["waiting"];
        let reason = waiting["reason"].as_str()?;
        let message = text(&waiting["message"]);
        is_about_the_image(reason).then(|| PullFailure {
            pod: text(&pod["metadata"]["name"]),
            container: text(&container["name"]),
            image: image_in_question(pod, container, &message),
            why: match message.as_str() {
                "" => reason.to_owned(),
                message => format!("{reason}: {message}"),
            },
        })
    };
    containers_of(pod).filter_map(failure).collect()
}

/// Each container of a pod's spec, with its status if it has one.
pub(super) fn containers_of(pod: &Value) -> impl Iterator<Item = (&Value, Option<&Value>)> {
    const LISTS: [(&str, &str); 3] = [
        ("containers", "containerStatuses"),
        ("initContainers", "initContainerStatuses"),
        ("ephemeralContainers", "ephemeralContainerStatuses"),
    ];
    LISTS.iter().flat_map(|(list, statuses)| {
        let statuses = pod["status"][statuses].as_array();
        let containers = pod["spec"][list].as_array().into_iter().flatten();
        containers.map(move |container| {
            let of = |status: &&Value| status["name"] == container["name"];
            (container, statuses.and_then(|statuses| statuses.iter().find(of)))
        })
    })
}

/// Which image a container waits for: as its spec has it, for the status of one whose image was
/// changed in place still names the old. Or that of a volume that it mounts.
fn image_in_question(pod: &Value, container: &Value, message: &str) -> String {
    let own = container["image"].as_str().unwrap_or_default();
    let volumes = pod["spec"]["volumes"].as_array().into_iter().flatten();
    let mut mounted = volumes.filter_map(|volume| volume["image"]["reference"].as_str());
    let is_meant = |image: &&str| message.contains(*image) && !message.contains(own);
    mounted.find(is_meant).unwrap_or(own).to_owned()
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
        let pod = json!({
            "metadata": {"name": "p"},
            "spec": {
                "initContainers": [{"name": "i", "image": "x"}],
                "containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "x"},
                               {"name": "c", "image": "x"}, {"name": "d", "image": "x"}],
            },
            "status": {
                "initContainerStatuses": [{"name": "i", "state": {"waiting": {"reason": "PodInitializing"}}}],
                "containerStatuses": [
                    {"name": "a", "state": {"waiting": {"reason": "ErrImagePull", "message": "401"}}},
                    {"name": "b", "state": {"waiting": {"reason": "CrashLoopBackOff"}}},
                    {"name": "c", "state": {"running": {}}},
                ],
            },
        });
        let failures = pull_failures(&pod);
        assert_eq!(failures.len(), 1);
        assert_eq!(
            (failures[0].container.as_str(), failures[0].why.as_str()),
            ("a", "ErrImagePull: 401")
        );
        assert!(pull_failures(&json!({"status": 3, "spec": []})).is_empty());
    }

    #[test]
    fn the_image_is_the_one_that_is_wanted_now() {
        let pod = |message: &str| {
            json!({
                "metadata": {"name": "p"},
                "spec": {
                    "containers": [{"name": "a", "image": "new/web:v1"}],
                    "volumes": [{"name": "data", "image": {"reference": "new/data:v1"}}],
                },
                "status": {"containerStatuses": [{"name": "a", "image": "old/web:v1",
                    "state": {"waiting": {"reason": "ErrImagePull", "message": message}}}]},
            })
        };
        let image = |message: &str| pull_failures(&pod(message)).remove(0).image;
        assert_eq!(image(""), "new/web:v1", "changed in place");
        assert_eq!(image("failed to pull new/data:v1: 401"), "new/data:v1");
    }
}

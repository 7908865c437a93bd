//! Which workloads' pods get their images.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;

use super::state::State;
use crate::support::Run;

/// By the name of the workload: whether each of its pods has all its images.
pub(super) type Pulls = BTreeMap<String, bool>;

const REFUSED: [&str; 3] = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName"];

impl State {
    /// Waits until the stand-ins have done what they can, and looks.
    pub(super) fn pulls(&self) -> Pulls {
        let pods = self.settle();
        let mut pulls = Pulls::new();
        for pod in &pods {
            *pulls.entry(workload(pod)).or_insert(true) &= !refused(pod);
        }
        pulls
    }

    /// Deletes every pod that something makes again.
    pub(super) fn restart(&self) {
        let namespace = &self.world.namespace;
        for pod in self.settle() {
            if pod["metadata"]["ownerReferences"].is_array() && !is_jobs(&pod) {
                let name = pod["metadata"]["name"].as_str().unwrap();
                let path = format!("/api/v1/namespaces/{namespace}/pods/{name}");
                self.world.cluster.api().ask("DELETE", &path, None);
            }
        }
        self.settle();
    }

    /// Fails if a workload whose pods had their images is without one, and isn't among `broken`.
    pub(super) fn assert_none_lost(
        &self,
        before: &Pulls,
        broken: &BTreeSet<String>,
        since: &str,
        run: &Run,
    ) {
        let after = self.pulls();
        for (name, pulled) in before {
            let lost = *pulled && after.get(name) == Some(&false) && !broken.contains(name);
            assert!(
                !lost,
                "since {since}, {name} can't pull\n{}\n{}\n{}\n{}",
                run.stdout,
                run.stderr,
                self.told(),
                self.world.cluster.pods()
            );
        }
    }

    /// Where all is well, no pod runs an image of CCR.
    pub(super) fn assert_verify_tells_the_truth(&self) -> i32 {
        let verified = self.run(&["verify"]);
        if verified.code != 0 {
            return verified.code;
        }
        for pod in self.settle() {
            let text = pod["spec"].to_string();
            assert!(
                !text.contains(self.world.ccr()),
                "verify says that all is well, and {} names CCR\n{}\n{}",
                pod["metadata"]["name"],
                verified.stdout,
                self.told()
            );
        }
        0
    }

    /// The pods, once nothing changes any more by itself.
    pub(super) fn settle(&self) -> Vec<Value> {
        let mut last = Vec::new();
        let mut calm = 0;
        let mut pods = Vec::new();
        self.world.cluster.wait_until("the namespace is calm", || {
            pods = self.world.cluster.list("pods", &self.world.namespace);
            let states: Vec<String> = pods.iter().map(state).collect();
            let is_decided = states.iter().all(|state| !state.ends_with('?'));
            let is_whole = self.lacks_no_pod(&pods);
            calm = if is_decided && is_whole && states == last { calm + 1 } else { 0 };
            last = states;
            std::thread::sleep(Duration::from_millis(100));
            calm >= 4
        });
        pods.retain(|pod| !is_over(pod));
        pods
    }

    /// Whether each workload has as many pods as its controller means to have now.
    fn lacks_no_pod(&self, pods: &[Value]) -> bool {
        let namespace = &self.world.namespace;
        ["deployments", "statefulsets", "daemonsets", "replicasets"].iter().all(|plural| {
            self.world.cluster.list(plural, namespace).iter().all(|object| {
                let seen = object["status"]["observedGeneration"].as_i64();
                if seen < object["metadata"]["generation"].as_i64() {
                    return false;
                }
                let is_deployment = *plural == "deployments";
                let name = object["metadata"]["name"].as_str().unwrap();
                let wanted = object["status"]["desiredNumberScheduled"]
                    .as_u64()
                    .or(object["spec"]["replicas"].as_u64())
                    .unwrap_or(1);
                let have = pods.iter().filter(|pod| owner(pod) == name).count();
                // One that waits for its predecessor is made later, or never.
                is_deployment || have as u64 >= wanted || *plural == "statefulsets"
            })
        })
    }
}

/// What is known of a pod; `?` at the end where that is still to come.
fn state(pod: &Value) -> String {
    let metadata = &pod["metadata"];
    let name = format!("{}/{}", metadata["name"], metadata["uid"]);
    if metadata["deletionTimestamp"].is_string() {
        return format!("{name} goes?");
    }
    if is_over(pod) {
        return format!("{name} is over");
    }
    if refused(pod) {
        return format!("{name} can't pull");
    }
    let is_ready = pod["status"]["conditions"]
        .as_array()
        .is_some_and(|all| all.iter().any(|one| one["type"] == "Ready" && one["status"] == "True"));
    if is_ready { format!("{name} runs") } else { format!("{name} is on its way?") }
}

fn is_over(pod: &Value) -> bool {
    matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed"))
}

fn is_jobs(pod: &Value) -> bool {
    pod["metadata"]["ownerReferences"][0]["kind"] == "Job"
}

fn refused(pod: &Value) -> bool {
    let lists = ["initContainerStatuses", "containerStatuses"];
    let all = lists.iter().filter_map(|list| pod["status"][list].as_array()).flatten();
    all.filter_map(|one| one["state"]["waiting"]["reason"].as_str())
        .any(|reason| REFUSED.contains(&reason))
}

fn owner(pod: &Value) -> &str {
    pod["metadata"]["ownerReferences"][0]["name"].as_str().unwrap_or_default()
}

/// `w3` of `w3`, `w3-0`, `w3-5d4f…`, `w3-5d4f…-x2x4z`.
fn workload(pod: &Value) -> String {
    let name = pod["metadata"]["name"].as_str().unwrap();
    name.split('-').next().unwrap_or(name).to_owned()
}

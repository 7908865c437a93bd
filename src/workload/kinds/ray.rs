//! `KubeRay`, the group `ray.io`. Its templates are pod specs, found by their shape.

use super::ended::is_one_of;
use super::rollout::PODS_STAY;
use super::rules::{KindRules, Rollout};

const RAY: KindRules = KindRules {
    groups: &["ray.io"],
    // No pod of a cluster is replaced for another image (kuberay#3905).
    rollout: Rollout::NotWaitedFor(PODS_STAY),
    is_controller: true,
    ..KindRules::CUSTOM
};

pub(super) const KINDS: &[KindRules] = &[
    KindRules { kind: "RayCluster", ..RAY },
    KindRules {
        kind: "RayJob",
        has_ended: |job| is_one_of(&job["status"]["jobDeploymentStatus"], &["Complete", "Failed"]),
        ..RAY
    },
    KindRules {
        kind: "RayService",
        rollout: Rollout::NotWaitedFor("its operator makes a new cluster beside the old one"),
        ..RAY
    },
];

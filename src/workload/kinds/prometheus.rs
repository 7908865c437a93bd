//! The Prometheus operator, the group `monitoring.coreos.com`: a spec that is a pod spec by half.

use super::rules::{KindRules, Pulls, Rollout};

const PROMETHEUS: KindRules = KindRules {
    groups: &["monitoring.coreos.com"],
    pulls: &[Pulls {
        at: "spec",
        images: &[
            "./image",
            "./baseImage",
            "./thanos/image",
            "./thanos/baseImage",
            "./containers/*/image",
            "./initContainers/*/image",
        ],
        ..Pulls::POD_SPEC
    }],
    rollout: Rollout::NotWaitedFor("its operator replaces the pods"),
    is_controller: true,
    ..KindRules::CUSTOM
};

pub(super) const KINDS: &[KindRules] = &[
    KindRules { kind: "Prometheus", ..PROMETHEUS },
    KindRules { kind: "PrometheusAgent", ..PROMETHEUS },
    KindRules { kind: "Alertmanager", ..PROMETHEUS },
    KindRules { kind: "ThanosRuler", ..PROMETHEUS },
];

//! Elastic's operator (ECK): an image for all pods, and pod templates without one.

use super::rules::{KindRules, Pulls, Rollout};

const ELASTIC: KindRules = KindRules {
    rollout: Rollout::NotWaitedFor("its operator replaces the pods"),
    is_controller: true,
    ..KindRules::CUSTOM
};

const PODS: Pulls =
    Pulls { at: "spec/podTemplate/spec", images: &["spec/image", "./**"], ..Pulls::POD_SPEC };

/// Pods are made in one of these ways.
const WAYS: &[Pulls] = &[
    Pulls { at: "spec/deployment?/podTemplate/spec", ..PODS },
    Pulls { at: "spec/daemonSet?/podTemplate/spec", ..PODS },
    Pulls { at: "spec/statefulSet?/podTemplate/spec", ..PODS },
];

pub(super) const KINDS: &[KindRules] = &[
    KindRules {
        groups: &["elasticsearch.k8s.elastic.co"],
        kind: "Elasticsearch",
        pulls: &[Pulls { at: "spec/nodeSets/*/podTemplate/spec", ..PODS }],
        ..ELASTIC
    },
    KindRules { groups: &["kibana.k8s.elastic.co"], kind: "Kibana", pulls: &[PODS], ..ELASTIC },
    KindRules { groups: &["logstash.k8s.elastic.co"], kind: "Logstash", pulls: &[PODS], ..ELASTIC },
    KindRules { groups: &["apm.k8s.elastic.co"], kind: "ApmServer", pulls: &[PODS], ..ELASTIC },
    KindRules {
        groups: &["enterprisesearch.k8s.elastic.co"],
        kind: "EnterpriseSearch",
        pulls: &[PODS],
        ..ELASTIC
    },
    KindRules {
        groups: &["maps.k8s.elastic.co"],
        kind: "ElasticMapsServer",
        pulls: &[PODS],
        ..ELASTIC
    },
    KindRules { groups: &["beat.k8s.elastic.co"], kind: "Beat", pulls: WAYS, ..ELASTIC },
    KindRules { groups: &["agent.k8s.elastic.co"], kind: "Agent", pulls: WAYS, ..ELASTIC },
];

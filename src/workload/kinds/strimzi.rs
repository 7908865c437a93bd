//! Strimzi: the groups `kafka.strimzi.io` and `core.strimzi.io`. Its pods run under accounts that
//! the operator makes, and may get a list that only the operator's own settings have.

use super::rules::{Accounts, KindRules, Pulls, Rollout};

const STRIMZI: KindRules = KindRules {
    groups: &["kafka.strimzi.io"],
    rollout: Rollout::NotWaitedFor("its operator replaces the pods one by one"),
    is_controller: true,
    ..KindRules::CUSTOM
};

const PART: Pulls = Pulls { accounts: Accounts::Unknown, ..Pulls::POD_SPEC };

/// `build.output.image` is none of these: that is where an image is pushed to.
const ONE: &[Pulls] = &[Pulls { at: "spec/template/pod", images: &["spec/image"], ..PART }];

pub(super) const KINDS: &[KindRules] = &[
    KindRules {
        kind: "Kafka",
        pulls: &[
            Pulls { at: "spec/kafka/template/pod", images: &["spec/kafka/image"], ..PART },
            Pulls { at: "spec/zookeeper/template/pod", images: &["spec/zookeeper/image"], ..PART },
            Pulls {
                at: "spec/entityOperator/template/pod",
                images: &["spec/entityOperator/*/image"],
                ..PART
            },
            Pulls {
                at: "spec/cruiseControl/template/pod",
                images: &["spec/cruiseControl/image", "spec/cruiseControl/tlsSidecar/image"],
                ..PART
            },
            Pulls {
                at: "spec/kafkaExporter/template/pod",
                images: &["spec/kafkaExporter/image"],
                ..PART
            },
            Pulls { at: "spec/jmxTrans/template/pod", images: &["spec/jmxTrans/image"], ..PART },
        ],
        ..STRIMZI
    },
    KindRules { kind: "KafkaConnect", pulls: ONE, ..STRIMZI },
    KindRules { kind: "KafkaMirrorMaker2", pulls: ONE, ..STRIMZI },
    KindRules { kind: "KafkaBridge", pulls: ONE, ..STRIMZI },
    KindRules {
        groups: &["core.strimzi.io"],
        kind: "StrimziPodSet",
        instead_of_change: |_| {
            Some("its operator writes it: change the Kafka, KafkaConnect, … that it belongs to")
        },
        ..STRIMZI
    },
];

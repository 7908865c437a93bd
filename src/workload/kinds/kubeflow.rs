//! Kubeflow and `KServe`. The templates of training jobs are pod specs, found by their shape.

use super::ended::has_condition;
use super::rollout::PODS_STAY;
use super::rules::{KindRules, Pulls, Rollout};

const KUBEFLOW: KindRules =
    KindRules { groups: &["kubeflow.org"], is_controller: true, ..KindRules::CUSTOM };

const TRAINING: KindRules = KindRules {
    has_ended: |job| has_condition(job, &["Succeeded", "Failed"]),
    rollout: Rollout::NotWaitedFor(PODS_STAY),
    ..KUBEFLOW
};

pub(super) const KINDS: &[KindRules] = &[
    KindRules { kind: "TFJob", ..TRAINING },
    KindRules { kind: "PyTorchJob", ..TRAINING },
    KindRules { kind: "MPIJob", ..TRAINING },
    KindRules { kind: "XGBoostJob", ..TRAINING },
    KindRules { kind: "PaddleJob", ..TRAINING },
    KindRules { kind: "JAXJob", ..TRAINING },
    KindRules { kind: "Notebook", ..KUBEFLOW },
    KindRules {
        groups: &["serving.kserve.io"],
        kind: "InferenceService",
        // A predictor, a transformer and an explainer: a pod spec each, with a model beside it.
        pulls: &[Pulls { at: "spec/*", images: &["./*/image"], ..Pulls::POD_SPEC }],
        ..KUBEFLOW
    },
];

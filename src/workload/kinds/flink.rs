//! The Flink operator, the group `flink.apache.org`.

use super::rules::{Accounts, KindRules, Pulls, Rollout};
use crate::workload::secret_list::ListForm;

pub(super) const KINDS: &[KindRules] = &[KindRules {
    groups: &["flink.apache.org"],
    kind: "FlinkDeployment",
    // Flink adds the Secrets of its option to those of the pod template.
    pulls: &[Pulls {
        at: "spec",
        images: &["./image", "./podTemplate/**", "./jobManager/**", "./taskManager/**"],
        lists: &[
            ("./podTemplate/spec/imagePullSecrets", ListForm::Names),
            ("./flinkConfiguration/kubernetes.container.image.pull-secrets", ListForm::Joined),
        ],
        accounts: Accounts::At { first: &["./serviceAccount"], others: &[] },
    }],
    rollout: Rollout::NotWaitedFor("its job restarts as its upgradeMode says"),
    is_controller: true,
    ..KindRules::CUSTOM
}];

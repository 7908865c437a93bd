//! `KubeVirt`, the group `kubevirt.io`. The disk of a machine is an image, with one Secret of its
//! own.

use super::ended::is_one_of;
use super::rules::{Accounts, KindRules, Pulls, Rollout};
use crate::workload::secret_list::ListForm;

const KUBEVIRT: KindRules =
    KindRules { groups: &["kubevirt.io"], is_controller: true, ..KindRules::CUSTOM };

const DISK: Pulls = Pulls {
    at: "spec/volumes/*/containerDisk?",
    images: &["./image"],
    lists: &[("./imagePullSecret", ListForm::One)],
    accounts: Accounts::At {
        first: &["spec/volumes/*/serviceAccount/serviceAccountName"],
        others: &[],
    },
};

const KERNEL: Pulls = Pulls { at: "spec/domain/firmware/kernelBoot/container?", ..DISK };

/// The same in the template of a machine.
const TEMPLATE_ACCOUNT: Accounts = Accounts::At {
    first: &["spec/template/spec/volumes/*/serviceAccount/serviceAccountName"],
    others: &[],
};

const TEMPLATE: &[Pulls] = &[
    Pulls { at: "spec/template/spec/volumes/*/containerDisk?", accounts: TEMPLATE_ACCOUNT, ..DISK },
    Pulls {
        at: "spec/template/spec/domain/firmware/kernelBoot/container?",
        accounts: TEMPLATE_ACCOUNT,
        ..DISK
    },
];

pub(super) const KINDS: &[KindRules] = &[
    KindRules {
        kind: "VirtualMachine",
        pulls: TEMPLATE,
        rollout: Rollout::NotWaitedFor(
            "a machine that runs has the new image once it is restarted: virtctl restart",
        ),
        ..KUBEVIRT
    },
    KindRules {
        kind: "VirtualMachineInstanceReplicaSet",
        pulls: TEMPLATE,
        rollout: Rollout::NotWaitedFor("machines that run stay as they are until they are deleted"),
        ..KUBEVIRT
    },
    KindRules {
        kind: "VirtualMachineInstance",
        pulls: &[DISK, KERNEL],
        instead_of_change: |_| {
            Some(
                "the disks of a VirtualMachineInstance can't be changed: delete it and create it with the new image",
            )
        },
        has_ended: |machine| is_one_of(&machine["status"]["phase"], &["Succeeded", "Failed"]),
        ..KUBEVIRT
    },
];

//! Commands to type next, with the flags of this run.

use ccr2tcr::switch::{ImageOrigin, Reason, RunningPods};
use ccr2tcr::workload::{KeptPods, Manager, ObjectRef};

use crate::cli::CommonArgs;
use crate::shell::{connection_flags, scope_flags};
use ccr2tcr::account::account_flags;
use ccr2tcr::diagnostic::shell_word;

/// What to type next, with the flags of this run where it is a command.
pub(crate) fn hint(reason: &Reason, common: &CommonArgs) -> Option<String> {
    match reason {
        Reason::NoSecret { namespace, .. } | Reason::UselessLogin { namespace, .. } => {
            Some(secrets_copy(namespace, common))
        }
        _ => reason.hint_with(&connection_flags(&common.connection)),
    }
}

/// The command that gives a namespace a login.
pub(crate) fn secrets_copy(namespace: &str, common: &CommonArgs) -> String {
    let connection = connection_flags(&common.connection);
    let account = account_flags(&common.account);
    format!("kubectl tcr-switch secrets copy -n {}{connection}{account}", shell_word(namespace))
}

/// The same for all namespaces of a run that need one.
pub(crate) fn secrets_copy_to_all(common: &CommonArgs) -> String {
    let (scope, account) = (scope_flags(common), account_flags(&common.account));
    format!("kubectl tcr-switch secrets copy{scope}{account}")
}

/// The command that changes what managed objects are made from.
pub(crate) fn rewrite(common: &CommonArgs) -> String {
    let flags = account_flags(&common.account);
    format!("in a clone of the files that they are made from: kubectl tcr-switch rewrite{flags}")
}

/// What has to be done for pods that run what their template doesn't name.
pub(crate) fn replace_pods(pods: &RunningPods, common: &CommonArgs) -> String {
    let RunningPods { owner, names, kept, .. } = pods;
    let origin = pods.beside_template().map(|image| image.origin).next();
    match (origin, kept) {
        _ if pods.is_orphaned => delete_pods(owner, names, common),
        (Some(ImageOrigin::Injected | ImageOrigin::Rewritten), _) => {
            let flags = connection_flags(&common.connection);
            format!(
                "it is mostly a webhook that does this; name TCR's image in what configures it: kubectl get mutatingwebhookconfigurations{flags}"
            )
        }
        (Some(ImageOrigin::Debug), _) => delete_pods(owner, names, common),
        (Some(ImageOrigin::Unknown), _) => {
            let (kind, name) = (owner.kind.clone(), owner.name.clone());
            Manager::Owner { kind, name }.advice()
        }
        (_, Some(kept)) => release_pods(*kept, owner, names, common),
        (_, None) if owner.group() == "apps" => {
            kubectl("see what holds the rollout", "rollout status", owner, "", common)
        }
        (_, None) => kubectl("see what its controller waits for", "describe", owner, "", common),
    }
}

/// What has to be done for pods to follow their template.
pub(crate) fn release_pods(
    kept: KeptPods,
    owner: &ObjectRef,
    names: &[String],
    common: &CommonArgs,
) -> String {
    let is_apps = owner.group() == "apps";
    match kept {
        KeptPods::Paused if !is_apps => kubectl("resume it", "edit", owner, "", common),
        KeptPods::Paused => kubectl("resume it", "rollout resume", owner, "", common),
        KeptPods::Partition(_) if !is_apps => {
            kubectl("lower the partition", "edit", owner, "", common)
        }
        KeptPods::Partition(_) => {
            let patch = r#" --type=merge -p '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}'"#;
            kubectl("lower the partition", "patch", owner, patch, common)
        }
        KeptPods::OnDelete | KeptPods::NotReplaced => delete_pods(owner, names, common),
        KeptPods::UntilTheirJobEnds => {
            kubectl("see when it ends", "get", &first_pod(owner, names), "", common)
        }
    }
}

/// Not by a selector: all at once is an outage.
fn delete_pods(owner: &ObjectRef, names: &[String], common: &CommonArgs) -> String {
    let pod = first_pod(owner, names);
    kubectl("delete one pod after the other", "delete", &pod, "", common)
}

fn first_pod(owner: &ObjectRef, names: &[String]) -> ObjectRef {
    ObjectRef {
        api_version: "v1".to_owned(),
        kind: "Pod".to_owned(),
        name: names.first().cloned().unwrap_or_default(),
        ..owner.clone()
    }
}

fn kubectl(
    what_for: &str,
    verb: &str,
    object: &ObjectRef,
    more: &str,
    common: &CommonArgs,
) -> String {
    let namespace = object.namespace.as_deref().map(|name| format!(" -n {}", shell_word(name)));
    let (namespace, flags) = (namespace.unwrap_or_default(), connection_flags(&common.connection));
    format!("{what_for}: kubectl {verb} {object}{namespace}{more}{flags}")
}

//! What is said of pods that lack the pull secret which TKE's addon has given their account since.

use std::collections::{BTreeMap, BTreeSet};

use ccr2tcr::diagnostic::{counted, shell_word, shortened};
use ccr2tcr::switch::PodsOnHost;
use ccr2tcr::terminal::Printer;
use ccr2tcr::workload::ObjectRef;

use crate::cli::CommonArgs;
use crate::shell::connection_flags;

/// How many pods, or what made them, are named.
const NAMED: usize = 3;

/// What `kubectl rollout restart` takes.
const RESTARTED: [&str; 3] = ["Deployment", "StatefulSet", "DaemonSet"];

/// A warning for each namespace, and what helps.
pub(super) fn tell(printer: &Printer, pods: &[PodsOnHost], common: &CommonArgs) {
    let mut namespaces: BTreeMap<&str, Vec<&PodsOnHost>> = BTreeMap::new();
    for pods in pods {
        namespaces.entry(&pods.namespace).or_default().push(pods);
    }
    for (namespace, pods) in namespaces {
        printer.warning(&sentence(namespace, &pods));
        printer.hint(&hint(namespace, &pods, common));
    }
}

fn sentence(namespace: &str, groups: &[&PodsOnHost]) -> String {
    let count = groups.iter().map(|group| group.pods).sum::<usize>();
    let mut names: Vec<&str> =
        groups.iter().flat_map(|group| &group.names).map(String::as_str).collect();
    names.sort_unstable();
    names.truncate(NAMED);
    let more = match count - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let was = if count == 1 { "was" } else { "were" };
    format!(
        "{} of namespace {namespace} {was} made before the TCR addon gave the ServiceAccount its Secret, and can't pull their image again: {}{more}",
        counted(count, "pod", "pods"),
        names.join(", ")
    )
}

fn hint(namespace: &str, groups: &[&PodsOnHost], common: &CommonArgs) -> String {
    let owners: BTreeSet<&ObjectRef> =
        groups.iter().filter_map(|group| group.owner.as_ref()).collect();
    let (restarted, others): (Vec<_>, Vec<_>) = owners
        .into_iter()
        .partition(|owner| owner.group() == "apps" && RESTARTED.contains(&owner.kind.as_str()));
    let restarted: Vec<String> = restarted.into_iter().map(ToString::to_string).collect();
    let others: Vec<String> = others.into_iter().map(ToString::to_string).collect();
    let bare = groups.iter().filter(|group| group.owner.is_none());
    let bare = bare.flat_map(|group| group.names.iter().map(|name| format!("pod/{name}")));
    let bare: Vec<String> = bare.collect();
    let mut parts = Vec::new();
    if !restarted.is_empty() {
        parts.push(format!(
            "kubectl rollout restart {} -n {}{}",
            restarted.join(" "),
            shell_word(namespace),
            connection_flags(&common.connection)
        ));
    }
    if !others.is_empty() {
        parts.push(format!("recreate the pods of {}", shortened(&others, NAMED)));
    }
    if !bare.is_empty() {
        parts.push(format!("delete and create again: {}", shortened(&bare, NAMED)));
    }
    parts.join("; ")
}

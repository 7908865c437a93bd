//! What is said of pods that run images of CCR which their template doesn't name.

use std::collections::BTreeSet;

use ccr2tcr::diagnostic::counted;
use ccr2tcr::switch::{ImageOrigin, Revision, RunningPods};
use ccr2tcr::terminal::Printer;
use ccr2tcr::workload::KeptPods;

use crate::cli::CommonArgs;
use crate::hints::replace_pods;
use crate::views::at;

/// A warning for each group, and what helps.
pub(super) fn tell(printer: &Printer, running: &[&RunningPods], common: &CommonArgs) {
    let mut told = BTreeSet::new();
    for pods in running {
        printer.warning(&sentence(pods));
        let hint = replace_pods(pods, common);
        if told.insert(hint.clone()) {
            printer.hint(&hint);
        }
    }
}

/// `2 pods of daemonset.apps/agent in shop run CCR/shop/agent:v1 (agent): …`
fn sentence(pods: &RunningPods) -> String {
    let images: Vec<String> = pods
        .beside_template()
        .map(|image| format!("{} ({})", image.text, image.container))
        .collect();
    let origin = pods.beside_template().map(|image| image.origin).next();
    let verb = if pods.pods == 1 { "runs" } else { "run" };
    format!(
        "{} of {} {verb} {}, {}",
        counted(pods.pods, "pod", "pods"),
        at(&pods.owner),
        images.join(", "),
        why(pods, origin)
    )
}

fn why(pods: &RunningPods, origin: Option<ImageOrigin>) -> String {
    match (origin, &pods.maker) {
        _ if pods.is_orphaned => "and what made them is gone".to_owned(),
        (Some(ImageOrigin::Injected), _) => {
            "which its template doesn't have: something adds the container".to_owned()
        }
        (Some(ImageOrigin::Rewritten), _) => {
            "where its template names another image: something changes it in the pods".to_owned()
        }
        (Some(ImageOrigin::Debug), _) => "which kubectl debug has added".to_owned(),
        (Some(ImageOrigin::Unknown), _) => "which no template that could be read names".to_owned(),
        (_, Some(job)) if pods.kept == Some(KeptPods::UntilTheirJobEnds) => {
            format!("as its template said when Job {} began", job.name)
        }
        _ => format!("as its template said before; {}", held(pods)),
    }
}

fn held(pods: &RunningPods) -> &'static str {
    match (pods.kept, pods.revision) {
        (Some(KeptPods::Paused), _) => "it is paused",
        (Some(KeptPods::OnDelete), _) => "its update strategy is OnDelete",
        (Some(KeptPods::Partition(_)), _) => "its partition holds them back",
        (Some(KeptPods::NotReplaced), _) => "its controller doesn't replace pods",
        (Some(KeptPods::UntilTheirJobEnds), _) => "their Job isn't over",
        (None, Revision::Old | Revision::Current) => "its rollout isn't over",
        (None, Revision::Unknown) => "they have not been replaced since",
    }
}

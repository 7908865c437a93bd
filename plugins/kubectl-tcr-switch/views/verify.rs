//! Whether the switch is complete.

use ccr2tcr::image::{Host, Reference};
use ccr2tcr::switch::{LoginFault, ScannedObject, Unread, Verification};
use ccr2tcr::terminal::{Table, View};
use ccr2tcr::workload::{ImagePosition, ObjectRef};
use serde::Serialize;

use super::running::RunningView;
use crate::cli::CommonArgs;

const SCHEMA_VERSION: u32 = 1;

/// What `verify -o json` prints. For people it is told on stderr.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerifyView<'a> {
    /// `verify`
    kind: &'static str,
    /// The objects that still name CCR.
    names_ccr: Vec<LeftView<'a>>,
    /// The pods that run images of CCR which their template doesn't name.
    running_pods: Vec<RunningView<'a>>,
    /// 1
    schema_version: u32,
    summary: Summary,
    target: &'a Host,
    unread: &'a [Unread],
    waiting_pods: Vec<PodView<'a>>,
    without_login: Vec<WithoutLoginView<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    names_ccr: usize,
    running_pods: usize,
    unread: usize,
    waiting_pods: usize,
    without_login: usize,
}

#[derive(Serialize)]
struct LeftView<'a> {
    /// Those of `images` that the mapping file excludes.
    excluded: Vec<&'a str>,
    images: Vec<&'a str>,
    mentions: Vec<&'a str>,
    object: &'a ObjectRef,
}

#[derive(Serialize)]
struct PodView<'a> {
    container: &'a str,
    image: &'a str,
    namespace: &'a str,
    pod: &'a str,
    why: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WithoutLoginView<'a> {
    image: &'a Reference,
    object: &'a ObjectRef,
    pull_secrets: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    useless: Option<UselessView<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UselessView<'a> {
    fault: LoginFault,
    pull_secret: &'a str,
}

impl<'a> VerifyView<'a> {
    pub(crate) fn new(
        verification: &'a Verification,
        left: &[&'a ScannedObject],
        common: &CommonArgs,
    ) -> Self {
        let Verification { target, inventory, without_login } = verification;
        let running = verification.running().map(|pods| RunningView::new(pods, common));
        let running_pods: Vec<RunningView<'_>> = running.collect();
        let pods_that_run = running_pods.iter().map(|one| one.pods).sum();
        let names_ccr = left.iter().map(|found| {
            let is_excluded = |image: &&ImagePosition| image.class.excluded_by().is_some();
            LeftView {
                excluded: found.on_ccr().filter(is_excluded).map(|one| one.text.as_str()).collect(),
                images: found.on_ccr().map(|one| one.text.as_str()).collect(),
                mentions: found.positions.mentions.iter().map(|one| one.text.as_str()).collect(),
                object: &found.object,
            }
        });
        let pods = inventory.waiting.iter().map(|one| PodView {
            container: &one.failure.container,
            image: &one.failure.image,
            namespace: &one.namespace,
            pod: &one.failure.pod,
            why: &one.failure.why,
        });
        let lacking = without_login.iter().map(|one| WithoutLoginView {
            image: &one.image,
            object: &one.object,
            pull_secrets: &one.secrets,
            useless: one
                .useless
                .as_ref()
                .map(|useless| UselessView { fault: useless.fault, pull_secret: &useless.name }),
        });
        Self {
            kind: "verify",
            names_ccr: names_ccr.collect(),
            running_pods,
            schema_version: SCHEMA_VERSION,
            summary: Summary {
                names_ccr: left.len(),
                running_pods: pods_that_run,
                unread: inventory.unread.len(),
                waiting_pods: inventory.waiting.len(),
                without_login: without_login.len(),
            },
            target,
            unread: &inventory.unread,
            waiting_pods: pods.collect(),
            without_login: lacking.collect(),
        }
    }
}

impl View for VerifyView<'_> {
    fn table(&self, _: bool) -> Option<Table> {
        None
    }
}

//! Whether the switch is complete.

use std::borrow::Cow;

use ccr2tcr::image::{Host, Reference};
use ccr2tcr::switch::{LoginFault, ScannedObject, Unread, Verification};
use ccr2tcr::terminal::{Table, View};
use ccr2tcr::workload::{ImagePosition, ObjectRef};
use serde::Serialize;

use super::contexts::{ContextView, Failed, In, Seen, context_views, unread_views};
use super::running::RunningView;

const SCHEMA_VERSION: u32 = 1;

/// What `verify -o json` prints. For people it is told on stderr.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerifyView<'a> {
    /// The clusters, where several were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    contexts: Option<Vec<ContextView<'a, Summary>>>,
    /// `verify`
    kind: &'static str,
    /// The objects that still name CCR.
    names_ccr: Vec<In<'a, LeftView<'a>>>,
    /// The pods that run images of CCR which their template doesn't name.
    running_pods: Vec<In<'a, RunningView<'a>>>,
    /// 1
    schema_version: u32,
    summary: Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a Host>,
    unread: Vec<In<'a, Cow<'a, Unread>>>,
    waiting_pods: Vec<In<'a, PodView<'a>>>,
    without_login: Vec<In<'a, WithoutLoginView<'a>>>,
}

#[derive(Serialize, Default)]
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

impl Summary {
    fn add(&mut self, found: &Verification, ignore_mentions: bool) {
        self.names_ccr += found.left(ignore_mentions).len();
        self.running_pods += found.running().map(|pods| pods.pods).sum::<usize>();
        self.unread += found.inventory.unread.len();
        self.waiting_pods += found.inventory.waiting.len();
        self.without_login += found.without_login.len();
    }
}

impl<'a> VerifyView<'a> {
    pub(crate) fn new(
        seen: &'a [Seen<'a, Verification>],
        failed: &'a [Failed<'a>],
        ignore_mentions: bool,
    ) -> Self {
        let summary_of = |one: &Seen<'_, Verification>| {
            let mut summary = Summary::default();
            summary.add(&one.found, ignore_mentions);
            summary
        };
        let mut view = Self {
            contexts: context_views(seen, failed, summary_of),
            kind: "verify",
            names_ccr: Vec::new(),
            running_pods: Vec::new(),
            schema_version: SCHEMA_VERSION,
            summary: Summary { unread: failed.len(), ..Summary::default() },
            target: seen.first().map(|one| &one.found.target),
            unread: unread_views(seen, failed, |found| &found.inventory),
            waiting_pods: Vec::new(),
            without_login: Vec::new(),
        };
        for one in seen {
            view.summary.add(&one.found, ignore_mentions);
            view.add(one, ignore_mentions);
        }
        view
    }

    fn add(&mut self, seen: &'a Seen<'a, Verification>, ignore_mentions: bool) {
        let Seen { context, common, found } = seen;
        let context = *context;
        for left in found.left(ignore_mentions) {
            self.names_ccr.push(In { context, entry: LeftView::new(left) });
        }
        for pods in found.running() {
            self.running_pods.push(In { context, entry: RunningView::new(pods, common) });
        }
        let waiting = found.inventory.waiting.iter().map(|one| PodView {
            container: &one.failure.container,
            image: &one.failure.image,
            namespace: &one.namespace,
            pod: &one.failure.pod,
            why: &one.failure.why,
        });
        self.waiting_pods.extend(waiting.map(|entry| In { context, entry }));
        let lacking = found.without_login.iter().map(|one| WithoutLoginView {
            image: &one.image,
            object: &one.object,
            pull_secrets: &one.secrets,
            useless: one
                .useless
                .as_ref()
                .map(|useless| UselessView { fault: useless.fault, pull_secret: &useless.name }),
        });
        self.without_login.extend(lacking.map(|entry| In { context, entry }));
    }
}

impl<'a> LeftView<'a> {
    fn new(found: &'a ScannedObject) -> Self {
        let is_excluded = |image: &&ImagePosition| image.class.excluded_by().is_some();
        Self {
            excluded: found.on_ccr().filter(is_excluded).map(|one| one.text.as_str()).collect(),
            images: found.on_ccr().map(|one| one.text.as_str()).collect(),
            mentions: found.positions.mentions.iter().map(|one| one.text.as_str()).collect(),
            object: &found.object,
        }
    }
}

impl View for VerifyView<'_> {
    fn table(&self, _: bool) -> Option<Table> {
        None
    }
}

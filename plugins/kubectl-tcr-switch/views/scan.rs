//! What names CCR.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ccr2tcr::diagnostic::counted;
use ccr2tcr::switch::{CcrUsage, Inventory, PodSample, RunningPods, ScannedObject, Unread};
use ccr2tcr::terminal::{Column, Table, View};
use ccr2tcr::workload::{ImagePosition, Mention, ObjectRef, Pointer};
use serde::Serialize;

use super::contexts::{ContextView, Failed, In, Seen, context_views, unread_views};
use super::names::place;
use super::running::RunningView;

const SCHEMA_VERSION: u32 = 1;

/// What `scan -o json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScanView<'a> {
    /// The clusters, where several were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    contexts: Option<Vec<ContextView<'a, Summary>>>,
    /// `scan`
    kind: &'static str,
    /// The objects that name CCR.
    objects: Vec<In<'a, ObjectView<'a>>>,
    /// The pods that run images of CCR which their template doesn't name.
    running_pods: Vec<In<'a, RunningView<'a>>>,
    /// 1
    schema_version: u32,
    summary: Summary,
    /// What could not be listed.
    unread: Vec<In<'a, Cow<'a, Unread>>>,
    #[serde(skip)]
    pub(crate) found: Vec<In<'a, &'a ScannedObject>>,
    #[serde(skip)]
    pub(crate) running: Vec<In<'a, &'a RunningPods>>,
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Summary {
    /// How many objects were looked at, by kind.
    looked_at: BTreeMap<String, usize>,
    objects: usize,
    running_pods: usize,
    /// If not every pod was read: how many were.
    #[serde(skip_serializing_if = "Option::is_none")]
    sampled: Option<PodSample>,
}

impl Summary {
    fn add(&mut self, seen: &Seen<'_, CcrUsage>) {
        let inventory = &seen.found.inventory;
        for (kind, count) in &inventory.looked_at {
            *self.looked_at.entry(kind.clone()).or_default() += count;
        }
        self.objects += naming(inventory).count();
        self.running_pods += differing(inventory).map(|pods| pods.pods).sum::<usize>();
        if let Some(one) = inventory.sampled {
            let all = self.sampled.get_or_insert(PodSample { pods: 0, read: 0 });
            all.pods += one.pods;
            all.read += one.read;
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ObjectView<'a> {
    images: Vec<ImageView<'a>>,
    managed_by: Option<String>,
    mentions: &'a [Mention],
    object: &'a ObjectRef,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImageView<'a> {
    container: Option<&'a str>,
    /// The pattern of the mapping file.
    excluded_by: Option<String>,
    image: &'a str,
    pointer: &'a Pointer,
}

/// The objects that name CCR, but for pods that are told elsewhere.
fn naming(inventory: &Inventory) -> impl Iterator<Item = &ScannedObject> {
    inventory.objects.iter().filter(|found| {
        !found.stands_for_pods && (!found.positions.mentions.is_empty() || found.is_on_ccr())
    })
}

fn differing(inventory: &Inventory) -> impl Iterator<Item = &RunningPods> {
    inventory.pods.iter().filter(|pods| pods.differ())
}

impl<'a> ScanView<'a> {
    pub(crate) fn new(seen: &'a [Seen<'a, CcrUsage>], failed: &'a [Failed<'a>]) -> Self {
        let summary_of = |one: &Seen<'_, CcrUsage>| {
            let mut summary = Summary::default();
            summary.add(one);
            summary
        };
        let mut summary = Summary::default();
        for one in seen {
            summary.add(one);
        }
        let (mut found, mut running, mut running_pods) = (Vec::new(), Vec::new(), Vec::new());
        for Seen { context, common, found: usage } in seen {
            let context = *context;
            let objects = naming(&usage.inventory).map(|entry| In { context, entry });
            found.extend(objects);
            for pods in differing(&usage.inventory) {
                running.push(In { context, entry: pods });
                running_pods.push(In { context, entry: RunningView::new(pods, common) });
            }
        }
        let objects = found.iter().map(|In { context, entry: found }| In {
            context: *context,
            entry: ObjectView::new(found),
        });
        Self {
            contexts: context_views(seen, failed, summary_of),
            kind: "scan",
            objects: objects.collect(),
            running_pods,
            schema_version: SCHEMA_VERSION,
            summary,
            unread: unread_views(seen, failed, |usage| &usage.inventory),
            found,
            running,
        }
    }
}

impl<'a> ScanView<'a> {
    /// The objects of one of the clusters.
    pub(crate) fn found_in(
        &self,
        context: Option<&str>,
    ) -> impl Iterator<Item = &'a ScannedObject> {
        self.found.iter().filter(move |found| found.context == context).map(|found| found.entry)
    }
}

impl<'a> ObjectView<'a> {
    fn new(found: &'a ScannedObject) -> Self {
        let image = |image: &'a ImagePosition| ImageView {
            container: image.container.as_deref(),
            excluded_by: image.class.excluded_by().map(ToString::to_string),
            image: &image.text,
            pointer: &image.pointer,
        };
        Self {
            images: found.on_ccr().map(image).collect(),
            managed_by: found.manager.as_ref().map(ToString::to_string),
            mentions: &found.positions.mentions,
            object: &found.object,
        }
    }
}

impl View for ScanView<'_> {
    fn table(&self, wide: bool) -> Option<Table> {
        let is_empty = self.found.is_empty() && self.running.is_empty();
        let has_contexts = self.contexts.is_some();
        (!is_empty).then(|| table(&self.found, &self.running, has_contexts, wide))
    }

    fn names(&self) -> Vec<String> {
        let name = |found: &In<'_, &ScannedObject>| match found.context {
            Some(context) => format!("{context} {}", found.entry.object),
            None => found.entry.object.to_string(),
        };
        self.found.iter().map(name).collect()
    }
}

/// What `images` prints: one reference a line.
#[derive(Serialize)]
pub(crate) struct ImagesView(pub(crate) Vec<String>);

impl View for ImagesView {
    fn table(&self, _: bool) -> Option<Table> {
        None
    }

    fn names(&self) -> Vec<String> {
        self.0.clone()
    }
}

fn table(
    found: &[In<'_, &ScannedObject>],
    running: &[In<'_, &RunningPods>],
    has_contexts: bool,
    is_wide: bool,
) -> Table {
    let mut columns = Vec::from_iter(has_contexts.then(|| Column::text("context")));
    columns.extend([Column::text("namespace"), Column::text("object"), Column::text("image")]);
    if is_wide {
        columns.extend([
            Column::text("place"),
            Column::text("pull secrets"),
            Column::text("managed by"),
        ]);
    }
    let mut table = Table::new(columns);
    let mut row = |context: Option<&str>, cells: [&str; 6]| {
        table.row(context.into_iter().chain(cells).collect::<Vec<_>>());
    };
    for In { context, entry: found } in found {
        let secrets: Vec<&str> = found
            .positions
            .pod_specs
            .iter()
            .filter_map(|spec| spec.pull_secrets.as_deref())
            .flatten()
            .map(String::as_str)
            .collect();
        let secrets = secrets.join(",");
        let manager = found.manager.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = found.object.to_string();
        for image in found.on_ccr() {
            let place = place(image.role, image.container.as_deref(), &image.pointer);
            row(*context, [found.namespace(), &name, &image.text, &place, &secrets, &manager]);
        }
        for mention in &found.positions.mentions {
            let place = format!("mentioned at {}", mention.pointer);
            row(*context, [found.namespace(), &name, &mention.text, &place, "", &manager]);
        }
    }
    for In { context, entry: pods } in running {
        let (namespace, name) = (pods.owner.namespace.as_deref(), pods.owner.to_string());
        for image in pods.beside_template() {
            let place =
                format!("{} of {}", image.container, counted(pods.pods, "live pod", "live pods"));
            row(*context, [namespace.unwrap_or_default(), &name, &image.text, &place, "", ""]);
        }
    }
    table
}

//! What names CCR.

use std::collections::BTreeMap;

use ccr2tcr::diagnostic::counted;
use ccr2tcr::switch::{CcrUsage, PodSample, RunningPods, ScannedObject, Unread};
use ccr2tcr::terminal::{Column, Table, View};
use ccr2tcr::workload::{Mention, ObjectRef, Pointer};
use serde::Serialize;

use super::names::place;
use super::running::RunningView;
use crate::cli::CommonArgs;

const SCHEMA_VERSION: u32 = 1;

/// What `scan -o json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScanView<'a> {
    /// `scan`
    kind: &'static str,
    /// The objects that name CCR.
    objects: Vec<ObjectView<'a>>,
    /// The pods that run images of CCR which their template doesn't name.
    running_pods: Vec<RunningView<'a>>,
    /// 1
    schema_version: u32,
    summary: Summary<'a>,
    /// What could not be listed.
    unread: &'a [Unread],
    #[serde(skip)]
    pub(crate) found: Vec<&'a ScannedObject>,
    #[serde(skip)]
    pub(crate) running: Vec<&'a RunningPods>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    /// How many objects were looked at, by kind.
    looked_at: &'a BTreeMap<String, usize>,
    objects: usize,
    running_pods: usize,
    /// If not every pod was read: how many were.
    #[serde(skip_serializing_if = "Option::is_none")]
    sampled: Option<PodSample>,
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

impl<'a> ScanView<'a> {
    pub(crate) fn new(usage: &'a CcrUsage, common: &CommonArgs) -> Self {
        let inventory = &usage.inventory;
        let is_on_ccr = |found: &&ScannedObject| {
            !found.stands_for_pods && (!found.positions.mentions.is_empty() || found.is_on_ccr())
        };
        let running: Vec<&RunningPods> =
            inventory.pods.iter().filter(|pods| pods.differ()).collect();
        let found: Vec<&ScannedObject> = inventory.objects.iter().filter(is_on_ccr).collect();
        let image = |image: &'a ccr2tcr::workload::ImagePosition| ImageView {
            container: image.container.as_deref(),
            excluded_by: image.class.excluded_by().map(ToString::to_string),
            image: &image.text,
            pointer: &image.pointer,
        };
        let objects = found.iter().map(|found| ObjectView {
            images: found.on_ccr().map(image).collect(),
            managed_by: found.manager.as_ref().map(ToString::to_string),
            mentions: &found.positions.mentions,
            object: &found.object,
        });
        Self {
            kind: "scan",
            objects: objects.collect(),
            schema_version: SCHEMA_VERSION,
            summary: Summary {
                looked_at: &inventory.looked_at,
                objects: found.len(),
                running_pods: running.iter().map(|pods| pods.pods).sum(),
                sampled: inventory.sampled,
            },
            running_pods: running.iter().map(|pods| RunningView::new(pods, common)).collect(),
            unread: &inventory.unread,
            found,
            running,
        }
    }
}

impl View for ScanView<'_> {
    fn table(&self, wide: bool) -> Option<Table> {
        let is_empty = self.found.is_empty() && self.running.is_empty();
        (!is_empty).then(|| table(&self.found, &self.running, wide))
    }

    fn names(&self) -> Vec<String> {
        self.found.iter().map(|found| found.object.to_string()).collect()
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

fn table(found: &[&ScannedObject], running: &[&RunningPods], is_wide: bool) -> Table {
    let mut columns =
        vec![Column::text("namespace"), Column::text("object"), Column::text("image")];
    if is_wide {
        columns.extend([
            Column::text("place"),
            Column::text("pull secrets"),
            Column::text("managed by"),
        ]);
    }
    let mut table = Table::new(columns);
    for found in found {
        let secrets: Vec<&str> = found
            .positions
            .pod_specs
            .iter()
            .filter_map(|spec| spec.pull_secrets.as_deref())
            .flatten()
            .map(String::as_str)
            .collect();
        let manager = found.manager.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = found.object.to_string();
        for image in found.on_ccr() {
            table.row([
                found.namespace(),
                &name,
                &image.text,
                &place(image.role, image.container.as_deref(), &image.pointer),
                &secrets.join(","),
                &manager,
            ]);
        }
        for mention in &found.positions.mentions {
            let place = format!("mentioned at {}", mention.pointer);
            table.row([found.namespace(), &name, &mention.text, &place, "", &manager]);
        }
    }
    for pods in running {
        let (namespace, name) = (pods.owner.namespace.as_deref(), pods.owner.to_string());
        for image in pods.beside_template() {
            let place =
                format!("{} of {}", image.container, counted(pods.pods, "live pod", "live pods"));
            table.row([namespace.unwrap_or_default(), &name, &image.text, &place, "", ""]);
        }
    }
    table
}

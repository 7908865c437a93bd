//! What names CCR.

use std::collections::BTreeMap;

use ccr2tcr::switch::{CcrUsage, ScannedObject, Unread};
use ccr2tcr::terminal::{Column, Table, View};
use ccr2tcr::workload::{Mention, ObjectRef, Pointer};
use serde::Serialize;

use super::names::place;

const SCHEMA_VERSION: u32 = 1;

/// What `scan -o json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScanView<'a> {
    /// `scan`
    kind: &'static str,
    /// The objects that name CCR.
    objects: Vec<ObjectView<'a>>,
    /// 1
    schema_version: u32,
    summary: Summary<'a>,
    /// What could not be listed.
    unread: &'a [Unread],
    #[serde(skip)]
    pub(crate) found: Vec<&'a ScannedObject>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    /// How many objects were looked at, by kind.
    looked_at: &'a BTreeMap<String, usize>,
    objects: usize,
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
    pub(crate) fn new(usage: &'a CcrUsage) -> Self {
        let inventory = &usage.inventory;
        let is_on_ccr =
            |found: &&ScannedObject| !found.positions.mentions.is_empty() || found.is_on_ccr();
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
            summary: Summary { looked_at: &inventory.looked_at, objects: found.len() },
            unread: &inventory.unread,
            found,
        }
    }
}

impl View for ScanView<'_> {
    fn table(&self, wide: bool) -> Option<Table> {
        (!self.found.is_empty()).then(|| table(&self.found, wide))
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

fn table(found: &[&ScannedObject], is_wide: bool) -> Table {
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
    table
}

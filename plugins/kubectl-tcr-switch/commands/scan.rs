//! `scan`: what names CCR.

use std::collections::BTreeSet;

use ccr2tcr::diagnostic::human_count;
use ccr2tcr::switch::{Inventory, ScannedObject};
use ccr2tcr::terminal::{Column, Printer, Table};
use serde_json::{Value, json};

use super::look::ccr_in_use;
use super::show::{self, place};
use crate::cli::{ListFormat, ScanArgs};
use crate::exit::ExitCode;
use ccr2tcr::prompt::Stop;

pub(crate) async fn run(
    args: ScanArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let Some(inventory) = ccr_in_use(&args.target, stop).await? else {
        return Ok(ExitCode::Interrupted);
    };
    let found: Vec<&ScannedObject> =
        inventory.objects.iter().filter(|found| names_ccr(found)).collect();
    let shown = match args.output {
        ListFormat::Table | ListFormat::Wide if found.is_empty() => Ok(()),
        ListFormat::Table | ListFormat::Wide => {
            printer.table(&table(&found, args.output == ListFormat::Wide))
        }
        ListFormat::Name => {
            show::lines(printer, found.iter().map(|found| found.object.to_string()))
        }
        ListFormat::Json => printer.json(&as_json(&found, &inventory)),
        ListFormat::Yaml => show::yaml(printer, &as_json(&found, &inventory)),
    };
    show::unread(printer, &inventory.unread, &args.target.connection);
    show::broken_secrets(printer, &inventory);
    let objects = inventory.looked_at.values().sum::<usize>();
    printer.note(&format!(
        "{} of {} objects name CCR",
        human_count(found.len() as u64),
        human_count(objects as u64)
    ));
    tell_tencents(printer, &inventory);
    let images: BTreeSet<&str> = found
        .iter()
        .flat_map(|found| found.on_ccr())
        .filter(|image| image.class.excluded_by().is_some())
        .map(|image| image.text.as_str())
        .collect();
    if !images.is_empty() {
        let images = show::counted(images.len(), "image is", "images are");
        printer.note(&format!("of these, {images} excluded by the mapping file"));
    }
    let is_left = !found.is_empty() || show::hides_images(&inventory.unread);
    let code = if is_left { ExitCode::Left } else { ExitCode::Done };
    Ok(code.after(shown)?)
}

/// Says how many references are left alone, if there are any.
pub(super) fn tell_tencents(printer: &Printer, inventory: &Inventory) {
    show::tencents(printer, inventory.objects.iter().map(ScannedObject::tencents).sum());
}

fn names_ccr(found: &ScannedObject) -> bool {
    !found.positions.mentions.is_empty() || found.is_on_ccr()
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

fn as_json(found: &[&ScannedObject], inventory: &Inventory) -> Value {
    let objects: Vec<Value> = found
        .iter()
        .map(|found| {
            let images: Vec<Value> = found.on_ccr()
                .map(|image| {
                    json!({
                        "pointer": image.pointer, "container": image.container, "image": image.text,
                        "excludedBy": image.class.excluded_by(),
                    })
                })
                .collect();
            let mentions: Vec<Value> = found
                .positions
                .mentions
                .iter()
                .map(|mention| json!({"pointer": mention.pointer, "text": mention.text}))
                .collect();
            json!({
                "object": found.object, "managedBy": found.manager.as_ref().map(ToString::to_string),
                "images": images, "mentions": mentions,
            })
        })
        .collect();
    json!({
        "schemaVersion": 1, "kind": "scan",
        "summary": {"objects": objects.len(), "lookedAt": inventory.looked_at},
        "objects": objects, "unread": inventory.unread,
    })
}

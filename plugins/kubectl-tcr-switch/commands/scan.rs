//! `scan`: what names CCR, in one cluster or several.

use std::collections::BTreeSet;

use ccr2tcr::diagnostic::{counted, human_count};
use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{CcrUsage, ScannedObject, Unread};
use ccr2tcr::terminal::{Printer, render};

use super::{clusters, show, usage};
use crate::cli::ScanArgs;
use crate::exit::ExitCode;
use crate::views::{ScanView, Seen};

pub(crate) async fn run(
    args: ScanArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let asked = clusters::asked(&args.contexts, args.common)?;
    let (seen, failed) = match usage::read_each(&asked, stop, printer).await? {
        Ok(sorted) => sorted,
        Err(code) => return Ok(code),
    };
    let view = ScanView::new(&seen, &failed);
    let shown = render(printer, args.output.into(), &view);
    for one in &seen {
        tell(printer, one, &view);
    }
    clusters::tell_failed(printer, &failed);
    let is_left = !view.found.is_empty()
        || !view.running.is_empty()
        || seen.iter().any(|one| one.found.inventory.unread.iter().any(Unread::may_hide_images));
    Ok(clusters::code(&failed, is_left).after(shown)?)
}

fn tell(printer: &Printer, seen: &Seen<'_, CcrUsage>, view: &ScanView<'_>) {
    clusters::tell_which(printer, seen);
    let inventory = &seen.found.inventory;
    let found: Vec<&ScannedObject> = view.found_in(seen.context).collect();
    show::unread(printer, &inventory.unread, &seen.common.connection);
    show::broken_secrets(printer, inventory);
    let objects = inventory.looked_at.values().sum::<usize>();
    printer.note(&format!(
        "{} of {} objects name CCR",
        human_count(found.len() as u64),
        human_count(objects as u64)
    ));
    let differing = inventory.pods.iter().filter(|pods| pods.differ());
    let pods: usize = differing.map(|pods| pods.pods).sum();
    if pods > 0 {
        let pods = counted(pods, "pod runs images", "pods run images");
        printer.note(&format!("{pods} of CCR that their template doesn't name"));
    }
    usage::tell_tencents(printer, inventory);
    show::sampled(printer, inventory.sampled);
    let images: BTreeSet<&str> = found
        .iter()
        .flat_map(|found| found.on_ccr())
        .filter(|image| image.class.excluded_by().is_some())
        .map(|image| image.text.as_str())
        .collect();
    if !images.is_empty() {
        let images = counted(images.len(), "image is", "images are");
        printer.note(&format!("of these, {images} excluded by the mapping file"));
    }
}

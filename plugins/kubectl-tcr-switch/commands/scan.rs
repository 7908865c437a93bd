//! `scan`: what names CCR.

use std::collections::BTreeSet;

use ccr2tcr::diagnostic::{counted, human_count};
use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::Unread;
use ccr2tcr::terminal::{Printer, render};

use super::{show, usage};
use crate::cli::ScanArgs;
use crate::exit::ExitCode;
use crate::views::ScanView;

pub(crate) async fn run(
    args: ScanArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let usage = match usage::read(&args.common, false, stop, printer).await? {
        Ok(usage) => usage,
        Err(code) => return Ok(code),
    };
    let view = ScanView::new(&usage, &args.common);
    let shown = render(printer, args.output.into(), &view);
    let inventory = &usage.inventory;
    show::unread(printer, &inventory.unread, &args.common.connection);
    show::broken_secrets(printer, inventory);
    let objects = inventory.looked_at.values().sum::<usize>();
    printer.note(&format!(
        "{} of {} objects name CCR",
        human_count(view.found.len() as u64),
        human_count(objects as u64)
    ));
    let pods: usize = view.running.iter().map(|pods| pods.pods).sum();
    if pods > 0 {
        let pods = counted(pods, "pod runs images", "pods run images");
        printer.note(&format!("{pods} of CCR that their template doesn't name"));
    }
    usage::tell_tencents(printer, inventory);
    show::sampled(printer, inventory.sampled);
    let images: BTreeSet<&str> = view
        .found
        .iter()
        .flat_map(|found| found.on_ccr())
        .filter(|image| image.class.excluded_by().is_some())
        .map(|image| image.text.as_str())
        .collect();
    if !images.is_empty() {
        let images = counted(images.len(), "image is", "images are");
        printer.note(&format!("of these, {images} excluded by the mapping file"));
    }
    let is_left = !view.found.is_empty()
        || !view.running.is_empty()
        || inventory.unread.iter().any(Unread::may_hide_images);
    let code = if is_left { ExitCode::Left } else { ExitCode::Done };
    Ok(code.after(shown)?)
}

//! `images`: the CCR images in use, for `docker ccr2tcr sync --images -`.

use std::collections::BTreeSet;

use ccr2tcr::diagnostic::counted;
use ccr2tcr::image::{Pin, Reference, TagOrDigest};
use ccr2tcr::switch::{RunningPods, ScannedObject, Unread};
use ccr2tcr::terminal::{OutputFormat, Printer, render};
use ccr2tcr::workload::{ImageClass, RenameError};

use super::{show, usage};
use crate::cli::ImagesArgs;
use crate::exit::ExitCode;
use crate::views::ImagesView;
use ccr2tcr::prompt::Stop;

pub(crate) async fn run(
    args: ImagesArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let usage = match usage::read(&args.common, false, stop, printer).await? {
        Ok(usage) => usage,
        Err(code) => return Ok(code),
    };
    let inventory = &usage.inventory;
    let mut images = BTreeSet::new();
    let mut unusable = BTreeSet::new();
    let mut excluded = BTreeSet::new();
    let named = inventory.objects.iter().flat_map(ScannedObject::on_ccr);
    let named = named.map(|image| (&image.text, &image.class));
    // A pod that is deleted comes back with the image that it had, where a partition holds it.
    let run = inventory.pods.iter().flat_map(RunningPods::on_ccr);
    let run = run.map(|image| (&image.text, &image.class));
    for (text, class) in named.chain(run) {
        if class.excluded_by().is_some() {
            excluded.insert(text);
            continue;
        }
        match (class, text.parse::<Reference>()) {
            (ImageClass::Refused(error @ RenameError::TagUnknown { .. }), _) => {
                unusable.insert(error.to_string());
            }
            (_, Ok(Reference { version: TagOrDigest::Digest(_), .. })) if args.mutable => {}
            (_, Ok(Reference { version: TagOrDigest::Tag(tag), .. }))
                if args.mutable && !Pin::Mutable.takes(&tag) => {}
            (_, Ok(reference)) => drop(images.insert(reference.to_string())),
            (_, Err(error)) => drop(unusable.insert(format!("{text}: {error}"))),
        }
    }
    let shown = render(printer, OutputFormat::Name, &ImagesView(images.into_iter().collect()));
    for error in &unusable {
        printer.warning(&format!("left out: {error}"));
    }
    if !excluded.is_empty() {
        let images = counted(excluded.len(), "image is", "images are");
        printer.note(&format!("{images} left out: excluded by the mapping file"));
    }
    usage::tell_tencents(printer, inventory);
    show::sampled(printer, inventory.sampled);
    show::unread(printer, &inventory.unread, &args.common.connection);
    let is_whole = unusable.is_empty() && !inventory.unread.iter().any(Unread::may_hide_images);
    let code = if is_whole { ExitCode::Done } else { ExitCode::Left };
    Ok(code.after(shown)?)
}

//! `images`: the CCR images in use, for `docker ccr2tcr sync --images -`.

use std::collections::BTreeSet;

use ccr2tcr::image::Reference;
use ccr2tcr::switch::ScannedObject;
use ccr2tcr::terminal::Printer;

use super::look::ccr_in_use;
use super::scan::tell_tencents;
use super::show;
use crate::cli::ImagesArgs;
use crate::exit::ExitCode;
use ccr2tcr::prompt::Stop;

pub(crate) async fn run(
    args: ImagesArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let Some(inventory) = ccr_in_use(&args.target, stop).await? else {
        return Ok(ExitCode::Interrupted);
    };
    let mut images = BTreeSet::new();
    let mut unusable = BTreeSet::new();
    let mut excluded = BTreeSet::new();
    for image in inventory.objects.iter().flat_map(ScannedObject::on_ccr) {
        if image.class.excluded_by().is_some() {
            excluded.insert(&image.text);
            continue;
        }
        match image.text.parse::<Reference>() {
            Ok(reference) => drop(images.insert(reference.to_string())),
            Err(error) => drop(unusable.insert(format!("{}: {error}", image.text))),
        }
    }
    let shown = show::lines(printer, images);
    for error in &unusable {
        printer.warning(&format!("left out: {error}"));
    }
    if !excluded.is_empty() {
        let images = show::counted(excluded.len(), "image is", "images are");
        printer.note(&format!("{images} left out: excluded by the mapping file"));
    }
    tell_tencents(printer, &inventory);
    show::unread(printer, &inventory.unread, &args.target.connection);
    let is_whole = unusable.is_empty() && !show::hides_images(&inventory.unread);
    let code = if is_whole { ExitCode::Done } else { ExitCode::Left };
    Ok(code.after(shown)?)
}

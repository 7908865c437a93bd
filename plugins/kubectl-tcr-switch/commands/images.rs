//! `images`: the CCR images in use, for `docker ccr2tcr sync --images -`.

use std::collections::BTreeSet;

use ccr2tcr::account::ccr_hosts;
use ccr2tcr::image::Reference;
use ccr2tcr::terminal::Printer;

use super::look::inventory;
use super::scan::on_ccr;
use super::show;
use crate::cli::ImagesArgs;
use crate::exit::ExitCode;
use crate::prompt::Stop;

pub(crate) async fn run(
    args: ImagesArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let ccr = ccr_hosts(&args.target.account)?;
    let (_, inventory) = tokio::select! {
        read = inventory(&args.target, &ccr) => read?,
        () = stop.soft.cancelled() => return Ok(ExitCode::Interrupted),
    };
    let mut images = BTreeSet::new();
    let mut unusable = BTreeSet::new();
    for image in inventory.objects.iter().flat_map(|found| on_ccr(found, &ccr)) {
        match image.text.parse::<Reference>() {
            Ok(reference) => drop(images.insert(reference.to_string())),
            Err(error) => drop(unusable.insert(error.to_string())),
        }
    }
    let shown = show::lines(printer, images);
    for error in &unusable {
        printer.warning(&format!("left out: {error}"));
    }
    show::unread(printer, &inventory.unread);
    let is_whole = unusable.is_empty() && !show::hides_images(&inventory.unread);
    let code = if is_whole { ExitCode::Done } else { ExitCode::Left };
    Ok(code.after(shown)?)
}

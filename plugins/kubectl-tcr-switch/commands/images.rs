//! `images`: the CCR images in use, for `docker ccr2tcr sync --images -`.

use ccr2tcr::diagnostic::counted;
use ccr2tcr::image::{Pin, Reference, TagOrDigest};
use ccr2tcr::switch::{ImagesInUse, Unread};
use ccr2tcr::terminal::{OutputFormat, Printer, render};

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
    let ImagesInUse { images, unusable, excluded } = ImagesInUse::of(inventory);
    let is_asked_for = |image: &&Reference| match &image.version {
        TagOrDigest::Tag(tag) => !args.mutable || Pin::Mutable.takes(tag),
        TagOrDigest::Digest(_) => !args.mutable,
    };
    let images = images.iter().filter(is_asked_for).map(ToString::to_string).collect();
    let shown = render(printer, OutputFormat::Name, &ImagesView(images));
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

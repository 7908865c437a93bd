//! `images`: the CCR images in use in one cluster or several, for `docker ccr2tcr sync --images -`.

use ccr2tcr::diagnostic::counted;
use ccr2tcr::image::{Pin, Reference, TagOrDigest};
use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{CcrUsage, ImagesInUse, Unread};
use ccr2tcr::terminal::{OutputFormat, Printer, render};

use super::{clusters, show, usage};
use crate::cli::ImagesArgs;
use crate::exit::ExitCode;
use crate::views::{ImagesView, Seen};

pub(crate) async fn run(
    args: ImagesArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let asked = clusters::asked(&args.contexts, args.common)?;
    let (seen, failed) = match usage::read_each(&asked, stop, printer).await? {
        Ok(sorted) => sorted,
        Err(code) => return Ok(code),
    };
    let mut used = ImagesInUse::default();
    for one in &seen {
        let here = ImagesInUse::of(&one.found.inventory);
        if let Some(context) = one.context {
            let images = counted(here.images.len(), "image", "images");
            printer.note(&format!("context {context} uses {images} of CCR"));
        }
        used.images.extend(here.images);
        used.unusable.extend(here.unusable);
        used.excluded.extend(here.excluded);
    }
    let is_asked_for = |image: &&Reference| match &image.version {
        TagOrDigest::Tag(tag) => !args.mutable || Pin::Mutable.takes(tag),
        TagOrDigest::Digest(_) => !args.mutable,
    };
    let images = used.images.iter().filter(is_asked_for).map(ToString::to_string).collect();
    let shown = render(printer, OutputFormat::Name, &ImagesView(images));
    for error in &used.unusable {
        printer.warning(&format!("left out: {error}"));
    }
    if !used.excluded.is_empty() {
        let images = counted(used.excluded.len(), "image is", "images are");
        printer.note(&format!("{images} left out: excluded by the mapping file"));
    }
    let mut is_whole = used.unusable.is_empty();
    for one in &seen {
        is_whole &= tell(printer, one);
    }
    clusters::tell_failed(printer, &failed);
    Ok(clusters::code(&failed, !is_whole).after(shown)?)
}

/// Says what could not be read of a cluster; whether no image can be hidden by that.
fn tell(printer: &Printer, seen: &Seen<'_, CcrUsage>) -> bool {
    let inventory = &seen.found.inventory;
    if !inventory.unread.is_empty() {
        clusters::tell_which(printer, seen);
    }
    usage::tell_tencents(printer, inventory);
    show::sampled(printer, inventory.sampled);
    show::unread(printer, &inventory.unread, &seen.common.connection);
    !inventory.unread.iter().any(Unread::may_hide_images)
}

//! `verify`: is the switch complete, in one cluster or several?

use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{self, Notice, RunningPods, Verification};
use ccr2tcr::terminal::{Printer, render};

use super::{clusters, running, show, usage};
use crate::cli::VerifyArgs;
use crate::exit::ExitCode;
use crate::hints::secrets_copy;
use crate::views::{Seen, VerifyView, at};

pub(crate) async fn run(
    args: VerifyArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let asked = clusters::asked(&args.contexts, args.common)?;
    let reading =
        clusters::read(&asked, stop, async |common| switch::verify(&common.inputs()).await);
    let Some(noted) = reading.await else { return Ok(ExitCode::Interrupted) };
    // Each cluster's run opens the account, and notices the same.
    let mut notices: Vec<Notice> = Vec::new();
    for notice in noted.iter().flat_map(|noted| &noted.notices) {
        if !notices.contains(notice) {
            notices.push(notice.clone());
        }
    }
    show::notices(printer, &notices);
    let read = noted.into_iter().map(|noted| noted.result).collect();
    let (seen, failed) = match clusters::sort(&asked, read, printer)? {
        Ok(sorted) => sorted,
        Err(code) => return Ok(code),
    };
    let view = VerifyView::new(&seen, &failed, args.ignore_mentions);
    let shown = render(printer, args.output.into(), &view);
    let mut is_all_well = true;
    for one in &seen {
        clusters::tell_which(printer, one);
        is_all_well &= tell(printer, one, args.ignore_mentions);
    }
    clusters::tell_failed(printer, &failed);
    Ok(clusters::code(&failed, !is_all_well).after(shown)?)
}

/// Says what is left in a cluster, and whether all is well there.
fn tell(printer: &Printer, seen: &Seen<'_, Verification>, ignore_mentions: bool) -> bool {
    let verification = &seen.found;
    tell_left(printer, seen, ignore_mentions);
    let inventory = &verification.inventory;
    usage::tell_tencents(printer, inventory);
    show::unread(printer, &inventory.unread, &seen.common.connection);
    let is_fine = verification.left(ignore_mentions).is_empty()
        && verification.running().next().is_none()
        && inventory.waiting.is_empty()
        && verification.without_login.is_empty();
    let is_whole = inventory.unread.is_empty();
    printer.heading(match (is_fine, is_whole) {
        (true, true) => "all is well: nothing names CCR or runs from it, no pod waits for an image",
        (true, false) if inventory.pods_unread() => {
            "what could be read is fine; what runs is not proven"
        }
        (true, false) => "what could be read is fine; not everything could be read",
        (false, _) => "something is left to do",
    });
    is_fine && is_whole
}

fn tell_left(printer: &Printer, seen: &Seen<'_, Verification>, ignore_mentions: bool) {
    let Seen { common, found: verification, .. } = seen;
    for found in verification.left(ignore_mentions) {
        let place = at(&found.object);
        let writer = found.manager.as_ref().map(|manager| format!("; managed by {manager}"));
        let writer = writer.unwrap_or_default();
        for image in found.on_ccr() {
            let why = image
                .class
                .excluded_by()
                .map(|pattern| format!(", excluded by the mapping file: {pattern}"));
            let (image, why) = (&image.text, why.unwrap_or_default());
            printer.warning(&format!("{place} names {image}{why}{writer}"));
        }
        for mention in found.positions.mentions.iter().filter(|_| !ignore_mentions) {
            printer.warning(&format!("{place} mentions {} at {}", mention.text, mention.pointer));
            if let Some(advice) = mention.kind.advice() {
                printer.hint(advice);
            }
        }
    }
    let running: Vec<&RunningPods> = verification.running().collect();
    running::tell(printer, &running, common);
    for waiting in &verification.inventory.waiting {
        let failure = &waiting.failure;
        printer.warning(&format!(
            "pod/{} in {} waits for {}: {}",
            failure.pod, waiting.namespace, failure.image, failure.why
        ));
    }
    for lacking in &verification.without_login {
        let namespace = lacking.object.namespace.as_deref().unwrap_or_default();
        let secrets = match (&lacking.useless, lacking.secrets.as_slice()) {
            (Some(useless), _) => useless.to_string(),
            (None, []) => "its pods have no pull secret".to_owned(),
            (None, names) => {
                format!("none of its pull secrets ({}) is for that host", names.join(", "))
            }
        };
        printer.warning(&format!("{} pulls {}, and {secrets}", at(&lacking.object), lacking.image));
        printer.hint(&secrets_copy(namespace, common));
    }
}

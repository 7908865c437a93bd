//! `verify`: is the switch complete?

use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{self, RunningPods, ScannedObject, Verification};
use ccr2tcr::terminal::{Printer, render};

use super::{problems, running, show, usage};
use crate::cli::VerifyArgs;
use crate::exit::ExitCode;
use crate::hints::secrets_copy;
use crate::views::{VerifyView, at};

pub(crate) async fn run(
    args: VerifyArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let inputs = args.common.inputs();
    let noted = tokio::select! {
        noted = switch::verify(&inputs) => noted,
        () = stop.soft.cancelled() => return Ok(ExitCode::Interrupted),
    };
    show::notices(printer, &noted.notices);
    let verification = match noted.result {
        Ok(verification) => verification,
        Err(error) => return problems::prepare(printer, error),
    };
    let left = verification.left(args.ignore_mentions);
    let shown =
        render(printer, args.output.into(), &VerifyView::new(&verification, &left, &args.common));
    tell(printer, &verification, &left, &args);
    let inventory = &verification.inventory;
    usage::tell_tencents(printer, inventory);
    show::unread(printer, &inventory.unread, &args.common.connection);
    let is_fine = left.is_empty()
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
    let code = if is_fine && is_whole { ExitCode::Done } else { ExitCode::Left };
    Ok(code.after(shown)?)
}

fn tell(
    printer: &Printer,
    verification: &Verification,
    left: &[&ScannedObject],
    args: &VerifyArgs,
) {
    for found in left {
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
        for mention in found.positions.mentions.iter().filter(|_| !args.ignore_mentions) {
            printer.warning(&format!("{place} mentions {} at {}", mention.text, mention.pointer));
            if let Some(advice) = mention.kind.advice() {
                printer.hint(advice);
            }
        }
    }
    let running: Vec<&RunningPods> = verification.running().collect();
    running::tell(printer, &running, &args.common);
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
        printer.hint(&secrets_copy(namespace, &args.common));
    }
}

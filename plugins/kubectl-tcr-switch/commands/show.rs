//! What several commands say: notices, what could not be read, questions.

use std::collections::BTreeMap;

use ccr2tcr::diagnostic::{CommonError, counted, human_count};
use ccr2tcr::kubernetes::ConnectionSettings;
use ccr2tcr::switch::{Inventory, Notice, PodSample, Unread};
use ccr2tcr::terminal::Printer;

use crate::exit::ExitCode;
use crate::shell::connection_flags;
use ccr2tcr::diagnostic::shell_word;
use ccr2tcr::prompt::{NotAgreed, Stop, confirm};

/// Says what the library has noticed.
pub(super) fn notices(printer: &Printer, notices: &[Notice]) {
    for notice in notices {
        let message = &notice.diagnostic.message;
        match notice.code.is_warning() {
            true => printer.warning(message),
            false => printer.note(message),
        }
        if let Some(hint) = &notice.diagnostic.hint {
            printer.hint(hint);
        }
    }
}

/// Names what could not be read. Of several kinds that the server forbids, the names are enough.
/// `connection` is repeated in the line to paste.
pub(super) fn unread(printer: &Printer, unread: &[Unread], connection: &ConnectionSettings) {
    let mut forbidden: BTreeMap<Option<&String>, Vec<&Unread>> = BTreeMap::new();
    for unread in unread {
        match unread.forbidden {
            true => forbidden.entry(unread.namespace.as_ref()).or_default().push(unread),
            false => one_unread(printer, unread),
        }
    }
    for (namespace, kinds) in &forbidden {
        match kinds.as_slice() {
            [one] => one_unread(printer, one),
            kinds => {
                let names: Vec<&str> = kinds.iter().map(|unread| unread.what.as_str()).collect();
                printer.warning(&format!(
                    "can't list {} in {}: the server forbids it",
                    names.join(", "),
                    whereabouts(*namespace)
                ));
            }
        }
    }
    if !forbidden.is_empty() {
        printer.explain(Some(CommonError::RbacForbidden));
    }
    if forbidden.contains_key(&None) {
        printer.hint("with rights on some namespaces only, name one of them: -n NAMESPACE");
    }
    for namespace in forbidden.into_keys().flatten() {
        let (namespace, flags) = (shell_word(namespace), connection_flags(connection));
        printer.hint(&format!(
            "get the right to list them; what you may do: kubectl auth can-i --list -n {namespace}{flags}"
        ));
    }
}

fn one_unread(printer: &Printer, unread: &Unread) {
    let place = whereabouts(unread.namespace.as_ref());
    printer.warning(&format!("can't list {} in {place}: {}", unread.what, unread.why));
}

fn whereabouts(namespace: Option<&String>) -> String {
    namespace.map_or_else(|| "all namespaces".to_owned(), |name| format!("namespace {name}"))
}

/// Says that not every pod was read, if that is so.
pub(super) fn sampled(printer: &Printer, sampled: Option<PodSample>) {
    if let Some(PodSample { pods, read }) = sampled {
        printer.note(&format!(
            "of {} live pods a sample was read, one of each owner and revision: {}; --all-pods reads all",
            human_count(pods as u64),
            human_count(read as u64)
        ));
    }
}

/// Says how many references are to images that are not the user's to move.
pub(super) fn tencents(printer: &Printer, count: usize) {
    if count > 0 {
        let references = counted(count, "reference is", "references are");
        printer.note(&format!("{references} to Tencent's own images; left as they are"));
    }
}

/// Names the pull secrets that can't be used.
pub(super) fn broken_secrets(printer: &Printer, inventory: &Inventory) {
    for broken in &inventory.broken_secrets {
        printer.warning(&broken.to_string());
        printer.hint(&broken.hint());
    }
}

/// Asks at the terminal; anything but a yes is told, and how the run ends then is the `Err`.
/// `instead` is the hint where there is no terminal.
pub(super) async fn agreed(
    printer: &Printer,
    stop: &Stop,
    question: &str,
    instead: &str,
) -> Result<(), ExitCode> {
    confirm(printer, stop, question, instead).await.map_err(|answer| match answer {
        NotAgreed::No => ExitCode::Left,
        NotAgreed::Interrupted => ExitCode::Interrupted,
    })
}

//! What several commands show: places, what could not be read, YAML, questions.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, IsTerminal as _};

use ccr2tcr::diagnostic::human_count;
use ccr2tcr::kubernetes::ConnectionSettings;
use ccr2tcr::switch::{Inventory, Unread};
use ccr2tcr::terminal::{Printer, clean};
use ccr2tcr::workload::{ImageRole, Pointer};
use serde::Serialize;

use crate::exit::ExitCode;
use crate::shell::{connection_flags, quoted};
use ccr2tcr::prompt::Stop;

/// Where an image stands, for people.
pub(super) fn place(role: ImageRole, container: Option<&str>, pointer: &Pointer) -> String {
    let name = container.unwrap_or_default();
    match role {
        ImageRole::Container => name.to_owned(),
        ImageRole::InitContainer => format!("{name} (init)"),
        ImageRole::EphemeralContainer => format!("{name} (ephemeral)"),
        ImageRole::Volume => format!("{name} (volume)"),
        ImageRole::Field => pointer.to_string(),
    }
}

/// `1 object`, `2,000 objects`
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    let word = if count == 1 { one } else { many };
    format!("{} {word}", human_count(count as u64))
}

/// `a, b, c and 1,204 more`
pub(super) fn some<T: AsRef<str>>(names: &[T]) -> String {
    const NAMED: usize = 3;
    let shown = names.iter().take(NAMED).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {} more", human_count(more as u64)),
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
                    "not read in {}, for the server forbids it: {}",
                    whereabouts(*namespace),
                    names.join(", ")
                ));
            }
        }
    }
    if forbidden.contains_key(&None) {
        printer.hint("with rights on some namespaces only, name one of them: -n NAMESPACE");
    }
    for namespace in forbidden.into_keys().flatten() {
        let (namespace, flags) = (quoted(namespace), connection_flags(connection));
        printer.hint(&format!(
            "ask for the right to list them; what you may do: kubectl auth can-i --list -n {namespace}{flags}"
        ));
    }
}

fn one_unread(printer: &Printer, unread: &Unread) {
    let place = whereabouts(unread.namespace.as_ref());
    printer.warning(&format!("not read: {} in {place}: {}", unread.what, unread.why));
}

fn whereabouts(namespace: Option<&String>) -> String {
    namespace.map_or_else(|| "all namespaces".to_owned(), |name| format!("namespace {name}"))
}

/// Says how many references are to images that are not the user's to move.
pub(super) fn tencents(printer: &Printer, count: usize) {
    if count > 0 {
        let references = counted(count, "reference is", "references are");
        printer.note(&format!("{references} to images of Tencent's own; left alone"));
    }
}

/// Names the pull secrets that nobody can pull with.
pub(super) fn broken_secrets(printer: &Printer, inventory: &Inventory) {
    for broken in &inventory.broken_secrets {
        printer.warning(&broken.to_string());
        printer.hint(&broken.hint());
    }
}

/// Whether images may stand in what could not be read.
pub(super) fn hides_images(unread: &[Unread]) -> bool {
    unread.iter().any(|unread| !matches!(unread.what.as_str(), "secrets" | "serviceaccounts"))
}

/// Data for stdout, one item a line.
pub(super) fn lines(printer: &Printer, items: impl IntoIterator<Item = String>) -> io::Result<()> {
    let mut text = String::new();
    for item in items {
        text.push_str(&clean(&item));
        text.push('\n');
    }
    printer.data(&text)
}

/// Data for stdout as YAML.
pub(super) fn yaml(printer: &Printer, value: &impl Serialize) -> io::Result<()> {
    let text = serde_yaml::to_string(value).map_err(io::Error::other)?;
    printer.data(&text)
}

/// Asks at the terminal; anything but a yes is told, and how the run ends then is the `Err`.
/// `instead` is the hint where there is nobody to ask. The question goes to stderr; only `y` or
/// `yes` is a yes.
pub(super) async fn agreed(
    printer: &Printer,
    stop: &Stop,
    question: &str,
    instead: &str,
) -> Result<(), ExitCode> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        printer.note("nothing was changed: there is no terminal to ask at");
        printer.hint(instead);
        return Err(ExitCode::Left);
    }
    printer.note(&format!("{question} [y/N]"));
    // On a thread of its own: nothing else would hear Ctrl-C while it waits for a line.
    let line = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    let instead = tokio::select! {
        line = line => match line {
            Ok(Ok(line)) if matches!(line.trim().to_lowercase().as_str(), "y" | "yes") => {
                return Ok(());
            }
            _ => ExitCode::Left,
        },
        () = stop.soft.cancelled() => ExitCode::Interrupted,
    };
    printer.note("nothing was changed");
    Err(instead)
}

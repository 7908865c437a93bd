//! `-o patch`: one `kubectl patch` command for each object.

use std::io;

use ccr2tcr::switch::PlannedPatch;
use ccr2tcr::terminal::{Printer, escaped};

use crate::views::{PlanView, resource};
use ccr2tcr::diagnostic::shell_word;

pub(super) fn print(printer: &Printer, view: &PlanView<'_>) -> io::Result<()> {
    let flags = &view.connection_flags;
    printer.data(&view.patches().map(|planned| command(flags, planned)).collect::<String>())
}

/// A line for a shell.
fn command(flags: &str, planned: PlannedPatch<'_>) -> String {
    let PlannedPatch { object, plural, patch, .. } = planned;
    let namespace = object
        .namespace
        .as_ref()
        .map(|name| format!(" --namespace={}", shell_word(name)))
        .unwrap_or_default();
    // A `test` must hold the very same text, so nothing may be taken out of it later.
    let json = escaped(&serde_json::to_string(&patch.forward()).unwrap_or_default());
    format!(
        "kubectl patch {} {}{namespace}{flags} --type=json --field-manager=tcr-switch --patch={}\n",
        shell_word(&resource(object, plural)),
        shell_word(&object.name),
        shell_word(&json)
    )
}

//! Warnings with their hints.

use ccr2tcr::diagnostic::Diagnostic;
use ccr2tcr::terminal::Printer;

/// Warns of what could not be read or done.
pub(super) fn tell<'a>(printer: &Printer, why: impl Iterator<Item = &'a Diagnostic>) {
    for why in why {
        printer.warning(&why.message);
        if let Some(hint) = &why.hint {
            printer.hint(hint);
        }
    }
}

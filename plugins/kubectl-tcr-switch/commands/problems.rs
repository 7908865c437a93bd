//! Showing why a command could not do its work.

use ccr2tcr::account::AccountError;
use ccr2tcr::terminal::Printer;

pub(super) use ccr2tcr::prompt::problems::plain;

/// Shows an account that can't be opened or used.
pub(super) fn account(printer: &Printer, error: &AccountError) {
    printer.error(&error.to_string(), &error.details(), error.hint().as_deref());
}

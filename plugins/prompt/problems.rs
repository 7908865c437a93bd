//! Telling why a command could not do its work: what happened, where, and what to type next.
//!
//! How the run then ends is for each plugin to say.

use ccr2tcr::account::{Account, AccountError, Settings};
use ccr2tcr::terminal::{Printer, is_closed};

/// Shows an account that can't be opened or used.
pub(crate) fn account(printer: &Printer, error: &AccountError) {
    printer.error(&error.to_string(), &error.details(), error.hint().as_deref());
}

/// Shows a plain error with a hint.
pub(crate) fn plain(printer: &Printer, message: &str, hint: Option<&str>) {
    printer.error(message, &[""; 0], hint);
}

/// Shows an error that has come all the way up, and says whether there was anything to show.
///
/// There isn't if nobody reads stdout any more, as in `… | head`: ripgrep, too, leaves quietly
/// then. A command that has a verdict of its own to give must look for this itself.
pub(crate) fn unforeseen(printer: &Printer, error: &anyhow::Error, hint: Option<&str>) -> bool {
    if error.chain().filter_map(|cause| cause.downcast_ref()).any(is_closed) {
        return false;
    }
    let causes: Vec<String> = error.chain().skip(1).map(ToString::to_string).collect();
    printer.error(&error.to_string(), &causes, hint);
    true
}

/// What to type next, if an account is at the bottom of it.
pub(crate) fn account_hint(error: &anyhow::Error) -> Option<String> {
    error.chain().find_map(|cause| cause.downcast_ref::<AccountError>())?.hint()
}

/// Tells of logins that were refused, once each.
pub(crate) fn tell_logins(printer: &Printer, account: &Account) {
    for notice in account.registries.take_notices() {
        printer.warning(&notice);
    }
}

/// Warns of an API key on the command line.
pub(crate) fn tell_secrets_in_flags(printer: &Printer, settings: &Settings) {
    if settings.has_secret_in_flags() {
        printer.warning("a secret in a flag can be seen by everybody on this machine; TENCENTCLOUD_SECRET_KEY is a better place");
    }
}

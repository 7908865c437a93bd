//! Telling why a command could not do its work: what happened, where, and what to type next.
//!
//! How the run then ends is for each plugin to say.

use std::error::Error;
use std::iter::successors;

use crate::diagnostic::{CommonError, Diagnostic};
use crate::terminal::{Printer, is_closed};

/// Shows a plain error with a hint.
pub fn plain(printer: &Printer, message: &str, hint: Option<&str>) {
    printer.error(message, &[""; 0], hint);
}

/// Shows a plain error with a hint, and explains it.
pub fn explained(
    printer: &Printer,
    message: &str,
    hint: Option<&str>,
    common: Option<CommonError>,
) {
    plain(printer, message, hint);
    printer.explain(common);
}

/// Shows what went wrong, and explains it.
pub fn told(printer: &Printer, diagnostic: &Diagnostic) {
    explained(printer, &diagnostic.message, diagnostic.hint.as_deref(), diagnostic.common);
}

/// Shows an error that no command handled, with its causes, and says whether there was anything to
/// show.
///
/// There isn't if nobody reads stdout any more, as in `… | head`: ripgrep, too, exits silently
/// then. A command that has a verdict of its own to give must look for this itself.
pub fn unforeseen(printer: &Printer, error: &(dyn Error + 'static), hint: Option<&str>) -> bool {
    let chain = || successors(Some(error), |error: &&(dyn Error + 'static)| (*error).source());
    if chain().filter_map(|cause| cause.downcast_ref()).any(is_closed) {
        return false;
    }
    let causes: Vec<String> = chain().skip(1).map(ToString::to_string).collect();
    printer.error(&error.to_string(), &causes, hint);
    true
}

/// Warns of a secret on the command line; `better` is where it belongs.
pub fn secret_in_flag(printer: &Printer, what: &str, better: &str) {
    let told = format!("{what} in a flag can be seen by everybody on this machine");
    printer.warning(&format!("{told}; {better} is a better place"));
}

//! Showing why a command could not start: what happened, where, and what to type next.

use ccr2tcr::account::{Account, AccountError};
use ccr2tcr::diagnostic::CommonError;
use ccr2tcr::prompt::problems;
use ccr2tcr::terminal::Printer;
use ccr2tcr::transfer::SyncError;

use crate::exit::ExitCode;

/// Shows the error and says how the run ended.
pub(super) fn could_not_start(printer: &Printer, error: &SyncError) -> ExitCode {
    match error {
        SyncError::Account(error) => account(printer, error),
        SyncError::Interrupted => {
            printer.note(&error.to_string());
            ExitCode::Interrupted
        }
        SyncError::Plan(error) => {
            const SHOWN: usize = 20;
            for problem in error.problems.iter().take(SHOWN) {
                let origin = problem.origin();
                let causes: &[String] = if origin.is_empty() { &[] } else { &[origin] };
                let problem = problem.diagnostic();
                printer.error(&problem.message, causes, problem.hint.as_deref());
            }
            for problem in error.problems.iter().take(SHOWN) {
                printer.explain(problem.diagnostic().common);
            }
            if let Some(more @ 1..) = error.problems.len().checked_sub(SHOWN) {
                printer.note(&format!("and {more} more of this kind"));
            }
            ExitCode::CouldNotStart
        }
    }
}

/// Shows the error and says how the run ended.
pub(super) fn account(printer: &Printer, error: &AccountError) -> ExitCode {
    printer.error(&error.to_string(), &error.details(), error.hint().as_deref());
    printer.explain(error.common());
    ExitCode::CouldNotStart
}

/// Says that the user has stopped the command before its end.
pub(super) fn interrupted(printer: &Printer, before: &str) -> ExitCode {
    printer.note(&format!("interrupted before {before}"));
    ExitCode::Interrupted
}

/// Shows a plain error with a hint.
pub(super) fn plain(printer: &Printer, message: &str, hint: Option<&str>) -> ExitCode {
    problems::plain(printer, message, hint);
    ExitCode::CouldNotStart
}

/// Shows a plain error with a hint, and explains it.
pub(super) fn explained(
    printer: &Printer,
    message: &str,
    hint: Option<&str>,
    common: Option<CommonError>,
) -> ExitCode {
    problems::explained(printer, message, hint, common);
    ExitCode::CouldNotStart
}

/// Tells of logins that were refused, once each.
pub(super) fn tell_logins(printer: &Printer, account: &Account) {
    for notice in account.registries.take_notices() {
        printer.warning(&notice);
    }
}

//! Showing why a command could not do its work.

use ccr2tcr::account::AccountError;
use ccr2tcr::kubernetes::ClusterError;
use ccr2tcr::switch::{ApplyError, PrepareError};
use ccr2tcr::terminal::Printer;
use ccr2tcr::workload::ObjectRef;

use crate::exit::ExitCode;

pub(super) use ccr2tcr::prompt::problems::plain;

/// Shows why there is no plan.
pub(super) fn prepare(printer: &Printer, error: PrepareError) -> anyhow::Result<ExitCode> {
    match error {
        PrepareError::Account(error) => account(printer, &error),
        PrepareError::Cluster(error) => return Err(error.into()),
        PrepareError::Refused(reasons) => {
            for reason in &reasons {
                plain(printer, &reason.message, reason.hint.as_deref());
            }
        }
    }
    Ok(ExitCode::Error)
}

/// Shows an account that can't be opened or used.
fn account(printer: &Printer, error: &AccountError) {
    printer.error(&error.to_string(), &error.details(), error.hint().as_deref());
}

/// Shows what a server-side dry run has refused. Whether everything passed.
pub(super) fn passed_dry_run(printer: &Printer, refused: &[(ObjectRef, ClusterError)]) -> bool {
    for (_, error) in refused {
        plain(printer, &error.to_string(), Some(&error.hint()));
    }
    if refused.is_empty() {
        printer.note("server-side dry run: the API server accepts every change");
    }
    refused.is_empty()
}

/// Shows why nothing was written.
pub(super) fn not_begun(printer: &Printer, error: &ApplyError) -> ExitCode {
    match error {
        ApplyError::Refused { refused, .. } => {
            for (_, error) in refused {
                plain(printer, &error.to_string(), Some(&error.hint()));
            }
            let hint =
                "fix what the server refuses, or leave it out: -l SELECTOR, --exclude-namespace";
            plain(printer, &error.to_string(), Some(hint));
        }
        ApplyError::RollbackFile(file) => plain(printer, &error.to_string(), Some(file.hint())),
    }
    ExitCode::Error
}

//! Showing why a command could not do its work.

use ccr2tcr::account::AccountError;
use ccr2tcr::switch::PrepareError;
use ccr2tcr::terminal::Printer;

use crate::exit::ExitCode;

pub(super) use ccr2tcr::prompt::problems::{explained, plain, told};

/// Shows why there is no plan.
pub(super) fn prepare(printer: &Printer, error: PrepareError) -> anyhow::Result<ExitCode> {
    match error {
        PrepareError::Account(error) => account(printer, &error),
        PrepareError::Cluster(error) => return Err(error.into()),
        PrepareError::Refused(reasons) => {
            for reason in &reasons {
                told(printer, reason);
            }
        }
    }
    Ok(ExitCode::Error)
}

/// Shows an account that can't be opened or used.
fn account(printer: &Printer, error: &AccountError) {
    printer.error(&error.to_string(), &error.details(), error.hint().as_deref());
    printer.explain(error.common());
}

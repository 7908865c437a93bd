//! What each command begins with: the instance, and how it is reached.

use std::path::Path;

use ccr2tcr::account::{Account, AccountError, RequiredApis, Settings};
use ccr2tcr::environment::Environment;
use ccr2tcr::network::{NetworkState, UndoFile};
use ccr2tcr::prompt::Stop;
use ccr2tcr::tencent::{Enterprise, Instance};
use ccr2tcr::terminal::Printer;
use ccr2tcr::transfer;

use super::super::problems;
use crate::exit::ExitCode;

/// The instance that the settings mean. Says why not, and how the run ends then.
pub(super) async fn open(
    settings: &Settings,
    stop: &Stop,
    printer: &Printer,
) -> Result<(Instance, Enterprise), ExitCode> {
    let environment = Environment::from_process();
    let opening = Account::open(settings, &environment, RequiredApis::Tcr);
    let account = unless_stopped(stop, printer, opening).await?;
    let account = account.map_err(|error| problems::account(printer, &error))?;
    match (account.instance, account.enterprise) {
        (Some(instance), Some(enterprise)) => Ok((instance, enterprise)),
        _ => Err(problems::account(printer, &AccountError::NoTarget)),
    }
}

/// Reads how an instance is reached. Says why not, and how the run ends then.
pub(super) async fn read(
    enterprise: &Enterprise,
    stop: &Stop,
    printer: &Printer,
) -> Result<NetworkState, ExitCode> {
    let state = unless_stopped(stop, printer, NetworkState::read(enterprise)).await?;
    state.map_err(|error| {
        problems::explained(printer, &error.to_string(), error.hint().as_deref(), error.common())
    })
}

/// The undo file that a command writes: the one that is named, else one in this folder. Says why
/// there can be none, and how the run ends then.
pub(super) fn undo_file(
    command: &str,
    instance: &Instance,
    named: Option<&Path>,
    printer: &Printer,
) -> Result<UndoFile, ExitCode> {
    let file = UndoFile::for_run(command, instance, named, Path::new(""));
    file.map_err(|error| {
        problems::explained(printer, &error.to_string(), Some(&error.hint()), error.common())
    })
}

/// Reads, unless the user stops it: nothing was changed then.
pub(super) async fn unless_stopped<T>(
    stop: &Stop,
    printer: &Printer,
    work: impl Future<Output = T>,
) -> Result<T, ExitCode> {
    let done = transfer::Stop::new(stop.soft.clone()).unless_asked(work).await;
    done.ok_or_else(|| problems::interrupted(printer, "anything was changed"))
}

//! What the server refuses: named, and whether the rest is written all the same.

use ccr2tcr::diagnostic::{counted, shortened};
use ccr2tcr::kubernetes::ClusterError;
use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{ApplyError, Refusals};
use ccr2tcr::terminal::Printer;
use ccr2tcr::workload::ObjectRef;

use super::problems::{explained, told};
use super::show;
use crate::cli::RefusalArgs;
use crate::exit::ExitCode;
use crate::views::at;
use ccr2tcr::diagnostic::shell_word;

/// How many objects are named in one line.
const NAMED: usize = 3;

/// After a run that was not begun: whether it is to go on without what is refused. Who has said
/// `--yes` is not asked. `Err` is how the run ends.
pub(super) async fn goes_on(
    printer: &Printer,
    stop: &Stop,
    yes: bool,
    error: &ApplyError,
) -> Result<(), ExitCode> {
    let refusals = match error {
        ApplyError::Refused(refusals) if !yes && refusals.rest() > 0 => refusals,
        error => return Err(not_begun(printer, error)),
    };
    tell(printer, refusals);
    show::agreed(printer, stop, &question(refusals), &skip_or_exclude(refusals)).await
}

/// Shows why nothing was written.
fn not_begun(printer: &Printer, error: &ApplyError) -> ExitCode {
    let (hint, common) = match error {
        ApplyError::Refused(refusals) => {
            tell(printer, refusals);
            (skip_or_exclude(refusals), None)
        }
        ApplyError::Unanswered(cluster) => (cluster.hint(), cluster.common()),
        ApplyError::RollbackFile(file) => (file.hint().to_owned(), Some(file.common())),
        ApplyError::Backup(backup) => (backup.hint().to_owned(), None),
    };
    explained(printer, &error.to_string(), Some(&hint), common);
    ExitCode::Error
}

/// Shows what a server-side dry run has refused, and how the run ends because of it, if it does.
pub(super) fn after_dry_run(
    printer: &Printer,
    refused: &[(ObjectRef, ClusterError)],
    args: &RefusalArgs,
) -> Option<ExitCode> {
    let is_accepted = |error: &ClusterError| match error {
        ClusterError::NoDryRun { .. } => args.allow_no_dry_run,
        ClusterError::Terminating { .. } => true,
        _ => false,
    };
    let (accepted, refused): (Vec<_>, Vec<_>) =
        refused.iter().partition(|(_, error)| is_accepted(error));
    for (_, error) in &accepted {
        printer.note(&error.to_string());
    }
    for (_, error) in &refused {
        told(printer, &error.into());
    }
    let is_left_out =
        args.skip_refused && refused.iter().all(|(_, error)| error.is_about_one_object());
    match refused.is_empty() {
        true => {
            printer.note(match accepted.is_empty() {
                true => "server-side dry run: the API server accepts every change",
                false => "server-side dry run: the API server accepts every other change",
            });
            None
        }
        false if is_left_out => Some(ExitCode::Left),
        false => Some(ExitCode::Error),
    }
}

/// Names each change that is refused, and what can't be made without it.
fn tell(printer: &Printer, refusals: &Refusals) {
    for (_, error) in &refusals.refused {
        told(printer, &error.into());
    }
    for object in &refusals.dependents {
        printer.warning(&format!("{} can't be changed without it", at(object)));
    }
}

/// `1 of 4 changes is refused: deployment.apps/b in shop; make the other 3?`
fn question(refusals: &Refusals) -> String {
    let names: Vec<String> = refusals.refused.iter().map(|(object, _)| at(object)).collect();
    let are = if names.len() == 1 { "is" } else { "are" };
    let (count, all) = (names.len(), refusals.all);
    let without = match refusals.dependents.len() {
        0 => String::new(),
        more => format!(", and {} them", counted(more, "other needs", "others need")),
    };
    let rest = match refusals.rest() {
        1 => "the other one".to_owned(),
        rest => format!("the other {rest}"),
    };
    format!(
        "{count} of {all} changes {are} refused{without}: {}; make {rest}?",
        shortened(&names, NAMED)
    )
}

/// What leaves the refused changes out in another run.
fn skip_or_exclude(refusals: &Refusals) -> String {
    let flags = refusals.refused.iter().take(NAMED).map(|(object, _)| {
        let namespace = object.namespace.iter().map(|namespace| format!("/{namespace}"));
        let (kind, name) = (kind(object), &object.name);
        let object = shell_word(&format!("{kind}{}/{name}", namespace.collect::<String>()));
        format!("--exclude-object {object}")
    });
    let mut flags: Vec<String> = flags.collect();
    if refusals.refused.len() > NAMED {
        flags.push("…".to_owned());
    }
    format!("fix what the server refuses, or leave it out: --skip-refused, or {}", flags.join(" "))
}

/// `deployment.apps`
fn kind(object: &ObjectRef) -> String {
    let shown = object.to_string();
    shown.split('/').next().unwrap_or_default().to_owned()
}

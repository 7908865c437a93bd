//! What was done to a cluster, on the screen.

use std::path::PathBuf;
use std::sync::OnceLock;

use ccr2tcr::kubernetes::ConnectionSettings;
use ccr2tcr::switch::{ApplyEvent, ObjectResult, Outcome, Report};
use ccr2tcr::terminal::Printer;

use crate::exit::ExitCode;
use crate::shell::connection_flags;
use crate::views::at;
use ccr2tcr::diagnostic::counted;
use ccr2tcr::diagnostic::shell_word;

/// Tells of each object as it is done.
pub(super) fn event(printer: &Printer, event: ApplyEvent<'_>) {
    match event {
        ApplyEvent::DryRun(count) => {
            let changes = counted(count, "change", "changes");
            printer.note(&format!("server-side dry run of {changes}"));
        }
        ApplyEvent::NoDryRun { webhook, changes } => {
            let changes = counted(changes, "change is", "changes are");
            printer.warning(&format!(
                "{changes} made without a dry run, one at a time: the admission webhook {webhook} does not support one"
            ));
        }
        ApplyEvent::Terminating(namespace) => printer
            .note(&format!("namespace {namespace} is being deleted; nothing is changed in it")),
        ApplyEvent::BackedUp { path, secrets } => {
            let secrets = counted(secrets, "Secret", "Secrets");
            let path = path.display();
            printer.warning(&format!("{path} holds {secrets} with their passwords, mode 0600"));
        }
        ApplyEvent::Saved(path) => {
            printer.note(&format!("rollback file: {}", path.display()));
        }
        ApplyEvent::Written(object) => printer.note(&format!("{}: written", at(object))),
        ApplyEvent::Waiting { object, how_far, is_long } => {
            let text = format!("{}: {how_far}", at(object));
            match is_long {
                true => printer.note(&text),
                false => tracing::info!("{text}"),
            }
        }
        ApplyEvent::Settled(done) => settled(printer, done),
    }
}

fn settled(printer: &Printer, done: &ObjectResult) {
    let at = at(&done.object);
    match &done.outcome {
        Outcome::RolledOut => printer.note(&format!("{at}: rolled out")),
        Outcome::Written(_) | Outcome::NotTried => {}
        Outcome::Unneeded => printer.note(&format!("{at}: needs no change")),
        Outcome::Kept(why) => printer.warning(&format!("{at}: kept as it is: {why}")),
        Outcome::NotYet(why) => printer.warning(&format!("{at}: {why}")),
        Outcome::Broken(why) => printer.error(&format!("{at}: {why}"), &[""; 0], None),
        Outcome::Failed(diagnostic) | Outcome::Refused(diagnostic) => {
            printer.error(
                &format!("{at}: {}", diagnostic.message),
                &[""; 0],
                diagnostic.hint.as_deref(),
            );
        }
    }
}

/// The sum, the rollback command if something is wrong, and how the run ended.
pub(super) fn end(
    printer: &Printer,
    report: &Report,
    is_left: bool,
    connection: &ConnectionSettings,
) -> ExitCode {
    let count =
        |is: fn(&Outcome) -> bool| report.objects.iter().filter(|done| is(&done.outcome)).count();
    let parts: Vec<String> = [
        (count(|outcome| *outcome == Outcome::RolledOut), "rolled out"),
        (count(|outcome| matches!(outcome, Outcome::Written(_))), "written"),
        (count(|outcome| matches!(outcome, Outcome::NotYet(_))), "not rolled out yet"),
        (count(|outcome| matches!(outcome, Outcome::Broken(_))), "broken"),
        (count(|outcome| matches!(outcome, Outcome::Failed(_))), "failed"),
        (count(|outcome| matches!(outcome, Outcome::Refused(_))), "refused"),
        (count(|outcome| matches!(outcome, Outcome::Kept(_))), "kept"),
        (count(|outcome| *outcome == Outcome::Unneeded), "already as planned"),
        (count(|outcome| *outcome == Outcome::NotTried), "not tried"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    let objects = counted(report.objects.len(), "object", "objects");
    printer.heading(&format!("{objects}: {}", parts.join(", ")));
    let is_bad = |done: &ObjectResult| {
        matches!(
            done.outcome,
            Outcome::NotYet(_)
                | Outcome::Broken(_)
                | Outcome::Kept(_)
                | Outcome::Failed(_)
                | Outcome::Refused(_)
                | Outcome::NotTried
        )
    };
    let is_bad = report.objects.iter().any(is_bad);
    if report.stopped {
        printer
            .note("stopped: a pod can't pull its image or start; no further objects were changed");
    }
    if let Some(file) = report.rollback_file.as_ref().filter(|_| is_bad) {
        printer.hint(&rollback_command(file, connection));
    }
    match (report.interrupted, is_bad || is_left) {
        (true, _) => ExitCode::Interrupted,
        (false, true) => ExitCode::Left,
        (false, false) => ExitCode::Done,
    }
}

fn rollback_command(file: &str, connection: &ConnectionSettings) -> String {
    let (file, flags) = (shell_word(file), connection_flags(connection));
    format!("to undo this run: kubectl tcr-switch rollback {file}{flags}")
}

/// The rollback command, for a run that is aborted.
pub(super) struct RollbackHint<'a> {
    file: OnceLock<PathBuf>,
    connection: &'a ConnectionSettings,
}

impl<'a> RollbackHint<'a> {
    /// Of a file that is still to be written.
    pub(super) fn new(connection: &'a ConnectionSettings) -> Self {
        Self { file: OnceLock::new(), connection }
    }

    /// Of one that is there.
    pub(super) fn of(file: PathBuf, connection: &'a ConnectionSettings) -> Self {
        Self { file: file.into(), connection }
    }

    pub(super) fn hear(&self, event: ApplyEvent<'_>) {
        if let ApplyEvent::Saved(path) = event {
            self.file.get_or_init(|| path.to_owned());
        }
    }

    /// What an aborted run says last.
    pub(super) fn aborted(&self, printer: &Printer) -> ExitCode {
        if let Some(file) = self.file.get() {
            let file = file.display().to_string();
            printer.note(&format!(
                "aborted; {file} is complete, and rollback finds out which objects were changed"
            ));
            printer.hint(&rollback_command(&file, self.connection));
        } else {
            printer.note("aborted before anything was changed");
        }
        ExitCode::Interrupted
    }
}

//! What was done to a cluster, on the screen.

use std::path::PathBuf;
use std::sync::OnceLock;

use ccr2tcr::kubernetes::ConnectionSettings;
use ccr2tcr::switch::{ApplyEvent, Done, Outcome, Report};
use ccr2tcr::terminal::Printer;

use super::show_plan::at;
use crate::exit::ExitCode;
use crate::shell::{connection_flags, quoted};
use ccr2tcr::diagnostic::counted;

/// Tells of each object as it is done.
pub(super) fn event(printer: &Printer, event: ApplyEvent<'_>) {
    match event {
        ApplyEvent::Judging(count) => {
            let changes = counted(count, "change", "changes");
            printer.note(&format!("the API server judges {changes}"));
        }
        ApplyEvent::Saved(path) => {
            printer.note(&format!("the way back is in {}", path.display()));
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

fn settled(printer: &Printer, done: &Done) {
    let at = at(&done.object);
    match &done.outcome {
        Outcome::RolledOut => printer.note(&format!("{at}: rolled out")),
        Outcome::Written(_) | Outcome::NotTried => {}
        Outcome::Unneeded => printer.note(&format!("{at}: needs no change")),
        Outcome::NotYet(why) => printer.warning(&format!("{at}: {why}")),
        Outcome::Broken(why) => printer.error(&format!("{at}: {why}"), &[""; 0], None),
        Outcome::Failed(trouble) => {
            printer.error(&format!("{at}: {}", trouble.message), &[""; 0], trouble.hint.as_deref());
        }
    }
}

/// The sum, the way back if something is wrong, and how the run ended.
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
        (count(|outcome| *outcome == Outcome::Unneeded), "without a need"),
        (count(|outcome| *outcome == Outcome::NotTried), "not tried"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    let objects = counted(report.objects.len(), "object", "objects");
    printer.heading(&format!("{objects}: {}", parts.join(", ")));
    let is_bad = |done: &Done| {
        matches!(
            done.outcome,
            Outcome::NotYet(_) | Outcome::Broken(_) | Outcome::Failed(_) | Outcome::NotTried
        )
    };
    let is_bad = report.objects.iter().any(is_bad);
    if report.stopped {
        printer.note("stopped: a pod can't pull or start; nothing more was changed");
    }
    if let Some(file) = report.rollback_file.as_ref().filter(|_| is_bad) {
        printer.hint(&way_back(file, connection));
    }
    match (report.interrupted, is_bad || is_left) {
        (true, _) => ExitCode::Interrupted,
        (false, true) => ExitCode::Left,
        (false, false) => ExitCode::Done,
    }
}

fn way_back(file: &str, connection: &ConnectionSettings) -> String {
    let (file, flags) = (quoted(file), connection_flags(connection));
    format!("to take back what was done: kubectl tcr-switch rollback {file}{flags}")
}

/// What to say of the rollback file to somebody who leaves in the middle.
pub(super) struct WayBack<'a> {
    file: OnceLock<PathBuf>,
    connection: &'a ConnectionSettings,
}

impl<'a> WayBack<'a> {
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

    /// The last words of a run that nobody waits for.
    pub(super) fn left_at_once(&self, printer: &Printer) -> ExitCode {
        if let Some(file) = self.file.get() {
            let file = file.display().to_string();
            printer.note(&format!(
                "left at once; {file} is whole, and knows what was changed from what wasn't"
            ));
            printer.hint(&way_back(&file, self.connection));
        } else {
            printer.note("left at once, before there was anything to take back");
        }
        ExitCode::Interrupted
    }
}

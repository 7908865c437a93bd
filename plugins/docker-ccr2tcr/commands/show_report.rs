//! The end of a run on the screen: what was done, what was not, and why.

use std::io;
use std::path::Path;
use std::time::Duration;

use ccr2tcr::diagnostic::{counted, human_bytes, human_count, human_duration};
use ccr2tcr::terminal::Printer;
use ccr2tcr::transfer::{Failure, Item, Outcome, Report};

use super::{problems, show_effort};
use crate::exit::ExitCode;

/// Failures shown in full; the report holds them all.
const SHOWN: usize = 20;

/// Images shown of those that failed alike.
const SHOWN_ALIKE: usize = 10;

/// Finds out before the work whether the report can be written after it; if not, how the run ends.
pub(super) fn refuse_file(printer: &Printer, path: Option<&Path>) -> Option<ExitCode> {
    let error = Report::probe(path?).err()?;
    Some(problems::plain(printer, &error.to_string(), Some(error.hint())))
}

/// What went wrong, for stderr.
pub(super) fn failures(printer: &Printer, report: &Report) {
    let mut hints = Vec::new();
    let namespaces = report.namespaces.iter().filter_map(|entry| entry.error.as_ref());
    for failure in namespaces {
        show(printer, &failure.message, None, failure, &mut hints);
    }
    for entry in &report.repositories {
        if let Some(failure) = &entry.error {
            let what = format!("the description of {} was not carried", entry.name);
            show(printer, &what, Some(&failure.message), failure, &mut hints);
        }
    }
    for entry in &report.unread {
        show(
            printer,
            &format!("could not be read: {}", entry.what),
            Some(&entry.error.message),
            &entry.error,
            &mut hints,
        );
    }
    for hint in hints {
        printer.hint(hint);
    }
    items(printer, &report.items);
}

/// Shows what failed, and keeps the hint for later: the same one often goes with many.
fn show<'a>(
    printer: &Printer,
    what: &str,
    message: Option<&str>,
    failure: &'a Failure,
    hints: &mut Vec<&'a str>,
) {
    let causes: Vec<&str> = message.into_iter().collect();
    printer.error(what, &causes, None);
    let known = |hint: &&str| !hints.contains(hint);
    let hint = failure.hint.as_deref().filter(known);
    hints.extend(hint);
}

/// Images that failed, those with the same reason together, and each hint once.
fn items(printer: &Printer, items: &[Item]) {
    let mut groups: Vec<(&Failure, Vec<&str>)> = Vec::new();
    for item in items {
        let (Some(failure), true) = (&item.error, item.outcome != Outcome::Skipped) else {
            continue;
        };
        match groups.iter_mut().find(|(known, _)| known.message == failure.message) {
            Some((_, sources)) => sources.push(&item.source),
            None => groups.push((failure, vec![&item.source])),
        }
    }
    let mut hints: Vec<&str> = Vec::new();
    for (failure, sources) in groups.iter().take(SHOWN) {
        match sources.as_slice() {
            [source] => printer.error(source, &[&failure.message], None),
            _ => {
                let shown = sources.iter().take(SHOWN_ALIKE).map(|source| (*source).to_owned());
                let more = sources.len().saturating_sub(SHOWN_ALIKE);
                let more = (more > 0).then(|| format!("and {more} more"));
                let causes: Vec<String> = shown.chain(more).collect();
                let count = human_count(sources.len() as u64);
                printer.error(&format!("{count} images: {}", failure.message), &causes, None);
            }
        }
        hints.extend(failure.hint.as_deref().filter(|hint| !hints.contains(hint)));
    }
    if let Some(more @ 1..) = groups.len().checked_sub(SHOWN) {
        printer.note(&format!("and {more} more; --report FILE names them all"));
    }
    for hint in hints {
        printer.hint(hint);
    }
}

/// What was done, what was saved, and where the time went, in a few lines for stdout.
pub(super) fn summary(printer: &Printer, report: &Report, took: Duration) -> io::Result<()> {
    summary_lines(report, took).iter().try_for_each(|line| printer.data_line(line))
}

fn summary_lines(report: &Report, took: Duration) -> Vec<String> {
    let summary = &report.summary;
    let counts = [
        (summary.copied, "copied"),
        (summary.equal, "equal"),
        (summary.kept, "kept as TCR has them"),
        (summary.conflict, "in conflict"),
        (summary.failed, if report.command == "verify" { "not equal" } else { "failed" }),
        (summary.skipped, "not tried"),
    ];
    let text: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", human_count(*count)))
        .collect();
    let images = counted(report.items.len() as u64, "image", "images");
    let mut parts = vec![match (text.is_empty(), summary.unread) {
        (false, _) => format!("{images}: {}", text.join(", ")),
        (true, 0) => "nothing to do".to_owned(),
        (true, _) => "no image was found".to_owned(),
    }];
    if summary.bytes > 0 || summary.mounted_bytes > 0 {
        parts.push(format!("{} sent", human_bytes(summary.bytes)));
    }
    if summary.mounted_bytes > 0 {
        parts.push(format!("{} mounted in TCR", human_bytes(summary.mounted_bytes)));
    }
    if summary.present_bytes > 0 {
        parts.push(format!("{} already there", human_bytes(summary.present_bytes)));
    }
    parts.push(human_duration(took));
    let mut lines = vec![parts.join("; ")];
    let saved = summary.image_bytes.saturating_sub(summary.bytes);
    if saved > 0 {
        let all = human_bytes(summary.image_bytes);
        lines.push(format!("saved: {} of {all} did not have to cross", human_bytes(saved)));
    }
    lines.extend(show_effort::lines(report, took));
    if summary.unread > 0 {
        let things = counted(summary.unread, "thing", "things");
        lines.push(format!("{things} could not be read: images may be missing"));
    }
    if report.interrupted {
        lines.push("interrupted: run it again, what is done is not done twice".to_owned());
    }
    lines
}

#[cfg(test)]
pub(super) mod tests {
    use ccr2tcr::transfer::report::{Effort, Mode, SCHEMA_VERSION, Summary};

    use super::*;

    /// A report of one image, for tests to fill in.
    pub(in super::super) fn report() -> Report {
        let item = Item {
            source: "a.b/c/d:v1".to_owned(),
            target: "e.f/c/d:v1".to_owned(),
            digest: None,
            outcome: Outcome::Copied,
            size: 0,
            bytes: 0,
            mounted: 0,
            present: 0,
            note: None,
            error: None,
        };
        Report {
            schema_version: SCHEMA_VERSION,
            tool: "ccr2tcr".to_owned(),
            command: "sync".to_owned(),
            mode: Mode::Account,
            started_at: String::new(),
            finished_at: String::new(),
            interrupted: false,
            summary: Summary { copied: 1, ..Summary::default() },
            unread: Vec::new(),
            namespaces: Vec::new(),
            repositories: Vec::new(),
            items: vec![item],
            warnings: Vec::new(),
            effort: Effort::default(),
        }
    }

    #[test]
    fn the_summary_says_what_was_saved() {
        const MIB: u64 = 1 << 20;
        let mut report = report();
        report.summary.bytes = 14 * MIB;
        report.summary.mounted_bytes = 23 * MIB;
        report.summary.present_bytes = 2 * MIB;
        report.summary.image_bytes = 235 * MIB;
        assert_eq!(
            summary_lines(&report, Duration::from_millis(841)),
            [
                "1 image: 1 copied; 14.0 MiB sent; 23.0 MiB mounted in TCR; 2.0 MiB already there; 841ms",
                "saved: 221 MiB of 235 MiB did not have to cross",
            ]
        );
    }

    #[test]
    fn where_nothing_was_saved_nothing_is_said_of_it() {
        let mut report = report();
        report.summary.bytes = 200;
        report.summary.image_bytes = 200;
        let lines = summary_lines(&report, Duration::from_secs(1));
        assert_eq!(lines, ["1 image: 1 copied; 200 B sent; 1s"]);
    }

    #[test]
    fn a_run_that_was_stopped_says_so_last() {
        let report = Report { interrupted: true, ..report() };
        let lines = summary_lines(&report, Duration::from_secs(1));
        assert_eq!(
            lines.last().unwrap(),
            "interrupted: run it again, what is done is not done twice"
        );
    }
}

//! What is said of a report on stderr: what failed, and why.

use std::path::Path;

use ccr2tcr::diagnostic::human_count;
use ccr2tcr::terminal::Printer;
use ccr2tcr::transfer::{Failure, ImageResult, NoticeCode, Outcome, Report};

use super::problems;
use crate::exit::ExitCode;

/// Failures shown in full; the report holds them all.
const SHOWN: usize = 20;

/// Images shown of those that failed alike.
const SHOWN_ALIKE: usize = 10;

/// Finds out before the work whether the report can be written after it; if not, how the run ends.
pub(super) fn refuse_file(printer: &Printer, path: Option<&Path>) -> Option<ExitCode> {
    let error = Report::probe(path?).err()?;
    Some(problems::explained(printer, &error.to_string(), Some(error.hint()), error.common()))
}

/// What to know of the plan, for stderr.
pub(super) fn notices(printer: &Printer, report: &Report) {
    for notice in &report.warnings {
        match notice.code {
            NoticeCode::SourceChecked => printer.note(&notice.message),
            _ => printer.warning(&notice.message),
        }
    }
}

/// What went wrong, for stderr.
pub(super) fn failures(printer: &Printer, report: &Report) {
    let mut hints = Vec::new();
    let namespaces = report.namespaces.iter().filter_map(|entry| entry.error.as_ref());
    for failure in namespaces {
        show(printer, &failure.diagnostic.message, None, failure, &mut hints);
    }
    for entry in &report.repositories {
        if let Some(failure) = &entry.error {
            let what = format!("the description of {} was not copied", entry.name);
            show(printer, &what, Some(&failure.diagnostic.message), failure, &mut hints);
        }
    }
    for entry in &report.unread {
        show(
            printer,
            &format!("could not be read: {}", entry.what),
            Some(&entry.error.diagnostic.message),
            &entry.error,
            &mut hints,
        );
    }
    for hint in hints {
        printer.hint(hint);
    }
    let unread = report.unread.iter().map(|entry| &entry.error);
    for failure in report.namespaces.iter().filter_map(|entry| entry.error.as_ref()).chain(unread) {
        printer.explain(failure.diagnostic.common);
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
    let hint = failure.diagnostic.hint.as_deref().filter(known);
    hints.extend(hint);
}

/// Images that failed, those with the same reason together, and each hint once.
pub(super) fn items(printer: &Printer, items: &[ImageResult]) {
    let mut groups: Vec<(&Failure, Vec<&str>)> = Vec::new();
    for item in items {
        let (Some(failure), true) = (&item.error, item.outcome != Outcome::Skipped) else {
            continue;
        };
        match groups
            .iter_mut()
            .find(|(known, _)| known.diagnostic.message == failure.diagnostic.message)
        {
            Some((_, sources)) => sources.push(&item.source),
            None => groups.push((failure, vec![&item.source])),
        }
    }
    let mut hints: Vec<&str> = Vec::new();
    for (failure, sources) in groups.iter().take(SHOWN) {
        match sources.as_slice() {
            [source] => printer.error(source, &[&failure.diagnostic.message], None),
            _ => {
                let shown = sources.iter().take(SHOWN_ALIKE).map(|source| (*source).to_owned());
                let more = sources.len().saturating_sub(SHOWN_ALIKE);
                let more = (more > 0).then(|| format!("and {more} more"));
                let causes: Vec<String> = shown.chain(more).collect();
                let count = human_count(sources.len() as u64);
                printer.error(
                    &format!("{count} images: {}", failure.diagnostic.message),
                    &causes,
                    None,
                );
            }
        }
        hints.extend(failure.diagnostic.hint.as_deref().filter(|hint| !hints.contains(hint)));
    }
    if let Some(more @ 1..) = groups.len().checked_sub(SHOWN) {
        printer.note(&format!("and {more} more; --report FILE names them all"));
    }
    for hint in hints {
        printer.hint(hint);
    }
    for (failure, _) in groups.iter().take(SHOWN) {
        printer.explain(failure.diagnostic.common);
    }
}

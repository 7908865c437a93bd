//! What is said of a plan on stderr: what will happen, and what to know before.

use ccr2tcr::diagnostic::{counted, human_bytes, human_count};
use ccr2tcr::terminal::Printer;
use ccr2tcr::transfer::Plan;

/// One line for each thing that will happen, for stderr.
pub(super) fn summary(printer: &Printer, plan: &Plan) {
    let totals = &plan.totals;
    printer.heading(&format!(
        "Plan: {} of {}",
        counted(totals.tags, "tag", "tags"),
        counted(totals.repositories, "repository", "repositories")
    ));
    let size = match totals.bytes {
        0 => String::new(),
        bytes => format!(" (at most {}; shared layers cross once)", human_bytes(bytes)),
    };
    let lines = [
        (totals.to_copy, format!("to copy{size}")),
        (totals.to_overwrite, "of these to replace another image in TCR".to_owned()),
        (totals.to_complete, "equal, without signatures or SBOMs that CCR has: to copy".to_owned()),
        (totals.equal, "equal on both sides".to_owned()),
        (totals.kept, "different, and TCR's is kept".to_owned()),
        (totals.conflicts, "different, and to be decided on: --on-conflict".to_owned()),
        (totals.unreadable, "could not be compared, because a registry failed".to_owned()),
        (totals.left_behind, "left in CCR by --newest or --since".to_owned()),
    ];
    for (count, text) in lines.iter().filter(|(count, _)| *count > 0) {
        printer.note(&format!("  {:>7} {text}", human_count(*count)));
    }
    for namespace in &plan.namespaces {
        let visibility = if namespace.public { "public" } else { "private" };
        printer.note(&format!("  create namespace {} ({visibility})", namespace.name));
    }
    let described = plan.repositories.iter().filter(|copy| copy.description.is_some()).count();
    match described {
        0 => {}
        1 => printer.note("  copy the description of 1 repository"),
        _ => printer.note(&format!("  copy the descriptions of {described} repositories")),
    }
}

/// What to know before, and what could not be read, for stderr.
pub(super) fn notices(printer: &Printer, plan: &Plan) {
    for notice in &plan.notices {
        printer.warning(&notice.message);
    }
    for unread in &plan.unread {
        printer.warning(&format!(
            "could not be read: {}: {}",
            unread.what, unread.failure.diagnostic.message
        ));
    }
}

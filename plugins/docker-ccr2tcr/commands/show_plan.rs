//! The plan on the screen and as JSON: what will happen, what it costs, what to know before.

use std::io;

use ccr2tcr::diagnostic::{counted, human_bytes, human_count};
use ccr2tcr::terminal::{Column, Printer, Table};
use ccr2tcr::transfer::{Action, Plan, RepositoryCopy, TagCopy};
use serde_json::{Value, json};

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
        (totals.to_overwrite, "of these replace another image in TCR".to_owned()),
        (totals.equal, "are equal on both sides".to_owned()),
        (totals.kept, "differ and stay as TCR has them".to_owned()),
        (totals.conflicts, "differ and need a decision: --on-conflict".to_owned()),
        (totals.unreadable, "could not be compared, because a registry failed".to_owned()),
        (totals.left_behind, "stay behind by --newest or --since".to_owned()),
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
        1 => printer.note("  carry the description of 1 repository"),
        _ => printer.note(&format!("  carry the descriptions of {described} repositories")),
    }
}

/// What to know before, and what could not be read, for stderr.
pub(super) fn notices(printer: &Printer, plan: &Plan) {
    for notice in &plan.notices {
        printer.warning(notice);
    }
    for unread in &plan.unread {
        printer.warning(&format!("could not be read: {}: {}", unread.what, unread.failure.message));
    }
}

/// The whole plan as a table, for stdout.
pub(super) fn table(printer: &Printer, plan: &Plan) -> io::Result<()> {
    let mut table = Table::new([
        Column::text("source"),
        Column::text("target"),
        Column::number("tags"),
        Column::number("copy"),
        Column::number("equal"),
        Column::number("kept"),
        Column::number("conflict"),
        Column::number("size"),
    ]);
    for copy in &plan.repositories {
        let count = |wanted: fn(&Action) -> bool| {
            copy.tags.iter().filter(|tag| wanted(&tag.action)).count().to_string()
        };
        let bytes: u64 =
            copy.tags.iter().filter(|tag| tag.action.writes()).map(|tag| tag.size).sum();
        table.row([
            format!("{}/{}", copy.source_host, copy.source),
            format!("{}/{}", copy.target_host, copy.target),
            copy.tags.len().to_string(),
            count(Action::writes),
            count(|action| matches!(action, Action::Equal)),
            count(|action| matches!(action, Action::Keep(_))),
            count(|action| matches!(action, Action::Conflict(_) | Action::Unreadable(_))),
            human_bytes(bytes),
        ]);
    }
    printer.table(&table)
}

/// The whole plan as JSON, for stdout.
pub(super) fn as_json(plan: &Plan) -> Value {
    let namespace = |namespace: &ccr2tcr::transfer::MissingNamespace| {
        json!({
            "name": namespace.name,
            "public": namespace.public,
            "publicToday": namespace.public_today,
        })
    };
    let unread = |unread: &ccr2tcr::transfer::Unread| json!({"what": unread.what, "held": unread.held, "error": unread.failure});
    let totals = &plan.totals;
    json!({
        "schemaVersion": 1,
        "kind": "plan",
        "totals": {
            "repositories": totals.repositories,
            "tags": totals.tags,
            "toCopy": totals.to_copy,
            "toOverwrite": totals.to_overwrite,
            "equal": totals.equal,
            "kept": totals.kept,
            "conflicts": totals.conflicts,
            "unreadable": totals.unreadable,
            "leftBehind": totals.left_behind,
            "bytes": totals.bytes,
        },
        "namespaces": plan.namespaces.iter().map(namespace).collect::<Vec<_>>(),
        "items": plan
            .repositories
            .iter()
            .flat_map(|copy| copy.tags.iter().map(move |tag| item(copy, tag)))
            .collect::<Vec<_>>(),
        "unread": plan.unread.iter().map(unread).collect::<Vec<_>>(),
        "warnings": plan.notices,
    })
}

fn item(copy: &RepositoryCopy, tag: &TagCopy) -> Value {
    let (action, reason) = match &tag.action {
        Action::Copy => ("copy", None),
        Action::Overwrite(reason) => ("overwrite", Some(*reason)),
        Action::MergeFallback => ("merge", None),
        Action::Equal => ("equal", None),
        Action::Keep(reason) => ("keep", Some(*reason)),
        Action::Conflict(reason) => ("conflict", Some(*reason)),
        Action::Unreadable(failure) => ("unreadable", Some(failure.message.as_str())),
    };
    json!({
        "source": copy.source_of(tag).to_string(),
        "target": copy.target_of(tag).to_string(),
        "digest": tag.digest,
        "bytes": tag.size,
        "action": action,
        "reason": reason,
    })
}

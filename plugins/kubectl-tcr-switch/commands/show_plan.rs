//! What is said of a plan besides the plan itself.

use ccr2tcr::switch::{ObjectPlan, PreparedSwitch, SwitchPlan, Unread, Verdict};
use ccr2tcr::terminal::Printer;

use super::remarks::remarks;
use super::{made_before, running, show, sync_lines};
use crate::cli::CommonArgs;
use crate::hints::rewrite;

/// Why objects stay as they are, what to know, and the sum.
pub(super) fn talk(printer: &Printer, prepared: &PreparedSwitch, common: &CommonArgs) {
    let plan = &prepared.plan;
    let remarks = remarks(plan, common);
    for remark in &remarks {
        match remark.is_warning {
            true => printer.warning(&remark.diagnostic.message),
            false => printer.note(&remark.diagnostic.message),
        }
        if let Some(hint) = &remark.diagnostic.hint {
            printer.hint(hint);
        }
    }
    for remark in &remarks {
        printer.explain(remark.diagnostic.common);
    }
    let has_files = |entry: &ObjectPlan| matches!(&entry.verdict, Verdict::Managed(manager) if manager.has_files());
    if plan.objects.iter().any(has_files) {
        printer.hint(&rewrite(common));
    }
    running::tell(printer, &plan.left_running().collect::<Vec<_>>(), common);
    made_before::tell(printer, &plan.made_before, common);
    sync_lines::show(printer, prepared, common);
    show::unread(printer, &plan.unread, &common.connection);
    show::tencents(printer, plan.tencents);
    show::sampled(printer, prepared.inventory.sampled);
    printer.heading(&sum(plan));
}

/// `12 to switch, 3 blocked, …`
fn sum(plan: &SwitchPlan) -> String {
    if plan.objects.is_empty() {
        let is_run = !plan.running.is_empty();
        let nothing = match (plan.unread.iter().any(Unread::may_hide_images), is_run) {
            (true, _) => "nothing that could be read names CCR",
            (false, true) => "nothing in scope names CCR; pods still run images of it",
            (false, false) => "nothing in scope names CCR",
        };
        return nothing.to_owned();
    }
    let count =
        |word: &str| plan.objects.iter().filter(|entry| entry.verdict.word() == word).count();
    let parts: Vec<String> = [
        ("switch", "to switch"),
        ("blocked", "blocked"),
        ("managed", "managed by others"),
        ("immutable", "immutable"),
        ("excluded", "left out"),
        ("refused", "refused"),
        ("mentioned", "mentioning CCR only"),
        ("finished", "finished"),
    ]
    .iter()
    .filter_map(|(word, text)| match count(word) {
        0 => None,
        count => Some(format!("{count} {text}")),
    })
    .collect();
    format!("Plan: {}", parts.join(", "))
}

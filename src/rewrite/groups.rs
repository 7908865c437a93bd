//! What is said at the end, for people: what was rewritten, what is kept, what is left to do by hand
//! and why, with the places.

use std::collections::BTreeMap;

use super::view::{Summary, reason};
use super::words;
use crate::account::{MOST_IN_A_LINE, Settings, account_flags, printed, withheld};
use crate::diagnostic::{counted, human_count};
use crate::image::Reference;
use crate::sources::{FilePlan, Finding, PreparedRewrite, UnprovenWhy, Verdict};
use crate::terminal::Printer;

/// No more places of one reason are shown.
const SHOWN: usize = 12;

/// Places of the same reason.
#[derive(Default)]
struct Group {
    hint: Option<String>,
    places: Vec<String>,
}

/// By why they are there.
type Groups = BTreeMap<String, Group>;

/// Tells what becomes of the tree; what matters most comes last. `is_diff_shown`: what is rewritten
/// was shown as a diff.
pub(super) fn tell(
    printer: &Printer,
    prepared: &PreparedRewrite,
    summary: &Summary,
    settings: &Settings,
    is_diff_shown: bool,
) {
    let target = prepared.target.as_ref().map(crate::image::Host::as_str);
    let [mut rewritten, mut kept, mut minor, mut by_hand, mut unproven] =
        std::array::from_fn(|_| Groups::new());
    for file in &prepared.plan.files {
        if let Some(why) = &file.unreadable {
            printer.note(&format!("{} was read as plain text: {why}", file.path.display()));
        }
        for finding in &file.findings {
            let words = reason(finding, target);
            let groups = match &finding.verdict {
                Verdict::Rewrite(_) if file.refused.is_some() || is_diff_shown => continue,
                Verdict::Rewrite(_) => &mut rewritten,
                Verdict::Keep(_) => &mut kept,
                Verdict::Unproven(_) => &mut unproven,
                Verdict::ByHand(by) if words::is_used(by) => &mut by_hand,
                Verdict::ByHand(_) => &mut minor,
            };
            let (why, hint) = words.map_or_else(Default::default, |it| (it.why, it.hint));
            let group = groups.entry(why).or_default();
            group.hint = hint;
            group.places.push(place(file, finding));
        }
    }
    let done = if summary.written { "rewritten" } else { "names CCR" };
    show(printer, done, &rewritten);
    show(printer, "kept", &kept);
    show(printer, "by hand", &minor);
    show(printer, "by hand", &by_hand);
    refused(printer, prepared);
    show(printer, "not rewritten", &unproven);
    sync_lines(printer, prepared, settings);
    if summary.without_tag > 0 && prepared.is_proven {
        let places = counted(summary.without_tag, "reference", "references");
        printer.note(&format!(
            "of {places} no image was looked up: the tag is a template, or stands elsewhere"
        ));
    }
}

fn place(file: &FilePlan, finding: &Finding) -> String {
    let at = match finding.place.as_str() {
        "" => String::new(),
        place => format!(" ({place})"),
    };
    let in_use = if finding.is_in_use == Some(true) { ", in use" } else { "" };
    format!("{}:{}: {}{at}{in_use}", file.path.display(), finding.line, finding.text)
}

fn show(printer: &Printer, title: &str, groups: &Groups) {
    for (why, group) in groups {
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        let count = human_count(group.places.len() as u64);
        printer.heading(&format!("{title}{why} ({count})"));
        for place in group.places.iter().take(SHOWN) {
            printer.note(&format!("  {place}"));
        }
        if let Some(more @ 1..) = group.places.len().checked_sub(SHOWN) {
            printer.note(&format!("  and {more} more: -o json has all"));
        }
        if let Some(hint) = &group.hint {
            printer.hint(hint);
        }
    }
}

/// Files that would be rewritten and may not be, and what was not looked at.
fn refused(printer: &Printer, prepared: &PreparedRewrite) {
    let plan = &prepared.plan;
    let files = plan.files.iter().filter(|file| file.has_edits());
    let files = files.filter_map(|file| Some((&file.path, file.refused.as_ref()?)));
    let others = plan.left_out.iter().map(|(path, why)| (path, why));
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (path, why) in files.chain(others) {
        groups.entry(why.hint()).or_default().push(format!("{} {}", path.display(), why.why()));
    }
    for (hint, lines) in groups {
        for line in lines.iter().take(SHOWN) {
            printer.warning(line);
        }
        if let Some(more @ 1..) = lines.len().checked_sub(SHOWN) {
            printer.note(&format!("and {more} more: -o json has all"));
        }
        printer.hint(hint);
    }
}

/// The lines that bring the images that are lacking, ready to be pasted.
fn sync_lines(printer: &Printer, prepared: &PreparedRewrite, settings: &Settings) {
    let images = |wanted: fn(&UnprovenWhy) -> bool| {
        let mut images: Vec<&Reference> = prepared
            .plan
            .findings()
            .filter_map(|finding| match &finding.verdict {
                Verdict::Unproven(unproven) if wanted(&unproven.why) => Some(&*unproven.old),
                _ => None,
            })
            .collect();
        images.sort();
        images.dedup();
        images
    };
    let missing = images(|why| *why == UnprovenWhy::Missing);
    let stale = images(|why| *why == UnprovenWhy::Stale);
    let flags = account_flags(settings);
    let line = |images: &[&Reference], policy: &str| {
        let list = printed(images.iter().copied());
        format!("{list} | docker ccr2tcr sync --images -{policy}{flags}")
    };
    for images in missing.chunks(MOST_IN_A_LINE) {
        printer.hint(&line(images, ""));
    }
    for images in stale.chunks(MOST_IN_A_LINE) {
        let line = line(images, " --on-conflict=overwrite");
        printer.hint(&format!("where CCR's image is the right one: {line}"));
    }
    let withheld = withheld(settings);
    if (!missing.is_empty() || !stale.is_empty()) && !withheld.is_empty() {
        printer.hint(&format!("add again, it is not repeated here: {}", withheld.join(", ")));
    }
}

//! What is said at the end, for people: what was rewritten, what is kept, what is left to do by hand
//! and why, with the places.

use std::collections::BTreeMap;

use super::view::{Summary, reason};
use super::words::{self, Words};
use crate::account::{Settings, account_flags, withheld};
use crate::diagnostic::{counted, human_count, shell_word};
use crate::image::Reference;
use crate::sources::{FilePlan, Finding, PreparedRewrite, UnprovenWhy, Verdict};
use crate::terminal::Printer;

/// No more places of one reason are shown.
const SHOWN: usize = 12;

/// With more images than this a line is none that anybody reads.
const MOST_IN_A_LINE: usize = 20;

/// Places of the same reason.
#[derive(Default)]
struct Group {
    hint: Option<String>,
    is_minor: bool,
    places: Vec<String>,
}

/// Tells what becomes of the tree. `done` is what was done to the files.
pub(super) fn tell(
    printer: &Printer,
    prepared: &PreparedRewrite,
    summary: &Summary,
    settings: &Settings,
) {
    let target = prepared.target.as_ref().map(crate::image::Host::as_str);
    let mut kept = BTreeMap::new();
    let mut by_hand = BTreeMap::new();
    let mut unproven = BTreeMap::new();
    for file in &prepared.plan.files {
        for finding in &file.findings {
            let Some(words) = reason(finding, target) else { continue };
            match &finding.verdict {
                Verdict::Keep(_) => add(&mut kept, file, finding, words, true),
                Verdict::Unproven(_) => add(&mut unproven, file, finding, words, false),
                Verdict::ByHand(by) => {
                    let is_minor = !words::is_used(by);
                    add(&mut by_hand, file, finding, words, is_minor);
                }
                Verdict::Rewrite(_) => {}
            }
        }
    }
    groups(printer, "kept", &kept);
    groups(printer, "to do by hand", &by_hand);
    groups(printer, "not rewritten", &unproven);
    refused(printer, prepared);
    sync_lines(printer, prepared, settings);
    if summary.without_tag > 0 {
        let places = counted(summary.without_tag, "reference has", "references have");
        printer.note(&format!(
            "{places} no tag that could be looked up in TCR: it is a template, or stands elsewhere"
        ));
    }
}

fn add(
    groups: &mut BTreeMap<(bool, String), Group>,
    file: &FilePlan,
    finding: &Finding,
    words: Words,
    is_minor: bool,
) {
    let group = groups.entry((is_minor, words.why)).or_default();
    group.hint = words.hint;
    group.is_minor = is_minor;
    let place = match finding.place.as_str() {
        "" => String::new(),
        place => format!(" ({place})"),
    };
    let running = if finding.is_in_use == Some(true) { ", in use" } else { "" };
    group.places.push(format!(
        "{}:{}: {}{place}{running}",
        file.path.display(),
        finding.line,
        finding.text
    ));
}

fn groups(printer: &Printer, title: &str, groups: &BTreeMap<(bool, String), Group>) {
    for ((_, why), group) in groups {
        printer.heading(&format!("{title}: {why} ({})", human_count(group.places.len() as u64)));
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
    let mut groups: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    for (path, why) in files.chain(others) {
        let group = groups.entry(why.hint().to_owned()).or_default();
        group.0 = why.hint().to_owned();
        group.1.push(format!("{} {}", path.display(), why.why()));
    }
    for (hint, (_, lines)) in groups {
        for line in lines.iter().take(SHOWN) {
            printer.warning(line);
        }
        if let Some(more @ 1..) = lines.len().checked_sub(SHOWN) {
            printer.note(&format!("and {more} more: -o json has all"));
        }
        printer.hint(&hint);
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
        let words: Vec<String> =
            images.iter().map(|image| shell_word(&image.to_string())).collect();
        format!(
            r"printf '%s\n' {} | docker ccr2tcr sync --images -{policy}{flags}",
            words.join(" ")
        )
    };
    for images in missing.chunks(MOST_IN_A_LINE) {
        printer.hint(&line(images, ""));
    }
    for images in stale.chunks(MOST_IN_A_LINE) {
        let line = line(images, " --on-conflict=overwrite");
        printer.hint(&format!("where CCR's image is the right one: {line}"));
    }
    let withheld = withheld(settings);
    if !(missing.is_empty() && stale.is_empty()) && !withheld.is_empty() {
        printer.hint(&format!("add again, it is not repeated here: {}", withheld.join(", ")));
    }
}

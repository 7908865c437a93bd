//! Reports of `sync` and `verify`: the images of all runs, each as the latest run has it.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use serde::Deserialize;

use super::parts::Diagnostic;
use crate::page::entry::{Counts, Entry, Tone};
use crate::page::section::{Kind, Section, Step};
use crate::page::text::Text;

/// One run.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run {
    command: Text,
    started_at: Text,
    finished_at: Text,
    #[serde(default)]
    interrupted: bool,
    #[serde(default)]
    summary: Summary,
    #[serde(default)]
    unread: Vec<Unread>,
    #[serde(default)]
    namespaces: Vec<Named>,
    #[serde(default)]
    repositories: Vec<Named>,
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    warnings: Vec<Warning>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Summary {
    bytes: u64,
}

#[derive(Debug, Deserialize)]
struct Item {
    source: Text,
    target: Text,
    outcome: Text,
    #[serde(default)]
    size: u64,
    note: Option<Text>,
    error: Option<Diagnostic>,
}

#[derive(Debug, Deserialize)]
struct Unread {
    what: Text,
    #[serde(default)]
    error: Diagnostic,
}

/// A namespace that was to be created, a repository whose description was to be carried.
#[derive(Debug, Deserialize)]
struct Named {
    name: Text,
    outcome: Text,
    error: Option<Diagnostic>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Warning {
    Coded {
        message: Text,
    },
    /// In version 1.
    Plain(Text),
}

/// The images that go from one place to one registry, as the latest run that looked has them.
struct Latest {
    run: usize,
    entries: Vec<Entry>,
}

/// One section of all runs.
pub(super) fn section(mut runs: Vec<Run>) -> Section {
    // Those that don't say when they were come last, in the order of their files.
    let start = |run: &Run| time(&run.started_at);
    runs.sort_by_key(|run| (start(run).is_none(), start(run)));
    // By source and the target's host: one account may be copied to two instances, and a rule for
    // names may change between two runs.
    let mut images: HashMap<(String, String), Latest> = HashMap::new();
    let (mut steps, mut troubles, mut notices) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (number, run) in runs.into_iter().enumerate() {
        let mut counts = Vec::with_capacity(run.items.len());
        for item in run.items {
            let target_host = item.target.split_once('/').map_or("", |(host, _)| host);
            let key = (item.source.to_string(), target_host.to_owned());
            let mut entry = item.entry();
            counts.push(entry.tone);
            let latest = images.entry(key).or_insert(Latest { run: number, entries: Vec::new() });
            if latest.run != number {
                let before = std::mem::replace(latest, Latest { run: number, entries: Vec::new() });
                entry = after(&before.entries, entry, &run.command);
            }
            latest.entries.push(entry);
        }
        let unread = run
            .unread
            .into_iter()
            .map(|it| it.error.tell(Entry::new("", it.what.into_string(), "unread", Tone::Failed)));
        let namespaces = run.namespaces.into_iter().filter_map(|it| it.trouble("namespace"));
        let repositories = run.repositories.into_iter().filter_map(|it| it.trouble("description"));
        let found: Vec<Entry> = unread.chain(namespaces).chain(repositories).collect();
        // What is said of the same thing again replaces what was said before.
        troubles.retain(|old: &Entry| {
            !found.iter().any(|new| (&new.name, &new.state) == (&old.name, &old.state))
        });
        troubles.extend(found);
        notices.extend(run.warnings.into_iter().map(|warning| match warning {
            Warning::Coded { message } | Warning::Plain(message) => message.into_string(),
        }));
        steps.push(Step {
            started: time(&run.started_at),
            finished: time(&run.finished_at),
            command: run.command.into_string(),
            interrupted: run.interrupted,
            bytes: run.summary.bytes,
            counts: Counts::of_tones(counts),
            so_far: Counts::of(images.values().flat_map(|latest| &latest.entries)),
        });
    }
    let entries: Vec<Entry> = images.into_values().flat_map(|latest| latest.entries).collect();
    let (entries, hosts) = in_short(entries);
    let broken_off = steps.last().is_some_and(|step: &Step| step.interrupted);
    let section = Section::new(Kind::Images, String::new(), entries);
    let notices = notices.into_iter().collect();
    Section { steps, troubles, notices, broken_off, hosts: Some(hosts), ..section }
}

/// The new entry with what the run before knew and this one doesn't say: how large the image is, and,
/// if `verify` misses what a `sync` could not copy, why it could not.
fn after(before: &[Entry], new: Entry, command: &str) -> Entry {
    let [old] = before else { return new };
    match command == "verify" && new.is_left() && old.is_left() && !old.why.is_empty() {
        true => old.clone(),
        false => Entry { bytes: new.bytes.or(old.bytes), ..new },
    }
}

fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

impl Item {
    /// With the host in its group and in its new name; [`in_short`] takes them away.
    fn entry(self) -> Entry {
        let tone = match &*self.outcome {
            "copied" | "equal" => Tone::Done,
            "kept" => Tone::Kept,
            "conflict" | "skipped" => Tone::Open,
            // Whatever a later version has there is not taken for done.
            _ => Tone::Failed,
        };
        let mut slashes = self.source.match_indices('/').map(|(at, _)| at);
        let after_host = slashes.next();
        let (group, name) = match (after_host, slashes.next()) {
            (Some(_), Some(at)) | (Some(at), None) => (&self.source[..at], &self.source[at + 1..]),
            (None, _) => ("", &*self.source),
        };
        let entry = Entry::new(group, name, self.outcome.into_string(), tone);
        let entry = match self.error {
            Some(error) => error.tell(entry).without_reason("conflict"),
            None => entry.because(self.note.map(Text::into_string).unwrap_or_default()),
        };
        Entry {
            becomes: self.target.into_string(),
            bytes: (self.size > 0).then_some(self.size),
            ..entry
        }
    }
}

impl Named {
    /// Nothing if it went well.
    fn trouble(self, state: &'static str) -> Option<Entry> {
        let tone = match &*self.outcome {
            "created" | "existed" | "described" | "kept" => return None,
            "skipped" => Tone::Open,
            _ => Tone::Failed,
        };
        let entry = Entry::new("", self.name.into_string(), state, tone);
        Some(match self.error {
            Some(error) => error.tell(entry),
            None => entry,
        })
    }
}

/// Without the hosts if they are the same for all, and without a new name that is the old one.
fn in_short(mut entries: Vec<Entry>) -> (Vec<Entry>, (String, String)) {
    let host = |text: &str| text.split('/').next().unwrap_or_default().to_owned();
    let sources: BTreeSet<String> = entries.iter().map(|entry| host(&entry.group)).collect();
    let targets: BTreeSet<String> = entries.iter().map(|entry| host(&entry.becomes)).collect();
    for entry in &mut entries {
        let old = format!("{}/{}", entry.group, entry.name);
        let path = |text: &str| text.split_once('/').map_or("", |(_, path)| path).to_owned();
        if targets.len() == 1 {
            entry.becomes = path(&entry.becomes);
            if entry.becomes == path(&old) {
                entry.becomes.clear();
            }
        }
        if sources.len() == 1 {
            entry.group = path(&entry.group);
        }
    }
    let listed = |hosts: BTreeSet<String>| hosts.into_iter().collect::<Vec<_>>().join(", ");
    (entries, (listed(sources), listed(targets)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn run(day: u32, items: &[(&str, &str, &str)]) -> Run {
        let items: Vec<_> = items
            .iter()
            .map(|(source, target, outcome)| {
                json!({"source": format!("ccr.cn/{source}"), "target": target, "outcome": outcome})
            })
            .collect();
        let at = format!("2026-11-{day:02}T00:00:00Z");
        let run = json!({"command": "sync", "startedAt": at, "finishedAt": at, "items": items});
        serde_json::from_value(run).unwrap()
    }

    #[test]
    fn the_latest_run_that_looked_at_an_image_holds_whatever_the_order_of_files() {
        let second = run(2, &[("shop/web:v1", "tcr.cn/shop/web:v1", "copied")]);
        let first = run(
            1,
            &[
                ("shop/web:v1", "tcr.cn/shop/web:v1", "failed"),
                ("shop/api:v1", "tcr.cn/apis/api:v1", "equal"),
            ],
        );
        let section = section(vec![second, first]);
        let told: Vec<_> = section
            .entries
            .iter()
            .map(|it| (&*it.group, &*it.name, &*it.becomes, &*it.state))
            .collect();
        assert_eq!(
            told,
            [("shop", "api:v1", "apis/api:v1", "equal"), ("shop", "web:v1", "", "copied")]
        );
        let lefts: Vec<u64> = section.steps.iter().map(|step| step.so_far.left()).collect();
        assert_eq!(lefts, [1, 0]);
        assert!(section.is_done());
        assert_eq!(section.hosts.unwrap(), ("ccr.cn".to_owned(), "tcr.cn".to_owned()));
    }

    #[test]
    fn two_instances_are_two_and_a_changed_name_is_one() {
        let section = section(vec![
            run(1, &[("a/b:1", "one.cn/a/b:1", "failed"), ("a/c:1", "one.cn/x/c:1", "failed")]),
            run(2, &[("a/b:1", "two.cn/a/b:1", "copied"), ("a/c:1", "one.cn/y/c:1", "copied")]),
        ]);
        let told: Vec<_> = section.entries.iter().map(|it| (&*it.becomes, &*it.state)).collect();
        assert_eq!(told.len(), 3);
        assert!(
            told.contains(&("one.cn/a/b:1", "failed"))
                && told.contains(&("two.cn/a/b:1", "copied"))
        );
        assert!(told.contains(&("one.cn/y/c:1", "copied")));
    }

    #[test]
    fn why_a_sync_failed_is_told_although_verify_only_misses_it() {
        let of = |command: &str, day: u32, outcome: &str, error: &str| -> Run {
            let item = json!({"source": "a/b/c:1", "target": "t/b/c:1", "outcome": outcome,
                "size": if command == "sync" { 7 } else { 0 },
                "error": {"class": error, "message": error}});
            let at = format!("2026-11-{day:02}T00:00:00Z");
            let run =
                json!({"command": command, "startedAt": at, "finishedAt": at, "items": [item]});
            serde_json::from_value(run).unwrap()
        };
        let sync = || of("sync", 1, "failed", "digest");
        let one = section(vec![sync(), of("verify", 2, "failed", "unequal")]);
        assert_eq!((one.entries.len(), &*one.entries[0].reason), (1, "digest"));
        let one = section(vec![sync(), of("verify", 2, "equal", "")]);
        assert_eq!((&*one.entries[0].state, one.entries[0].bytes), ("equal", Some(7)));
        let one = section(vec![sync(), of("sync", 2, "failed", "network")]);
        assert_eq!(one.entries[0].reason, "network");
    }

    #[test]
    fn an_outcome_that_nobody_knows_is_not_done() {
        let section =
            section(vec![run(1, &[("a/b:1", "t/a/b:1", "teleported"), ("odd", "odd", "equal")])]);
        assert_eq!((section.counts().failed, section.counts().done), (1, 1));
    }
}

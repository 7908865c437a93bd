//! A page as data: a section for each cluster, tree or run, all images in one.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::entry::{Counts, Entry, Tone};

/// What a section is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// `sync` and `verify` of docker's plugin, all runs together.
    Images,
    /// A switch, or what else was written to a cluster.
    Apply,
    /// `rollback`
    Rollback,
    /// `secrets copy`, `secrets prune`
    Secrets,
    /// `verify` of a cluster.
    Cluster,
    /// `rewrite`
    Files,
    /// `usage`
    Usage,
    /// `doctor`
    Doctor,
}

/// One section.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) kind: Kind,
    /// The name of its file, without folders; empty if it is made from several.
    pub(super) file: String,
    /// Sorted by group and name.
    pub(super) entries: Vec<Entry>,
    /// What could not be read, created or proven, beside the entries.
    pub(super) troubles: Vec<Entry>,
    /// What the run wanted to be known.
    pub(super) notices: Vec<String>,
    /// Runs of images, oldest first.
    pub(super) steps: Vec<Step>,
    /// Whether its run ended before it was done.
    pub(super) broken_off: bool,
    /// The verdict that the report itself comes to, if it does.
    pub(super) verdict: String,
    /// From which registries, and to which.
    pub(super) hosts: Option<(String, String)>,
}

/// A run of `sync` or `verify`.
#[derive(Debug)]
pub(super) struct Step {
    /// `sync` or `verify`
    pub(super) command: String,
    pub(super) started: Option<Timestamp>,
    pub(super) finished: Option<Timestamp>,
    pub(super) interrupted: bool,
    pub(super) bytes: u64,
    /// The images of this run.
    pub(super) counts: Counts,
    /// All images that were looked at by then, as it stood after this run.
    pub(super) so_far: Counts,
}

/// Entries that are left for the same reason.
#[derive(Debug)]
pub(super) struct Cause<'a> {
    pub(super) state: &'a str,
    pub(super) reason: &'a str,
    pub(super) tone: Tone,
    /// What helps, if it is the same for all of them.
    pub(super) hint: &'a str,
    pub(super) entries: Vec<&'a Entry>,
}

impl Section {
    pub(super) fn new(kind: Kind, file: String, mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|a, b| (&a.group, &a.name).cmp(&(&b.group, &b.name)));
        Self {
            kind,
            file,
            entries,
            troubles: Vec::new(),
            notices: Vec::new(),
            steps: Vec::new(),
            broken_off: false,
            verdict: String::new(),
            hosts: None,
        }
    }

    pub(super) fn counts(&self) -> Counts {
        Counts::of(&self.entries)
    }

    /// Whether nothing is left, nothing went unread and the run came to its end.
    pub(super) fn is_done(&self) -> bool {
        self.counts().left() == 0 && self.troubles.is_empty() && !self.broken_off
    }

    /// The entries of each group.
    pub(super) fn groups(&self) -> impl Iterator<Item = &[Entry]> {
        self.entries.chunk_by(|a, b| a.group == b.group)
    }

    /// What is left by why, the largest part first.
    pub(super) fn causes(&self) -> Vec<Cause<'_>> {
        let mut found: BTreeMap<(Tone, &str, &str), Vec<&Entry>> = BTreeMap::new();
        for entry in self.entries.iter().filter(|entry| entry.is_left()) {
            found.entry((entry.tone, &entry.state, &entry.reason)).or_default().push(entry);
        }
        let causes = found.into_iter().map(|((tone, state, reason), entries)| {
            let hint = shared_hint(&entries);
            Cause { state, reason, tone, hint, entries }
        });
        let mut causes: Vec<Cause<'_>> = causes.collect();
        causes.sort_by_key(|cause| std::cmp::Reverse((cause.tone, cause.entries.len())));
        causes
    }
}

fn shared_hint<'a>(entries: &[&'a Entry]) -> &'a str {
    let hint = entries.first().map_or("", |first| first.hint.as_str());
    if entries.iter().all(|entry| entry.hint == hint) { hint } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, tone: Tone, hint: &str) -> Entry {
        Entry::new("shop", name, "failed", tone).with_hint(hint)
    }

    #[test]
    fn causes_are_what_is_left_by_reason_and_a_shared_hint_stands_once() {
        let network = Entry { reason: "network".to_owned(), ..entry("c", Tone::Failed, "one") };
        let entries = vec![
            entry("a", Tone::Failed, "wait"),
            entry("b", Tone::Failed, "wait"),
            network.clone(),
            network.clone(),
            Entry { hint: "two".to_owned(), ..network },
            entry("d", Tone::Done, ""),
            entry("e", Tone::Kept, ""),
        ];
        let section = Section::new(Kind::Images, String::new(), entries);
        let causes = section.causes();
        let told: Vec<_> = causes.iter().map(|it| (it.reason, it.entries.len(), it.hint)).collect();
        assert_eq!(told, [("network", 3, ""), ("", 2, "wait")]);
        assert_eq!((section.counts().left(), section.counts().total()), (5, 7));
        assert!(!section.is_done());
    }
}

//! What `rewrite` did to files, or would do.

use serde::Deserialize;

use crate::page::entry::{Entry, Tone};
use crate::page::section::{Kind, Section};
use crate::page::text::Text;

/// A rewrite of a tree.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rewrite {
    files: Vec<File>,
    #[serde(default)]
    left_out: Vec<LeftOut>,
    #[serde(default)]
    notices: Vec<Text>,
    #[serde(default)]
    proofs: Vec<Proof>,
    summary: Summary,
}

#[derive(Debug, Deserialize)]
struct File {
    path: Text,
    #[serde(default)]
    places: Vec<Place>,
    refused: Option<Text>,
}

#[derive(Debug, Deserialize)]
struct Place {
    #[serde(default)]
    line: u64,
    old: Text,
    new: Option<Text>,
    verdict: Text,
    reason: Option<Text>,
    why: Option<Text>,
    hint: Option<Text>,
}

#[derive(Debug, Deserialize)]
struct LeftOut {
    path: Text,
    #[serde(default)]
    why: Text,
    #[serde(default)]
    hint: Text,
}

#[derive(Debug, Deserialize)]
struct Proof {
    command: Text,
    holds: bool,
    hint: Option<Text>,
}

#[derive(Debug, Deserialize)]
struct Summary {
    #[serde(default)]
    written: bool,
}

impl Rewrite {
    pub(super) fn section(self, file: String) -> Section {
        let written = self.summary.written;
        let entries = self.files.into_iter().flat_map(|file| {
            let File { path, places, refused } = file;
            places.into_iter().map(move |place| place.entry(&path, refused.as_deref(), written))
        });
        let left_out = self.left_out.into_iter().map(|it| {
            let entry = Entry::new("", it.path.into_string(), "leftOut", Tone::Open);
            entry.because(it.why.into_string()).with_hint(it.hint.into_string())
        });
        let refuted = self.proofs.into_iter().filter(|proof| !proof.holds).map(|it| {
            let entry = Entry::new("", it.command.into_string(), "refuted", Tone::Failed);
            entry.with_hint(it.hint.map(Text::into_string).unwrap_or_default())
        });
        let troubles = refuted.chain(left_out).collect();
        let notices = self.notices.into_iter().map(Text::into_string).collect();
        Section { troubles, notices, ..Section::new(Kind::Files, file, entries.collect()) }
    }
}

impl Place {
    fn entry(self, path: &str, refused: Option<&str>, written: bool) -> Entry {
        let (state, tone) = match (&*self.verdict, refused) {
            ("rewrite", Some(_)) => ("refused".to_owned(), Tone::Failed),
            ("rewrite", None) if written => ("rewritten".to_owned(), Tone::Done),
            ("rewrite", None) => ("rewrite".to_owned(), Tone::Open),
            ("keep", _) => ("keep".to_owned(), Tone::Kept),
            ("by-hand", _) => ("by-hand".to_owned(), Tone::Open),
            (verdict, _) => (verdict.to_owned(), Tone::Failed),
        };
        let text = |text: Option<Text>| text.map(Text::into_string).unwrap_or_default();
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let name = format!("{name}:{} {}", self.line, self.old);
        let why = match (self.why, refused) {
            (Some(why), _) => why.into_string(),
            (None, refused) => refused.unwrap_or_default().to_owned(),
        };
        let entry = Entry::new(folder, name, state, tone).because(why).with_hint(text(self.hint));
        Entry { becomes: text(self.new), reason: text(self.reason), ..entry }
    }
}

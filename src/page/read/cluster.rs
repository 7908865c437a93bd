//! What was written to a cluster, and what `verify` found in one.

use serde::Deserialize;

use super::parts::{Diagnostic, Object, Unlisted};
use crate::page::entry::{Entry, Tone};
use crate::page::section::{Kind, Section};
use crate::page::text::Text;

/// The report of a switch, a rollback, a change of pull secrets.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    command: Text,
    #[serde(default)]
    interrupted: bool,
    #[serde(default)]
    stopped: bool,
    objects: Vec<ObjectResult>,
    #[serde(default)]
    unread: Vec<Unlisted>,
}

#[derive(Debug, Deserialize)]
struct ObjectResult {
    object: Object,
    outcome: Text,
    detail: Option<Detail>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Detail {
    Words(Text),
    Diagnostic(Diagnostic),
}

impl Report {
    pub(super) fn section(self, file: String) -> Section {
        let kind = match &*self.command {
            "apply" => Kind::Apply,
            "rollback" => Kind::Rollback,
            _ => Kind::Secrets,
        };
        let entries = self.objects.into_iter().map(ObjectResult::entry).collect();
        Section {
            troubles: self.unread.into_iter().map(Entry::from).collect(),
            broken_off: self.interrupted || self.stopped,
            ..Section::new(kind, file, entries)
        }
    }
}

impl ObjectResult {
    fn entry(self) -> Entry {
        let tone = match &*self.outcome {
            "rolledOut" | "written" | "unneeded" => Tone::Done,
            "kept" => Tone::Kept,
            "notYet" | "notTried" => Tone::Open,
            _ => Tone::Failed,
        };
        let entry = self.object.entry(&*self.outcome, tone);
        match self.detail {
            Some(Detail::Words(why)) => entry.because(why.into_string()),
            Some(Detail::Diagnostic(why)) => why.tell(entry),
            None => entry,
        }
    }
}

/// What is left in a cluster.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Verification {
    names_ccr: Vec<Naming>,
    #[serde(default)]
    running_pods: Vec<Running>,
    #[serde(default)]
    waiting_pods: Vec<Waiting>,
    #[serde(default)]
    without_login: Vec<WithoutLogin>,
    #[serde(default)]
    unread: Vec<Unlisted>,
}

#[derive(Debug, Deserialize)]
struct Naming {
    context: Option<Text>,
    object: Object,
    #[serde(default)]
    images: Vec<Text>,
    #[serde(default)]
    excluded: Vec<Text>,
    #[serde(default)]
    mentions: Vec<Text>,
}

#[derive(Debug, Deserialize)]
struct Running {
    context: Option<Text>,
    owner: Object,
    #[serde(default)]
    images: Vec<RunningImage>,
    #[serde(default)]
    hint: Text,
}

#[derive(Debug, Deserialize)]
struct RunningImage {
    image: Text,
}

#[derive(Debug, Deserialize)]
struct Waiting {
    context: Option<Text>,
    namespace: Text,
    pod: Text,
    #[serde(default)]
    image: Text,
    #[serde(default)]
    why: Text,
}

#[derive(Debug, Deserialize)]
struct WithoutLogin {
    context: Option<Text>,
    object: Object,
    image: Text,
}

impl Verification {
    pub(super) fn section(self, file: String) -> Section {
        let naming = self.names_ccr.iter().map(Naming::entry);
        let running = self.running_pods.into_iter().map(|it| {
            let images: Vec<&str> = it.images.iter().map(|one| &*one.image).collect();
            let entry = it.owner.entry("runningPods", Tone::Open).because(images.join(", "));
            entry.in_context(it.context.as_deref()).with_hint(it.hint.into_string())
        });
        let waiting = self.waiting_pods.iter().map(|it| {
            let entry =
                Entry::new(&*it.namespace, format!("pod/{}", it.pod), "waitingPods", Tone::Failed);
            let entry = entry.because(format!("{}: {}", it.image, it.why));
            entry.in_context(it.context.as_deref())
        });
        let lacking = self.without_login.into_iter().map(|it| {
            let entry = it.object.entry("withoutLogin", Tone::Failed);
            entry.in_context(it.context.as_deref()).because(it.image.into_string())
        });
        let entries = naming.chain(running).chain(waiting).chain(lacking).collect();
        Section {
            troubles: self.unread.into_iter().map(Entry::from).collect(),
            ..Section::new(Kind::Cluster, file, entries)
        }
    }
}

impl Naming {
    fn entry(&self) -> Entry {
        let is_excluded = self.mentions.is_empty()
            && self.images.iter().all(|image| self.excluded.contains(image));
        let (state, tone) = match is_excluded {
            true => ("excluded", Tone::Kept),
            false => ("namesCcr", Tone::Open),
        };
        let named: Vec<&str> = self.images.iter().chain(&self.mentions).map(|it| &**it).collect();
        let entry = self.object.entry(state, tone).because(named.join(", "));
        entry.in_context(self.context.as_deref())
    }
}

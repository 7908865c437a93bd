//! What several reports have in common.

use serde::Deserialize;

use crate::page::entry::{Entry, Tone};
use crate::page::text::Text;

/// An object of a cluster.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Object {
    api_version: Text,
    kind: Text,
    namespace: Option<Text>,
    name: Text,
}

impl Object {
    pub(super) fn entry(&self, state: impl Into<String>, tone: Tone) -> Entry {
        let namespace = self.namespace.as_deref().unwrap_or_default();
        let state: String = state.into();
        Entry::new(namespace, self.name(), state, tone)
    }

    /// As `kubectl -o name` has it.
    pub(super) fn name(&self) -> String {
        let group = self.api_version.split_once('/').map(|(group, _)| format!(".{group}"));
        format!("{}{}/{}", self.kind.to_lowercase(), group.unwrap_or_default(), self.name)
    }
}

/// Why, and what to do about it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Diagnostic {
    /// A class for programs, where there is one.
    class: Text,
    message: Text,
    hint: Option<Text>,
    request_id: Option<Text>,
}

impl Diagnostic {
    pub(super) fn tell(self, entry: Entry) -> Entry {
        let text = |text: Option<Text>| text.map(Text::into_string).unwrap_or_default();
        Entry {
            reason: self.class.into_string(),
            why: self.message.into_string(),
            hint: text(self.hint),
            request_id: text(self.request_id),
            ..entry
        }
    }
}

/// Something of a cluster that could not be listed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Unlisted {
    /// Given where a report is about several clusters.
    context: Option<Text>,
    what: Text,
    namespace: Option<Text>,
    #[serde(default)]
    why: Text,
}

impl From<Unlisted> for Entry {
    fn from(unread: Unlisted) -> Self {
        let namespace = unread.namespace.map(Text::into_string).unwrap_or_default();
        let entry = Self::new(namespace, unread.what.into_string(), "unread", Tone::Failed);
        entry.in_context(unread.context.as_deref()).because(unread.why.into_string())
    }
}

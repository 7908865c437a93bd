//! One line of a page: an image, an object, a place in a file, a check.

use std::borrow::Cow;

/// How it stands with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Tone {
    /// As it is to be.
    Done,
    /// Left as it is on purpose.
    Kept,
    /// Left to do.
    Open,
    /// Left, because something failed.
    Failed,
}

/// One entry.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Its namespace, or what else it is listed under.
    pub(super) group: String,
    pub(super) name: String,
    /// Its new name, where that isn't the same.
    pub(super) becomes: String,
    /// What became of it, as the report's code says; see `words::state`.
    pub(super) state: Cow<'static, str>,
    pub(super) tone: Tone,
    /// The code of why, if there is one; see `words::reason`.
    pub(super) reason: String,
    /// The report's own words.
    pub(super) why: String,
    pub(super) hint: String,
    pub(super) request_id: String,
    /// How large it is, if anybody counted.
    pub(super) bytes: Option<u64>,
}

impl Entry {
    pub(super) fn new(
        group: impl Into<String>,
        name: impl Into<String>,
        state: impl Into<Cow<'static, str>>,
        tone: Tone,
    ) -> Self {
        Self {
            group: group.into(),
            name: name.into(),
            becomes: String::new(),
            state: state.into(),
            tone,
            reason: String::new(),
            why: String::new(),
            hint: String::new(),
            request_id: String::new(),
            bytes: None,
        }
    }

    /// Of this context, where a report is about several clusters.
    pub(super) fn in_context(self, context: Option<&str>) -> Self {
        let Some(context) = context else { return self };
        let group = match self.group.as_str() {
            "" => context.to_owned(),
            namespace => format!("{context}/{namespace}"),
        };
        Self { group, ..self }
    }

    pub(super) fn because(self, why: impl Into<String>) -> Self {
        Self { why: why.into(), ..self }
    }

    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// Without this reason, where the state says it already.
    pub(super) fn without_reason(mut self, said: &str) -> Self {
        if self.reason == said {
            self.reason.clear();
        }
        self
    }

    pub(super) fn is_left(&self) -> bool {
        self.tone >= Tone::Open
    }
}

/// How many entries there are of each tone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) done: u64,
    pub(super) kept: u64,
    pub(super) open: u64,
    pub(super) failed: u64,
}

impl Counts {
    pub(super) fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        Self::of_tones(entries.into_iter().map(|entry| entry.tone))
    }

    pub(super) fn of_tones(tones: impl IntoIterator<Item = Tone>) -> Self {
        let mut counts = Self::default();
        for tone in tones {
            *match tone {
                Tone::Done => &mut counts.done,
                Tone::Kept => &mut counts.kept,
                Tone::Open => &mut counts.open,
                Tone::Failed => &mut counts.failed,
            } += 1;
        }
        counts
    }

    pub(super) fn left(self) -> u64 {
        self.open + self.failed
    }

    pub(super) fn total(self) -> u64 {
        self.done + self.kept + self.left()
    }
}

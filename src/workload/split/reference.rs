//! One reference, and the fields that its name is made of.

use crate::workload::found_name::scheme;

/// What is said of a reference without any.
pub(super) const NOWHERE: &str =
    "its tag can't be told: neither a tag nor a digest stands there or beside it";

/// One reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::workload) struct SplitReference<'a> {
    /// `HOST/REPOSITORY[:TAG][@DIGEST]`
    pub(in crate::workload) text: String,
    /// What its name is made of, in this order; a new name is written there.
    pub(super) name: Vec<NamePart<'a>>,
    /// Keys whose values it is made of besides, and which stay.
    pub(super) kept: Vec<&'a str>,
    /// What of it can't be told, and why.
    pub(in crate::workload) doubt: Option<String>,
}

/// A field that a name is made of, alone or with others: `BEFORE` `HOST/…` `AFTER`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamePart<'a> {
    /// Which field.
    pub(super) key: &'a str,
    /// What stands there; `None` if it is to be added.
    pub(super) old: Option<&'a str>,
    /// What stays in front: a scheme.
    pub(super) before: String,
    /// The part of the name.
    pub(super) name: &'a str,
    /// What stays behind: a tag, a digest, a slash.
    pub(super) after: &'a str,
}

impl<'a> SplitReference<'a> {
    /// What `text` is, with nothing beside it; it begins with a host of CCR.
    pub(in crate::workload) fn alone(text: &'a str) -> Self {
        let part = NamePart::of("", text);
        let doubt = part.after.is_empty().then(|| NOWHERE.to_owned());
        let text = format!("{}{}", part.name, part.after);
        Self { text, name: vec![part], kept: Vec::new(), doubt }
    }

    /// The same behind other text, which stays in front of it: kustomize's `OLD=`.
    pub(in crate::workload) fn behind(mut self, before: &str, whole: &'a str) -> Self {
        for part in &mut self.name {
            part.before.insert_str(0, before);
            part.old = Some(whole);
        }
        self
    }

    /// Whether nothing beside it says anything of it.
    pub(super) fn is_alone(&self) -> bool {
        let has_doubt = self.doubt.as_ref().is_some_and(|doubt| doubt != NOWHERE);
        self.name.len() == 1 && self.kept.is_empty() && !has_doubt
    }

    /// Whether it is a registry, with a namespace at most: what follows stands elsewhere.
    pub(in crate::workload) fn is_half(&self) -> bool {
        self.doubt.is_some() && self.name.iter().map(NamePart::segments).sum::<usize>() < 3
    }

    /// Whether it is a host and nothing else.
    pub(in crate::workload) fn is_host(&self) -> bool {
        !self.text.trim().contains(|character: char| character == '/' || character.is_whitespace())
    }

    /// Host and repository.
    pub(in crate::workload) fn bare_name(&self) -> String {
        joined(&self.name)
    }

    /// The scheme in front of it, if there is one.
    pub(in crate::workload) fn scheme(&self) -> Option<&str> {
        self.name.first().map(|part| part.before.as_str()).filter(|before| !before.is_empty())
    }
}

impl<'a> NamePart<'a> {
    /// Of a text that names a host: `[SCHEME]HOST[/PATH][:TAG][@DIGEST]`.
    pub(super) fn of(key: &'a str, text: &'a str) -> Self {
        let before = scheme(text);
        let rest = &text[before.len()..];
        // A colon in front of the path is the port's.
        let path = rest.find('/').unwrap_or(rest.len());
        let end = rest[path..].find([':', '@']).map_or(rest.len(), |at| path + at);
        let name = rest[..end].trim_end_matches('/');
        Self { key, old: Some(text), before: before.to_owned(), name, after: &rest[name.len()..] }
    }

    /// Of a text that is joined with a host in front of it.
    pub(super) fn below(key: &'a str, text: &'a str) -> Self {
        let bare = text.trim_start_matches('/');
        let end = bare.find([':', '@']).unwrap_or(bare.len());
        let before = text[..text.len() - bare.len()].to_owned();
        Self { key, old: Some(text), before, name: &bare[..end], after: &bare[end..] }
    }

    /// How many parts between slashes it has, the host among them.
    pub(super) fn segments(&self) -> usize {
        self.name.split('/').count()
    }
}

/// Host and repository.
pub(super) fn joined(name: &[NamePart<'_>]) -> String {
    name.iter().map(|part| part.name).collect::<Vec<_>>().join("/")
}

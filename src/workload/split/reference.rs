//! One reference, and the fields that its name is made of.

use crate::workload::found_name::scheme;

/// How it begins what is said of a tag that is in doubt.
pub(super) const TAG: &str = "its tag can't be told";

/// The same of a digest.
pub(super) const DIGEST: &str = "its digest can't be told";

/// What is said of a reference without any.
pub(super) const NOWHERE: &str =
    "its tag can't be told: neither a tag nor a digest stands there or beside it";

/// One reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitReference<'a> {
    /// `HOST/REPOSITORY[:TAG][@DIGEST]`
    pub text: String,
    /// What its name is made of, in this order; a new name is written there.
    pub(super) name: Vec<NamePart<'a>>,
    /// Keys whose values it is made of besides, and which stay.
    pub(super) kept: Vec<&'a str>,
    /// What of it can't be told, and why.
    pub doubt: Option<String>,
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

    /// The keys of the fields that its name is made of.
    pub fn name_keys(&self) -> impl Iterator<Item = &'a str> {
        self.name.iter().map(|part| part.key)
    }

    /// Whether what can't be told of it is its tag or its digest, and not its name.
    #[must_use]
    pub fn is_version_in_doubt(&self) -> bool {
        let of_version = |doubt: &String| doubt.starts_with(TAG) || doubt.starts_with(DIGEST);
        self.doubt.as_ref().is_some_and(of_version)
    }

    /// What each field of its name has to hold for it to be named `HOST/REPOSITORY`: the key, what
    /// it holds now, and what then. `None` for a field that isn't there yet.
    #[must_use]
    pub fn renamed(&self, name: &str) -> Vec<(&'a str, Option<&'a str>, String)> {
        let segments: Vec<usize> = self.name.iter().map(NamePart::segments).collect();
        let names = distribute(name, &segments);
        let renamed = self.name.iter().zip(names).map(|(part, name)| {
            (part.key, part.old, format!("{}{name}{}", part.before, part.after))
        });
        renamed.collect()
    }

    /// Whether nothing beside it says anything of it.
    #[must_use]
    pub fn is_alone(&self) -> bool {
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
    #[must_use]
    pub fn bare_name(&self) -> String {
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

/// Divides a name among fields: each keeps as many parts between slashes as it has now, and the last
/// one has the rest.
pub(super) fn distribute(name: &str, fields: &[usize]) -> Vec<String> {
    let mut segments = name.split('/').collect::<Vec<_>>();
    let own = fields.iter().enumerate().map(|(at, count)| {
        let behind = fields.len() - 1 - at;
        let take = match behind {
            0 => segments.len(),
            _ => (*count).min(segments.len().saturating_sub(behind)),
        };
        segments.drain(..take).collect::<Vec<_>>().join("/")
    });
    own.collect()
}

/// Host and repository.
pub(super) fn joined(name: &[NamePart<'_>]) -> String {
    name.iter().map(|part| part.name).collect::<Vec<_>>().join("/")
}

//! What stands beside each other, and which part of a reference each key names.

use std::collections::HashMap;

/// The value of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// A string; of null, an empty one.
    Text(&'a str),
    /// A whole number, which reads as it was written.
    Integer(i64),
    /// A fraction, true or false. How it was written is lost: 1.10 is 1.1.
    Lossy,
}

/// No key that means anything is longer, in bytes.
const LONGEST_KEY: usize = 24;

/// Which part of a reference a key names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Registry,
    /// A registry too, if it is one at all: ingresses have hosts as well.
    Host,
    Repository,
    Image,
    /// The Prometheus operator's.
    BaseImage,
    /// Kustomize's: what takes the place of `name`.
    NewName,
    /// Kustomize's: what to look for. Elsewhere an image, or a mere name.
    Name,
    Tag,
    NewTag,
    Version,
    Digest,
}

/// A key that names a part, and its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sibling<'a> {
    pub(super) key: &'a str,
    pub(super) role: Role,
    pub(super) value: Scalar<'a>,
}

/// All of these that stand beside each other.
pub(super) struct Siblings<'a>(Vec<Sibling<'a>>);

impl Role {
    /// `image_tag`, `imageTag` and `tag` are one. What is all in capitals is an environment
    /// variable's name.
    fn of(key: &str) -> Option<Self> {
        if key.len() > LONGEST_KEY || !key.starts_with(|first: char| first.is_ascii_lowercase()) {
            return None;
        }
        let plain: String = key
            .chars()
            .filter(|character| !matches!(character, '_' | '-'))
            .map(|character| character.to_ascii_lowercase())
            .collect();
        let bare = plain.strip_prefix("image").filter(|rest| !rest.is_empty());
        Some(match bare.unwrap_or(&plain) {
            "name" if bare.is_some() => Self::Image,
            "registry" => Self::Registry,
            "host" => Self::Host,
            "repository" | "repo" => Self::Repository,
            "image" => Self::Image,
            "baseimage" => Self::BaseImage,
            "newname" => Self::NewName,
            "name" => Self::Name,
            "tag" => Self::Tag,
            "newtag" => Self::NewTag,
            "version" => Self::Version,
            "digest" | "sha" | "sha256" => Self::Digest,
            _ => return None,
        })
    }

    /// Whether a registry beside it would be put in front of it.
    pub(super) fn is_repository(self) -> bool {
        matches!(self, Self::Repository | Self::NewName)
    }
}

/// In the order in which one of them is what a registry is put in front of.
const PATHS: [Role; 5] =
    [Role::Repository, Role::Image, Role::NewName, Role::BaseImage, Role::Name];

impl<'a> Sibling<'a> {
    pub(super) fn is_empty(&self) -> bool {
        matches!(self.value, Scalar::Text(text) if text.trim().is_empty())
    }

    /// What stands there, if it is text.
    pub(super) fn text(&self) -> &'a str {
        match self.value {
            Scalar::Text(text) => text,
            Scalar::Integer(_) | Scalar::Lossy => "",
        }
    }
}

impl<'a> Siblings<'a> {
    pub(super) fn of(siblings: impl IntoIterator<Item = (&'a str, Scalar<'a>)>) -> Self {
        let mut known: Vec<Sibling<'a>> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for (key, value) in siblings {
            let Some(role) = Role::of(key) else { continue };
            match places.get(key) {
                Some(place) => known[*place].value = value,
                None => {
                    places.insert(key, known.len());
                    known.push(Sibling { key, role, value });
                }
            }
        }
        Self(known)
    }

    pub(super) fn with(&self, role: Role) -> impl Iterator<Item = &Sibling<'a>> + Clone {
        self.0.iter().filter(move |sibling| sibling.role == role)
    }

    /// Whether anything says which version it is.
    pub(super) fn has_version(&self) -> bool {
        [Role::Tag, Role::NewTag, Role::Version, Role::Digest]
            .into_iter()
            .any(|role| self.with(role).next().is_some())
    }

    /// The text with this role, if there is any.
    pub(super) fn text_of(&self, role: Role) -> Option<&Sibling<'a>> {
        self.with(role).find(|sibling| !sibling.text().trim().is_empty())
    }

    /// Those that may be an image, or the path of one.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Sibling<'a>> + Clone {
        PATHS.into_iter().flat_map(|role| self.with(role))
    }

    pub(super) fn registries(&self) -> impl Iterator<Item = &Sibling<'a>> + Clone {
        [Role::Registry, Role::Host].into_iter().flat_map(|role| self.with(role))
    }

    /// Whether one with this role has a value.
    pub(super) fn has(&self, role: Role) -> bool {
        self.with(role).any(|sibling| !sibling.is_empty())
    }
}

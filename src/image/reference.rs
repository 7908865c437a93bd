//! References: `HOST/NAMESPACE/REPOSITORY[:TAG][@DIGEST]`, by the grammar of the distribution
//! specification.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Digest, DigestError, Host, HostError};

/// A repository's path below its host, `namespace/repository`, with more levels in TCR.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepositoryName(String);

/// A tag: `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);

/// Which manifest of a repository: by tag or by digest.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TagOrDigest {
    /// `:TAG`
    Tag(Tag),
    /// `@DIGEST`
    Digest(Digest),
}

/// A whole reference to one manifest.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference {
    /// The registry.
    pub host: Host,
    /// The repository below it.
    pub repository: RepositoryName,
    /// Tag or digest. Where both were written the digest rules, as in docker.
    pub version: TagOrDigest,
}

/// A reference as it was written, before anything is assumed of what it leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedReference {
    /// The registry.
    pub host: Host,
    /// The repository below it.
    pub repository: RepositoryName,
    /// The tag, if one is written.
    pub tag: Option<Tag>,
    /// The digest, if one is written.
    pub digest: Option<Digest>,
}

/// Why a string is no reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// The first part has neither a dot nor a port and is not `localhost`.
    #[error("`{0}` names no registry: write it in full, as in ccr.ccs.tencentyun.com/team/app:v1")]
    NoHost(String),
    /// The host can't be one.
    #[error(transparent)]
    Host(#[from] HostError),
    /// A part of the path breaks the grammar.
    #[error(
        "`{0}` is not a repository name: lower-case letters, digits and single . _ - between, parts joined by /"
    )]
    Repository(String),
    /// The tag breaks the grammar.
    #[error("`{0}` is not a tag: up to 128 letters, digits, _ . - and no . or - in front")]
    Tag(String),
    /// The digest can't be one.
    #[error(transparent)]
    Digest(#[from] DigestError),
}

impl RepositoryName {
    /// `namespace/repository`
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first part.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }

    /// A name as CCR's listing has it. Which names it allows is not documented, so anything that is
    /// safe in a URL's path is taken as given; only the mapping's result must obey the grammar.
    ///
    /// # Errors
    /// [`ReferenceError::Repository`] if a part is empty, `.` or `..`, or holds other characters
    /// than letters, digits and `.` `_` `-`.
    pub fn as_found(text: &str) -> Result<Self, ReferenceError> {
        let safe = |part: &str| {
            !matches!(part, "" | "." | "..")
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        };
        if text.len() <= 255 && text.contains('/') && text.split('/').all(safe) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ReferenceError::Repository(text.to_owned()))
        }
    }

    /// Everything behind the namespace; empty if there is no slash.
    #[must_use]
    pub fn below_namespace(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, rest)| rest)
    }
}

impl FromStr for RepositoryName {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // 255 is the limit that distribution puts on the whole name.
        if text.len() > 255 || !text.split('/').all(is_path_component) {
            return Err(ReferenceError::Repository(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
fn is_path_component(component: &str) -> bool {
    let mut rest = component.as_bytes();
    let alphanumeric = |bytes: &[u8]| {
        bytes.iter().take_while(|b| b.is_ascii_lowercase() || b.is_ascii_digit()).count()
    };
    loop {
        let word = alphanumeric(rest);
        if word == 0 {
            return false;
        }
        rest = &rest[word..];
        let separator = match rest {
            [] => return true,
            [b'_', b'_', ..] => 2,
            [b'.' | b'_', ..] => 1,
            [b'-', ..] => rest.iter().take_while(|&&b| b == b'-').count(),
            _ => return false,
        };
        rest = &rest[separator..];
    }
}

impl Tag {
    /// The tag without its colon.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Tag {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let valid = matches!(text.as_bytes(), [first, rest @ ..]
            if word(*first)
                && rest.len() < 128
                && rest.iter().all(|&byte| word(byte) || byte == b'.' || byte == b'-'));
        if valid { Ok(Self(text.to_owned())) } else { Err(ReferenceError::Tag(text.to_owned())) }
    }
}

impl TagOrDigest {
    /// What stands in a registry URL: the tag or the digest.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Tag(tag) => tag.as_str(),
            Self::Digest(digest) => digest.as_str(),
        }
    }

    /// The digest, if the version is one.
    #[must_use]
    pub fn digest(&self) -> Option<&Digest> {
        match self {
            Self::Tag(_) => None,
            Self::Digest(digest) => Some(digest),
        }
    }
}

impl fmt::Display for TagOrDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ParsedReference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest.parse()?)),
            None => (text, None),
        };
        let (host, path) =
            name.split_once('/').ok_or_else(|| ReferenceError::NoHost(text.to_owned()))?;
        if !(host.contains(['.', ':']) || host == "localhost") {
            return Err(ReferenceError::NoHost(text.to_owned()));
        }
        let (repository, tag) = match path.split_once(':') {
            Some((repository, tag)) => (repository, Some(tag.parse()?)),
            None => (path, None),
        };
        Ok(Self { host: host.parse()?, repository: repository.parse()?, tag, digest })
    }
}

impl ParsedReference {
    /// The manifest that is meant: the digest if there is one, else the tag, else `latest`, as
    /// docker and Kubernetes read it.
    #[must_use]
    pub fn resolve(self) -> Reference {
        let version = match (self.digest, self.tag) {
            (Some(digest), _) => TagOrDigest::Digest(digest),
            (None, Some(tag)) => TagOrDigest::Tag(tag),
            (None, None) => TagOrDigest::Tag(Tag("latest".to_owned())),
        };
        Reference { host: self.host, repository: self.repository, version }
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(ParsedReference::resolve)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if matches!(self.version, TagOrDigest::Tag(_)) { ':' } else { '@' };
        write!(f, "{}/{}{separator}{}", self.host, self.repository, self.version)
    }
}

/// As it was written: what is left out stays out. Only the host's letters are lower case.
impl fmt::Display for ParsedReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

macro_rules! text_type {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = ReferenceError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    };
}

text_type!(RepositoryName);
text_type!(Tag);
text_type!(Reference);

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_reads_back_as_it_was_written() {
        let digest = Digest::of(b"x");
        for text in [
            "ccr.ccs.tencentyun.com/shop/web:v1".to_owned(),
            "localhost:5000/a/b/c:1".to_owned(),
            format!("127.0.0.1:5000/shop/web@{digest}"),
        ] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_a_reference_leaves_out_stays_out_when_it_is_shown() {
        let digest = Digest::of(b"x");
        for text in [
            "a.b/c/d".to_owned(),
            "a.b/c/d:v1".to_owned(),
            format!("a.b:5000/c/d@{digest}"),
            format!("a.b/c/d:v1@{digest}"),
        ] {
            assert_eq!(text.parse::<ParsedReference>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn without_tag_it_is_latest_and_a_digest_beats_a_tag() {
        let digest = Digest::of(b"x");
        let latest: Reference = "a.b/c/d".parse().unwrap();
        assert_eq!(latest.version.as_str(), "latest");
        let both: Reference = format!("a.b/c/d:v1@{digest}").parse().unwrap();
        assert_eq!(both.version, TagOrDigest::Digest(digest));
    }

    #[test]
    fn a_short_name_is_not_guessed_at() {
        assert!(matches!("shop/web:v1".parse::<Reference>(), Err(ReferenceError::NoHost(_))));
        assert!(matches!("nginx".parse::<Reference>(), Err(ReferenceError::NoHost(_))));
    }

    #[test]
    fn repository_names_follow_the_grammar() {
        for good in ["a", "a/b", "a/b/c", "a__b", "a-b", "a---b", "a.b/c_d", "0"] {
            assert!(good.parse::<RepositoryName>().is_ok(), "{good}");
        }
        for bad in ["", "/", "a/", "/a", "A/b", "a..b", "a___b", "-a", "a-", "a._b", "a//b", "a b"]
        {
            assert!(bad.parse::<RepositoryName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_that_ccr_lists_is_taken_as_it_is_but_never_leaves_its_path() {
        assert_eq!(RepositoryName::as_found("Dev_/App").unwrap().namespace(), "Dev_");
        for bad in ["", "a", "a/", "a/..", "a/b?c", "a/b#c", "a/b%2f", "a/b c"] {
            assert!(RepositoryName::as_found(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn tags_follow_the_grammar() {
        for good in ["v1", "_x", "A.b-c", &"a".repeat(128)] {
            assert!(good.parse::<Tag>().is_ok(), "{good}");
        }
        for bad in ["", ".a", "-a", "a/b", "a:b", "a b", &"a".repeat(129), "ä"] {
            assert!(bad.parse::<Tag>().is_err(), "{bad}");
        }
    }
}

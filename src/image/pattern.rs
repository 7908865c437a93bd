//! Patterns of the command line and the mapping file: `shop`, `shop/web`, `shop/web:v1.*`.

use std::fmt;
use std::str::FromStr;

use super::{Glob, GlobError, Host, RepositoryName, Tag, TagOrDigest};

/// A user's selection of images.
///
/// A path without a slash is a namespace with all that is in it. Each part is a glob. A full
/// reference, host included, matches on that host alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    text: String,
    host: Option<Host>,
    path: Glob,
    tag: Option<Glob>,
}

impl Pattern {
    /// Whether anything of this repository can match.
    #[must_use]
    pub fn matches_repository(&self, host: &Host, repository: &RepositoryName) -> bool {
        if self.host.as_ref().is_some_and(|wanted| wanted != host) {
            return false;
        }
        let whole_namespace = !self.path.as_str().contains('/');
        let subject = if whole_namespace { repository.namespace() } else { repository.as_str() };
        self.path.matches(subject)
    }

    /// Whether this image matches.
    #[must_use]
    pub fn matches(&self, host: &Host, repository: &RepositoryName, tag: &Tag) -> bool {
        self.matches_repository(host, repository)
            && self.tag.as_ref().is_none_or(|wanted| wanted.matches(tag.as_str()))
    }

    /// Whether this image matches. An image by digest matches if its whole repository does.
    #[must_use]
    pub fn matches_version(
        &self,
        host: &Host,
        repository: &RepositoryName,
        version: &TagOrDigest,
    ) -> bool {
        match version {
            TagOrDigest::Tag(tag) => self.matches(host, repository, tag),
            TagOrDigest::Digest(_) => {
                self.takes_all_tags() && self.matches_repository(host, repository)
            }
        }
    }

    /// Whether all tags of a repository match.
    #[must_use]
    pub fn takes_all_tags(&self) -> bool {
        self.tag.is_none()
    }

    /// The namespace or repository, without host and tag.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path.as_str()
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Pattern {
    type Err = GlobError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error =
            |reason: &str| GlobError { pattern: text.to_owned(), reason: reason.to_owned() };
        let (first, rest) = text.split_once('/').unwrap_or((text, ""));
        let names_host = !rest.is_empty() && (first.contains(['.', ':']) || first == "localhost");
        let (host, path) = match first.parse::<Host>() {
            Ok(host) if names_host && !first.contains(['*', '?', '[', '{']) => (Some(host), rest),
            _ => (None, text),
        };
        let (path, tag) = match path.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
            _ => (path, None),
        };
        if path.is_empty() || tag == Some("") {
            return Err(error("a part of it is empty"));
        }
        Ok(Self {
            text: text.to_owned(),
            host,
            path: path.trim_end_matches('/').parse()?,
            tag: tag.map(str::parse).transpose()?,
        })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, image: &str) -> bool {
        let pattern: Pattern = pattern.parse().unwrap();
        let (repository, tag) = image.rsplit_once(':').unwrap();
        let host = "ccr.ccs.tencentyun.com".parse().unwrap();
        pattern.matches(&host, &repository.parse().unwrap(), &tag.parse().unwrap())
    }

    #[test]
    fn a_namespace_means_all_that_is_in_it() {
        assert!(matches("shop", "shop/web:v1"));
        assert!(!matches("shop", "shop2/web:v1"));
        assert!(matches("sh*", "shop2/web:v1"));
    }

    #[test]
    fn a_repository_means_all_its_tags_and_a_tag_is_a_glob() {
        assert!(matches("shop/web", "shop/web:v1"));
        assert!(!matches("shop/web", "shop/web2:v1"));
        assert!(matches("shop/*", "shop/web:v1"));
        assert!(matches("shop/web:v1.*", "shop/web:v1.2"));
        assert!(!matches("shop/web:v1.*", "shop/web:v2.0"));
        assert!(matches("shop:v1", "shop/web:v1"));
    }

    #[test]
    fn a_full_reference_means_that_host() {
        assert!(matches("ccr.ccs.tencentyun.com/shop/web:v1", "shop/web:v1"));
        assert!(!matches("hkccr.ccs.tencentyun.com/shop/web:v1", "shop/web:v1"));
    }

    #[test]
    fn an_empty_part_is_refused() {
        for text in ["", ":v1", "shop/web:"] {
            assert!(text.parse::<Pattern>().is_err(), "{text}");
        }
    }
}

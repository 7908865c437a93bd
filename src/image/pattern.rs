//! Patterns of the command line and the mapping file: `shop`, `shop/web`, `shop/web:v1.*`.

use std::fmt;
use std::str::FromStr;

use super::glob::is_special;
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
        if !self.is_for(host) {
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

    /// Whether a repository of this namespace can match that is not among the listed ones.
    #[must_use]
    pub fn may_match_in(
        &self,
        host: &Host,
        namespace: &str,
        is_listed: impl Fn(&str) -> bool,
    ) -> bool {
        if !self.is_for(host) {
            return false;
        }
        match self.path().split_once('/') {
            None => self.path.matches(namespace),
            Some((first, _)) if is_literal(self.path()) => {
                first == namespace && !is_listed(self.path())
            }
            Some((first, _)) => segment_matches(first, namespace),
        }
    }

    /// Whether a repository can match whose namespace is not among the listed ones.
    #[must_use]
    pub fn may_match_outside(&self, host: &Host, is_listed: impl Fn(&str) -> bool) -> bool {
        let first = self.path().split('/').next().unwrap_or_default();
        self.is_for(host) && (!is_literal(first) || !is_listed(first))
    }

    /// Whether every image of the namespace matches.
    #[must_use]
    pub fn takes_namespace(&self, host: &Host, namespace: &str) -> bool {
        let whole = match self.path().split_once('/') {
            None => self.path.matches(namespace),
            Some((first, "*" | "**")) => {
                first.parse::<Glob>().is_ok_and(|glob| glob.matches(namespace))
            }
            Some(_) => false,
        };
        whole && self.takes_all_tags() && self.is_for(host)
    }

    fn is_for(&self, host: &Host) -> bool {
        self.host.as_ref().is_none_or(|wanted| wanted == host)
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

    /// The host that it is for; `None` is any.
    #[must_use]
    pub fn host(&self) -> Option<&Host> {
        self.host.as_ref()
    }

    /// What is behind the host and `/` of a reference that matches: a regular expression in RE2's
    /// syntax that says the same as [`Pattern::matches_version`].
    #[must_use]
    pub fn path_regex(&self) -> String {
        let below = if self.path.as_str().contains('/') { "" } else { "/[^:@]*" };
        let version = match &self.tag {
            None => "(?::[^@]*)?(?:@.*)?".to_owned(),
            // Without a tag it is `latest`; with a digest it is that one image.
            Some(tag) if tag.matches("latest") => format!("(?::{})?", tag.regex()),
            Some(tag) => format!(":{}", tag.regex()),
        };
        format!("{}{below}{version}$", self.path.regex())
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn is_literal(text: &str) -> bool {
    !text.contains(is_special)
}

/// Whether the part of a path in front of its first slash can match a namespace. Where the slash
/// may stand inside of `**`, `{…}` or `[…]`, it can.
fn segment_matches(segment: &str, namespace: &str) -> bool {
    let is_whole = !segment.contains("**") && !segment.contains(['[', '{']);
    match segment.parse::<Glob>() {
        Ok(glob) if is_whole => glob.matches(namespace),
        _ => true,
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
    fn what_was_not_listed_may_be_meant() {
        let host = "ccr.ccs.tencentyun.com".parse().unwrap();
        for (pattern, inside, outside) in [
            ("shop", true, false),
            ("shop/web", false, false),
            ("shop/api", true, false),
            ("shop/*", true, false),
            ("sh*/w?b:v1", true, true),
            ("sh{op/web,y/a}", true, true),
            ("**", true, true),
            ("other", false, true),
            ("o*/web", false, true),
            ("a.b/shop/*", false, false),
            ("ccr.ccs.tencentyun.com/shop/*", true, false),
        ] {
            let parsed: Pattern = pattern.parse().unwrap();
            assert_eq!(
                parsed.may_match_in(&host, "shop", |name| name == "shop/web"),
                inside,
                "{pattern}"
            );
            assert_eq!(
                parsed.may_match_outside(&host, |name| name == "shop"),
                outside,
                "{pattern}"
            );
        }
        for (pattern, whole) in [
            ("shop", true),
            ("sh*/*", true),
            ("shop/**", true),
            ("shop/w*", false),
            ("shop:v1", false),
        ] {
            let parsed: Pattern = pattern.parse().unwrap();
            assert_eq!(parsed.takes_namespace(&host, "shop"), whole, "{pattern}");
        }
    }

    #[test]
    fn an_empty_part_is_refused() {
        for text in ["", ":v1", "shop/web:"] {
            assert!(text.parse::<Pattern>().is_err(), "{text}");
        }
    }
}

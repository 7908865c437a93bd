//! Which of a repository's tags are to be copied. Pure.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::str::FromStr;

use jiff::Timestamp;

use super::inventory::{SourceRepository, SourceTag};
use super::left_over::LeftOver;
use super::used_images::UsedImages;
use crate::image::{Digest, Host, Pattern, Reference, ReferrerTag, RepositoryName, Tag};

/// What the user asked for.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Any of these; none means everything.
    pub patterns: Vec<Pattern>,
    /// None of these.
    pub excludes: Vec<Pattern>,
    /// Only so many of each repository, newest push first.
    pub newest: Newest,
    /// Only what was pushed since.
    pub since: Option<Timestamp>,
    /// Only these, by their source's text: what a report left over.
    pub only: Option<LeftOver>,
    /// Only these: what clusters use.
    pub used: Option<UsedImages>,
}

/// How many tags of each repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Newest {
    /// No limit.
    #[default]
    All,
    /// This many, at least one.
    Count(usize),
}

impl FromStr for Newest {
    type Err = String;

    /// `0` and `all` mean all: that is how the old tool's help put it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" | "0" => Ok(Self::All),
            number => number
                .parse()
                .map(Self::Count)
                .map_err(|_| format!("`{number}` is not a number of tags, nor `all`")),
        }
    }
}

/// A repository's tags, sorted into those to copy and those that stay.
#[derive(Debug, Default)]
pub struct Selected<'a> {
    /// Oldest push first, as they will be committed; a referrer's tag comes after its subject.
    pub tags: Vec<&'a SourceTag>,
    /// Left out by `--newest` or `--since`, not counting what a pattern never meant.
    pub left_behind: usize,
}

impl Selection {
    /// Whether the repository needs to be listed at all.
    #[must_use]
    pub fn wants_repository(&self, host: &Host, name: &RepositoryName) -> bool {
        let wanted = self.patterns.is_empty()
            || self.patterns.iter().any(|pattern| pattern.matches_repository(host, name));
        let excluded = self
            .excludes
            .iter()
            .any(|pattern| pattern.takes_all_tags() && pattern.matches_repository(host, name));
        let left_over =
            self.only.as_ref().is_none_or(|only| only.wants_repository(&format!("{host}/{name}")));
        let used = self.used.as_ref().is_none_or(|used| used.wants_repository(host, name));
        wanted && !excluded && left_over && used
    }

    /// Whether patterns and exclusions leave this image in.
    pub(super) fn asks_for(&self, image: &Reference) -> bool {
        let (host, name) = (&image.host, &image.repository);
        let any = |patterns: &[Pattern]| {
            patterns.iter().any(|p| p.matches_version(host, name, &image.version))
        };
        (self.patterns.is_empty() || any(&self.patterns)) && !any(&self.excludes)
    }

    /// Whether a repository that nobody has listed may be meant: one in `namespace`, or, without
    /// one, in a namespace that nobody has listed either. `is_listed` tells of a repository
    /// (`namespace/repository`) or of a namespace whether it was.
    #[must_use]
    pub fn may_mean_unlisted(
        &self,
        host: &Host,
        namespace: Option<&str>,
        is_listed: &dyn Fn(&str) -> bool,
    ) -> bool {
        // A report that could read all has named all that it left over.
        if self.only.as_ref().is_some_and(|only| !only.unread_listing) {
            return false;
        }
        let is_used = |used: &UsedImages| used.may_mean_unlisted(host, namespace, is_listed);
        if !self.used.as_ref().is_none_or(is_used) {
            return false;
        }
        let may_mean = |pattern: &Pattern| match namespace {
            Some(namespace) => pattern.may_match_in(host, namespace, is_listed),
            None => pattern.may_match_outside(host, is_listed),
        };
        let excluded = |pattern: &Pattern| {
            namespace.is_some_and(|namespace| pattern.takes_namespace(host, namespace))
        };
        (self.patterns.is_empty() || self.patterns.iter().any(may_mean))
            && !self.excludes.iter().any(excluded)
    }

    /// The selected tags, each by the places of its repository and of itself.
    pub(super) fn places(&self, repositories: &[SourceRepository]) -> Vec<(usize, usize)> {
        let all = repositories.iter().enumerate();
        let place = |(index, repository)| {
            self.places_in(repository).into_iter().map(move |tag_index| (index, tag_index))
        };
        all.flat_map(place).collect()
    }

    /// The places of the selected tags among those of one repository.
    pub(super) fn places_in(&self, repository: &SourceRepository) -> Vec<usize> {
        let names: HashSet<&Tag> =
            self.select(repository).tags.into_iter().map(|tag| &tag.name).collect();
        let tags = repository.tags.iter().enumerate();
        tags.filter(|(_, tag)| names.contains(&tag.name)).map(|(place, _)| place).collect()
    }

    /// Selects from one repository.
    ///
    /// Fallback and cosign tags follow their subject and are never counted in `--newest`. One
    /// whose subject no tag names (a child of an index) is taken whenever the whole repository is
    /// meant: it can't be told to be unneeded.
    #[must_use]
    pub fn select<'a>(&self, repository: &'a SourceRepository) -> Selected<'a> {
        let (referrers, plain): (Vec<_>, Vec<_>) = repository
            .tags
            .iter()
            .map(|tag| (tag, ReferrerTag::parse(&tag.name)))
            .partition(|(_, referrer)| referrer.is_some());

        let mut meant: Vec<&SourceTag> =
            plain.iter().map(|(tag, _)| *tag).filter(|tag| self.means(repository, tag)).collect();
        let wished = meant.len();
        if let Some(since) = self.since {
            // A tag without a push time can't be shown to be old.
            meant.retain(|tag| tag.pushed.is_none_or(|pushed| pushed >= since));
        }
        meant.sort_by_key(|&tag| Reverse((tag.pushed, tag.place, &tag.name)));
        if let Newest::Count(count) = self.newest {
            meant.truncate(count);
        }
        let left_behind = wished - meant.len();
        meant.reverse();

        let taken: HashSet<&Digest> = meant.iter().filter_map(|tag| tag.digest.as_ref()).collect();
        let named: HashSet<&Digest> =
            plain.iter().filter_map(|(tag, _)| tag.digest.as_ref()).collect();
        // Signatures may be kept in a repository of their own, without the images.
        let apart = plain.is_empty() && self.takes_whole(repository);
        let follows = |tag: &SourceTag, subject: &Digest| {
            let dangling = !named.contains(subject) && (!meant.is_empty() || apart);
            // A pattern may name a signature, and `--retry-from` one whose subject is done.
            let by_tag = self.only.is_some() || self.patterns.iter().any(|p| !p.takes_all_tags());
            let asked = by_tag && self.means(repository, tag);
            (taken.contains(subject) || dangling || asked)
                && !self
                    .excludes
                    .iter()
                    .any(|p| p.matches(&repository.host, &repository.name, &tag.name))
        };
        let mut followers: Vec<&SourceTag> = referrers
            .iter()
            .filter(|(tag, referrer)| referrer.as_ref().is_some_and(|r| follows(tag, &r.subject)))
            .map(|(tag, _)| *tag)
            .collect();
        if let Some(only) = &self.only {
            let name = format!("{}/{}", repository.host, repository.name);
            followers.retain(|tag| only.wants(&name, &format!("{name}:{}", tag.name)));
        }
        followers.sort_by_key(|&tag| (tag.pushed, tag.place, &tag.name));
        meant.extend(followers);
        Selected { tags: meant, left_behind }
    }

    fn takes_whole(&self, repository: &SourceRepository) -> bool {
        let (host, name) = (&repository.host, &repository.name);
        let whole = |p: &Pattern| p.takes_all_tags() && p.matches_repository(host, name);
        self.patterns.is_empty() || self.patterns.iter().any(whole)
    }

    fn means(&self, repository: &SourceRepository, tag: &SourceTag) -> bool {
        let (host, name) = (&repository.host, &repository.name);
        let any = |patterns: &[Pattern]| patterns.iter().any(|p| p.matches(host, name, &tag.name));
        let left_over = self.only.as_ref().is_none_or(|only| {
            only.wants(&format!("{host}/{name}"), &format!("{host}/{name}:{}", tag.name))
        });
        let used = self.used.as_ref().is_none_or(|used| used.wants(repository, tag));
        (self.patterns.is_empty() || any(&self.patterns))
            && !any(&self.excludes)
            && left_over
            && used
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::fallback_tag;

    fn tag(name: &str, content: &str, day: i64) -> SourceTag {
        SourceTag {
            digest: Some(Digest::of(content.as_bytes())),
            size: 1,
            pushed: Some(Timestamp::from_second(day * 86_400).unwrap()),
            ..SourceTag::seen(
                name.parse().unwrap(),
                crate::image::TagOrDigest::Tag(name.parse().unwrap()),
                None,
            )
        }
    }

    fn repository(tags: Vec<SourceTag>) -> SourceRepository {
        SourceRepository {
            host: "ccr.ccs.tencentyun.com".parse().unwrap(),
            name: "shop/web".parse().unwrap(),
            public: None,
            description: String::new(),
            counted_tags: Some(tags.len() as u64),
            tags,
            target_host: "prod.tencentcloudcr.com".parse().unwrap(),
            target: Ok("shop/web".parse().unwrap()),
            unusable: None,
        }
    }

    fn names(selection: &Selection, repository: &SourceRepository) -> Vec<String> {
        selection.select(repository).tags.iter().map(|tag| tag.name.to_string()).collect()
    }

    #[test]
    fn newest_is_by_push_time_whatever_the_order_of_the_listing() {
        let repository = repository(vec![
            tag("b", "b", 2),
            tag("d", "d", 4),
            tag("a", "a", 1),
            tag("c", "c", 3),
        ]);
        let selection = Selection { newest: Newest::Count(2), ..Selection::default() };
        assert_eq!(names(&selection, &repository), ["c", "d"]);
        assert_eq!(selection.select(&repository).left_behind, 2);
    }

    #[test]
    fn zero_and_all_mean_all() {
        assert_eq!("0".parse(), Ok(Newest::All));
        assert_eq!("all".parse(), Ok(Newest::All));
        assert_eq!("3".parse(), Ok(Newest::Count(3)));
        assert!("-1".parse::<Newest>().is_err());
        let repository = repository(vec![tag("b", "b", 2), tag("a", "a", 1)]);
        assert_eq!(names(&Selection::default(), &repository), ["a", "b"]);
    }

    #[test]
    fn signatures_follow_their_subject_and_are_not_counted() {
        let (old, new) = (Digest::of(b"old"), Digest::of(b"new"));
        let repository = repository(vec![
            tag("v1", "old", 1),
            tag("v2", "new", 2),
            tag(&format!("{}.sig", fallback_tag(&old)), "s1", 9),
            tag(&format!("{}.sig", fallback_tag(&new)), "s2", 9),
            tag(fallback_tag(&Digest::of(b"a child")).as_str(), "f", 9),
        ]);
        let selection = Selection { newest: Newest::Count(1), ..Selection::default() };
        let names = names(&selection, &repository);
        assert_eq!(names[0], "v2");
        let mut followers = vec![
            fallback_tag(&Digest::of(b"a child")).to_string(),
            format!("{}.sig", fallback_tag(&new)),
        ];
        followers.sort();
        assert_eq!(names[1..], followers);
    }

    #[test]
    fn signatures_that_are_kept_apart_from_their_images_are_not_lost() {
        let signature = format!("{}.sig", fallback_tag(&Digest::of(b"elsewhere")));
        let repository = repository(vec![tag(&signature, "s", 1)]);
        let newest = Selection { newest: Newest::Count(1), ..Selection::default() };
        assert_eq!(names(&newest, &repository), [signature]);
    }

    #[test]
    fn since_keeps_what_has_no_time() {
        let mut timeless = tag("x", "x", 0);
        timeless.pushed = None;
        let repository = repository(vec![tag("a", "a", 1), tag("b", "b", 5), timeless]);
        let since = Some(Timestamp::from_second(3 * 86_400).unwrap());
        let selection = Selection { since, ..Selection::default() };
        assert_eq!(names(&selection, &repository), ["x", "b"]);
    }

    #[test]
    fn an_exclude_beats_a_pattern() {
        let repository = repository(vec![tag("v1", "a", 1), tag("v2", "b", 2)]);
        let selection = Selection {
            patterns: vec!["shop".parse().unwrap()],
            excludes: vec!["shop/web:v1".parse().unwrap()],
            ..Selection::default()
        };
        assert_eq!(names(&selection, &repository), ["v2"]);
    }

    #[test]
    fn what_a_report_left_over_is_all_that_is_taken() {
        let repository = repository(vec![tag("v1", "a", 1), tag("v2", "b", 2), tag("v3", "c", 3)]);
        let name = "ccr.ccs.tencentyun.com/shop/web";
        let failed = LeftOver { sources: [format!("{name}:v2")].into(), ..LeftOver::default() };
        let selection = Selection { only: Some(failed), ..Selection::default() };
        assert_eq!(names(&selection, &repository), ["v2"]);

        let unread = LeftOver {
            done: [format!("{name}:v1")].into(),
            unread_repositories: [name.to_owned()].into(),
            ..LeftOver::default()
        };
        let selection = Selection { only: Some(unread), ..Selection::default() };
        assert_eq!(names(&selection, &repository), ["v2", "v3"]);
    }
}

//! What an earlier report left to do, for `--retry-from`. Pure.

use std::collections::{BTreeSet, HashSet};

use super::image_list::ImageLine;
use super::report::{ImageResult, Report, UnreadPart};
use crate::image::Reference;

/// What an earlier report left to do.
#[derive(Debug, Clone, Default)]
pub struct LeftOver {
    /// Sources that failed, were skipped or in conflict, or whose referrers went unread,
    /// `HOST/NAMESPACE/REPOSITORY:TAG`.
    pub sources: BTreeSet<String>,
    /// Sources that the report says are done, needed only where something went unread.
    pub done: HashSet<String>,
    /// Repositories (`HOST/NAMESPACE/REPOSITORY`) whose tags could not all be listed.
    pub unread_repositories: HashSet<String>,
    /// Whether repositories themselves went unread, so that any name may be one of them.
    pub unread_listing: bool,
}

impl LeftOver {
    /// Reads what a report left over.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let mut left = Self::default();
        for item in &report.items {
            match item.outcome.is_left_over() {
                true => left.sources.insert(item.source.clone()),
                false => left.done.insert(item.source.clone()),
            };
        }
        for unread in &report.unread {
            match unread.scope {
                UnreadPart::Tags => {
                    left.unread_repositories.insert(unread.of.clone());
                }
                UnreadPart::Referrers => {
                    left.done.remove(&unread.of);
                    left.sources.insert(unread.of.clone());
                }
                UnreadPart::Repositories => left.unread_listing = true,
                // What could not be read at the target is looked at again with each image. What
                // could not be read of a cluster, a retry has no cluster to read it from.
                UnreadPart::Target | UnreadPart::Cluster => {}
            }
        }
        left
    }

    /// The left-over images of a report as a list, each with the target that it was meant for.
    ///
    /// Where the tags of a repository went unread, all its images are listed again.
    #[must_use]
    pub fn lines_of(report: &Report) -> Vec<ImageLine> {
        let left = Self::of(report);
        let repository_of = |source: &str| {
            let end = source.rfind(['@', ':']).unwrap_or(source.len());
            left.unread_repositories.contains(&source[..end])
        };
        report
            .items
            .iter()
            .filter(|item| left.sources.contains(&item.source) || repository_of(&item.source))
            .filter(|item| is_image(&item.source))
            .filter_map(|item| {
                let target = item.target.parse().ok()?;
                let source = item.source.parse().ok()?;
                Some(ImageLine { source, target: Some(target), replaces: None })
            })
            .collect()
    }

    /// Left-over entries of a report of which no tag was known, as they failed: a rule of an old
    /// rule file that means all of a repository. Only the rule file can bring them.
    #[must_use]
    pub fn untagged(report: &Report) -> Vec<ImageResult> {
        let left = report.items.iter().filter(|item| item.outcome.is_left_over());
        left.filter(|item| !is_image(&item.source)).cloned().collect()
    }

    /// Whether the report left nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty() && self.unread_repositories.is_empty() && !self.unread_listing
    }

    pub(super) fn wants_repository(&self, name: &str) -> bool {
        // Sorted, so that what is left of ten thousand repositories isn't searched for each of them.
        let is_below = |separator: char| {
            let begin = format!("{name}{separator}");
            let mut from = self.sources.range(begin.clone()..);
            from.next().is_some_and(|source| source.starts_with(&begin))
        };
        self.unread_listing
            || self.unread_repositories.contains(name)
            || is_below(':')
            || is_below('@')
    }

    pub(super) fn wants(&self, repository: &str, source: &str) -> bool {
        let unread = self.unread_listing || self.unread_repositories.contains(repository);
        self.sources.contains(source) || (unread && !self.done.contains(source))
    }
}

/// Whether it names a tag or a digest.
fn is_image(source: &str) -> bool {
    source.parse::<Reference>().is_ok_and(|reference| reference.to_string() == source)
}

//! What a comparison of both sides says about answering for CCR. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::obstacle::Obstacle;
use crate::image::{Digest, Reference};
use crate::transfer::{ImageResult, NoticeCode, Outcome, Report};

/// No more examples are named of one obstacle.
const EXAMPLES: usize = 5;

/// An image of a repository that TCR would answer for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedImage {
    /// As CCR's clients name it.
    pub reference: Reference,
    /// What it is.
    pub digest: Digest,
}

/// What was found.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Compared {
    /// Repositories that TCR holds, and would answer for.
    pub repositories: u64,
    /// Tags that were compared in them.
    pub tags: u64,
    /// Tags that TCR has a newer image for.
    pub newer: u64,
    /// Repositories that TCR lacks, which CCR would go on to answer for.
    pub left_to_ccr: u64,
    /// One image of each repository that TCR holds.
    #[serde(skip)]
    pub images: Vec<UsedImage>,
}

impl Compared {
    /// Of a report of everything. `held` are the repositories of the instance.
    pub(super) fn of(report: &Report, held: &BTreeSet<String>) -> (Self, Vec<Obstacle>) {
        let mut compared = Self::default();
        let mut obstacles = Vec::new();
        let mut images: BTreeMap<String, UsedImage> = BTreeMap::new();
        let (mut used, mut left) = (BTreeSet::new(), BTreeSet::new());
        let (mut unequal, mut renamed) = (Vec::new(), BTreeSet::new());
        for item in &report.items {
            let (Ok(old), Ok(new)) = (reference(&item.source), reference(&item.target)) else {
                unequal.push(item.source.clone());
                continue;
            };
            let repository = old.repository.to_string();
            if old.repository != new.repository {
                renamed.insert(format!("{repository} → {}", new.repository));
            }
            if !held.contains(&repository) {
                left.insert(repository);
                continue;
            }
            compared.tags += 1;
            used.insert(repository.clone());
            match item.outcome {
                Outcome::Equal => {
                    if let Some(digest) = item.digest.clone() {
                        images.entry(repository).or_insert(UsedImage { reference: old, digest });
                    }
                }
                Outcome::Kept => compared.newer += 1,
                _ => unequal.push(unequal_item(item)),
            }
        }
        compared.repositories = used.len() as u64;
        compared.left_to_ccr = left.len() as u64;
        compared.images = images.into_values().collect();
        if !renamed.is_empty() {
            let repositories = renamed.len() as u64;
            let some = renamed.into_iter().take(EXAMPLES).collect();
            obstacles.push(Obstacle::Renamed { repositories, some });
        }
        if !unequal.is_empty() {
            let tags = unequal.len() as u64;
            unequal.truncate(EXAMPLES);
            obstacles.push(Obstacle::NotEqual { tags, some: unequal });
        }
        obstacles.extend(report.unread.iter().map(|unread| Obstacle::NotCompared {
            what: format!("{}: {}", unread.what, unread.error.diagnostic.message),
        }));
        // TCR may lack tags of a repository that isn't listed, and would answer for it.
        let cut_short = report.warnings.iter().filter(|it| it.code == NoticeCode::ListingFiltered);
        obstacles
            .extend(cut_short.map(|notice| Obstacle::NotCompared { what: notice.message.clone() }));
        if report.interrupted {
            obstacles.push(Obstacle::NotCompared { what: "the run was interrupted".to_owned() });
        } else if compared.repositories == 0 {
            let what = "TCR holds no repository of CCR's".to_owned();
            obstacles.push(Obstacle::NotCompared { what });
        }
        (compared, obstacles)
    }
}

/// Which tag it is, and why.
fn unequal_item(item: &ImageResult) -> String {
    match &item.error {
        Some(failure) => format!("{} ({})", item.source, failure.diagnostic.message),
        None => item.source.clone(),
    }
}

fn reference(text: &str) -> Result<Reference, crate::image::ReferenceError> {
    text.parse()
}

#[cfg(test)]
mod tests;

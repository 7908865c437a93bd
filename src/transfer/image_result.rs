//! From a tag of the plan to its result in the report.

use super::plan::{Action, RepositoryCopy, TagCopy};
use super::report::{Failure, FailureClass, ImageResult, Outcome};
use crate::account::Account;
use crate::image::Reference;

impl ImageResult {
    /// A result that says no more than the outcome.
    pub(super) fn of(repository: &RepositoryCopy, tag: &TagCopy, outcome: Outcome) -> Self {
        Self {
            source: repository.source_of(tag).to_string(),
            target: repository.target_of(tag).to_string(),
            digest: tag.digest.clone(),
            outcome,
            size: if tag.action.moves_tag() { tag.size } else { 0 },
            bytes: 0,
            mounted: 0,
            present: 0,
            note: None,
            error: None,
        }
    }

    /// Something that was asked for, by its name, and of which no tag is known.
    #[must_use]
    pub fn not_planned(source: String, target: String, failure: Failure) -> Self {
        Self {
            source,
            target,
            digest: None,
            outcome: Outcome::Failed,
            size: 0,
            bytes: 0,
            mounted: 0,
            present: 0,
            note: None,
            error: Some(failure),
        }
    }

    /// A tag for which the plan has nothing to send.
    pub(super) fn untouched(repository: &RepositoryCopy, tag: &TagCopy) -> Self {
        let reason = tag.action.reason().map(str::to_owned);
        match &tag.action {
            Action::Keep(_) => Self { note: reason, ..Self::of(repository, tag, Outcome::Kept) },
            Action::Conflict(_) => {
                let failure = Failure::new(FailureClass::Conflict, reason.unwrap_or_default())
                    .with_hint("choose: --on-conflict overwrite takes CCR's, skip keeps TCR's");
                Self { error: Some(failure), ..Self::of(repository, tag, Outcome::Conflict) }
            }
            Action::Unreadable(failure) => {
                let error = Some(failure.clone());
                Self { error, ..Self::of(repository, tag, Outcome::Failed) }
            }
            _ => Self::of(repository, tag, Outcome::Equal),
        }
    }

    /// A tag that was not tried.
    pub(super) fn skipped(repository: &RepositoryCopy, tag: &TagCopy, failure: Failure) -> Self {
        Self { error: Some(failure), ..Self::of(repository, tag, Outcome::Skipped) }
    }
}

/// An image that was named and CCR doesn't have, or doesn't show.
pub(super) fn not_in_ccr(account: &Account, image: &Reference, failure: Failure) -> ImageResult {
    ImageResult::not_planned(image.to_string(), target_of(account, image), failure)
}

/// An image that was named, that CCR doesn't have any more and TCR has.
pub(super) fn kept_without_source(account: &Account, image: &Reference) -> ImageResult {
    let note = Some("CCR doesn't have it any more".to_owned());
    let digest = image.version.digest().cloned();
    let (source, target) = (image.to_string(), target_of(account, image));
    ImageResult {
        source,
        target,
        digest,
        outcome: Outcome::Kept,
        size: 0,
        bytes: 0,
        mounted: 0,
        present: 0,
        note,
        error: None,
    }
}

/// What it would be called in TCR; empty if it has no name there.
fn target_of(account: &Account, image: &Reference) -> String {
    let host = account.target_host.clone();
    let name = account.mapping.target(&image.host, image.repository.as_str()).ok();
    let target = host.zip(name).map(|(host, repository)| {
        Reference { host, repository, version: image.version.clone() }.to_string()
    });
    target.unwrap_or_default()
}

//! Comparing both sides without changing anything.

use parking_lot::Mutex;
use std::collections::HashSet;
use std::sync::Arc;

use futures::{StreamExt as _, stream};

use super::copy::{CopyError, Graph, discover};
use super::crossing::Crossing;
use super::inventory::lists_all;
use super::observer::{Event, Observer};
use super::plan::{Action, RepositoryCopy, TagCopy};
use super::report::{Effort, Failure, FailureClass, ImageResult, Outcome, Report, RunCommand};
use super::stop::Stop;
use super::sync::{SyncError, SyncOptions, Trust, hosts, milliseconds, prepare_plan, report};
use super::target_setup::TargetSetup;
use super::verify_referrers::ReferrersCheck;
use crate::account::Account;
use crate::diagnostic::CommonError;
use crate::image::{Descriptor, Digest, Host, TagOrDigest};
use crate::registry::{Registry, RegistryError};

/// Images looked at at once.
const IMAGES: usize = 16;

/// How closely to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What each tag points at, by the registry itself.
    Tags,
    /// Every manifest and every blob is fetched from the target and hashed.
    Deep,
}

/// Compares the selected images of both sides.
///
/// # Errors
/// [`SyncError`] as for a plan. Differences are in the report.
pub async fn verify(
    account: &Account,
    options: &SyncOptions,
    depth: Depth,
    observer: Arc<dyn Observer>,
    stop: &Stop,
) -> Result<Report, SyncError> {
    let trust = match depth {
        Depth::Tags => Trust::SourceSampled,
        Depth::Deep => Trust::SourceAsked,
    };
    let planning = prepare_plan(account, options, trust);
    let mut planned = stop.unless_asked(planning).await.ok_or(SyncError::Interrupted)??;
    observer.event(Event::Planned(&planned.plan.totals));
    let hashed = Mutex::new(HashSet::new());
    let referrers = ReferrersCheck::default();
    let pairs: Vec<(&RepositoryCopy, &TagCopy)> = planned
        .plan
        .repositories
        .iter()
        .flat_map(|copy| copy.tags.iter().map(move |tag| (copy, tag)))
        .collect();
    let items = stream::iter(pairs)
        .map(|(copy, tag)| {
            let (hashed, observer, referrers) = (&hashed, &observer, &referrers);
            async move {
                let looking = async {
                    let item = look(account, copy, tag, depth, hashed, observer).await;
                    match item.outcome {
                        Outcome::Equal => {
                            with_referrers(account, copy, tag, depth, hashed, observer, referrers)
                                .await
                                .map_or_else(|error| failed(copy, tag, error), |()| item)
                        }
                        _ => item,
                    }
                };
                let item = stop.unless_asked(looking).await;
                let item =
                    item.unwrap_or_else(|| ImageResult::skipped(copy, tag, Failure::interrupted()));
                observer.event(Event::Settled(&item));
                item
            }
        })
        .buffered(IMAGES)
        .collect()
        .await;
    planned.plan.note_referrers(referrers.into_unread(), &account.registries);
    let effort = Effort {
        planning_ms: milliseconds(planned.took),
        hosts: hosts(account),
        ..Effort::default()
    };
    Ok(report(RunCommand::Verify, planned, TargetSetup::default(), items, stop, effort))
}

async fn look(
    account: &Account,
    copy: &RepositoryCopy,
    tag: &TagCopy,
    depth: Depth,
    hashed: &Mutex<HashSet<(Host, Digest)>>,
    observer: &Arc<dyn Observer>,
) -> ImageResult {
    let differs = |message: &str| {
        Failure::new(FailureClass::Unequal, message)
            .with_hint("docker ccr2tcr sync copies what is missing or older")
            .known_as(CommonError::ImageMissing)
    };
    // The API's listing may lag behind a push by seconds; the registry's word is what counts.
    let looked = match &tag.action {
        Action::MergeFallback => {
            match lists_all(account, &copy.source_of(tag), &copy.target_of(tag)).await {
                Ok(true) => Ok(()),
                Ok(false) => Err(differs("TCR's fallback index lacks referrers of it")),
                Err(error) => Err(Failure::from(&error)),
            }
        }
        action => match at_registry(account, copy, tag, depth, hashed, observer).await {
            Ok(None) => Ok(()),
            Ok(Some(_)) if matches!(action, Action::Keep(_)) => {
                let mut item = ImageResult::of(copy, tag, Outcome::Kept);
                item.note = action.reason().map(str::to_owned);
                return item;
            }
            Ok(Some(_)) if let Action::Unreadable(failure) = action => Err(failure.clone()),
            Ok(Some(_)) if matches!(action, Action::Conflict(_)) => {
                let mut item = ImageResult::of(copy, tag, Outcome::Conflict);
                item.error = action.reason().map(differs);
                return item;
            }
            Ok(Some(found)) => Err(differs(&found)),
            Err(failure) => Err(failure),
        },
    };
    match looked {
        Ok(()) => ImageResult::of(copy, tag, Outcome::Equal),
        Err(failure) => failed(copy, tag, failure),
    }
}

fn failed(copy: &RepositoryCopy, tag: &TagCopy, failure: Failure) -> ImageResult {
    ImageResult { error: Some(failure), ..ImageResult::of(copy, tag, Outcome::Failed) }
}

/// What refers to an image that is equal itself: listed in TCR, and whole there.
async fn with_referrers(
    account: &Account,
    copy: &RepositoryCopy,
    tag: &TagCopy,
    depth: Depth,
    hashed: &Mutex<HashSet<(Host, Digest)>>,
    observer: &Arc<dyn Observer>,
    referrers: &ReferrersCheck,
) -> Result<(), Failure> {
    let all = referrers.compare(account, copy, tag).await?;
    let registry = account.registries.get(&copy.target_host);
    let source = account.registries.get(&copy.source_host);
    for digest in all.into_iter().filter(|_| depth == Depth::Deep) {
        let version = TagOrDigest::Digest(digest);
        let graph = discover(&registry, &copy.target, &version).await;
        let graph = graph.map_err(|error| Failure::from(&error))?;
        let hashed = hash_blobs(&registry, &source, copy, &graph, hashed, observer).await;
        hashed.map_err(|error| Failure::from(&error))?;
    }
    Ok(())
}

/// What the target's registry says; `None` if it is as it should be.
async fn at_registry(
    account: &Account,
    copy: &RepositoryCopy,
    tag: &TagCopy,
    depth: Depth,
    hashed: &Mutex<HashSet<(Host, Digest)>>,
    observer: &Arc<dyn Observer>,
) -> Result<Option<String>, Failure> {
    let registry = account.registries.get(&copy.target_host);
    let version = TagOrDigest::Tag(tag.tag.clone());
    let head = match registry.head_manifest(&copy.target, &version).await {
        // A namespace that doesn't exist answers as if the right were missing.
        Err(RegistryError::Denied { .. }) if tag.action == Action::Copy => None,
        head => head.map_err(|error| Failure::from(&error))?,
    };
    let found = head.and_then(|head| head.digest);
    if found.is_none() || found != tag.digest {
        return Ok(Some(found.map_or_else(
            || "not in TCR".to_owned(),
            |found| format!("TCR has another image under this tag, {found}"),
        )));
    }
    if depth == Depth::Deep {
        let version = found.map_or(version, TagOrDigest::Digest);
        let graph = discover(&registry, &copy.target, &version)
            .await
            .map_err(|error| Failure::from(&error))?;
        let source = account.registries.get(&copy.source_host);
        hash_blobs(&registry, &source, copy, &graph, hashed, observer)
            .await
            .map_err(|error| Failure::from(&error))?;
    }
    Ok(None)
}

async fn hash_blobs(
    registry: &Registry,
    source: &Registry,
    copy: &RepositoryCopy,
    graph: &Graph,
    hashed: &Mutex<HashSet<(Host, Digest)>>,
    observer: &Arc<dyn Observer>,
) -> Result<(), CopyError> {
    for blob in graph.blobs() {
        let key = (registry.host().clone(), blob.digest.clone());
        let known = hashed.lock().contains(&key);
        if known {
            // Its bytes are right; what is left is that this repository has it too.
            if registry.blob_exists(&copy.target, &blob.digest).await?.is_none()
                && !is_elsewhere(source, copy, blob).await?
            {
                return Err(CopyError::NotFound { what: format!("blob {} (at TCR)", blob.digest) });
            }
            continue;
        }
        let mut stream = match registry.blob(&copy.target, &blob.digest, blob.size).await {
            Err(error) if error.is_not_found() && is_elsewhere(source, copy, blob).await? => {
                continue;
            }
            stream => stream?,
        };
        let size = stream.length().or(blob.size).unwrap_or(0);
        let crossing = Crossing::begin(observer.clone(), &copy.target, &blob.digest, size);
        while let Some(chunk) = stream.next().await {
            crossing.moved(chunk?.len() as u64);
        }
        hashed.lock().insert(key);
    }
    Ok(())
}

/// Whether TCR may lack a blob: it is a foreign layer that CCR lacks too, as a copy takes it.
async fn is_elsewhere(
    source: &Registry,
    copy: &RepositoryCopy,
    blob: &Descriptor,
) -> Result<bool, RegistryError> {
    Ok(blob.may_be_elsewhere() && source.blob_exists(&copy.source, &blob.digest).await?.is_none())
}

//! The whole run: a worker for each repository, and a second round for what failed in the first.
//!
//! An outage of minutes should not end a run of hours with "failed": what failed for a reason
//! that passes is tried once more after everything else is done.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use std::{iter, mem};

use tokio::task::JoinSet;

use super::repository_worker::{RepositoryWorker, faulty};
use super::tag_result::TagResult;
use crate::account::Registries;
use crate::transfer::copy::health::Health;
use crate::transfer::copy::run::{Limits, Run};
use crate::transfer::observer::{Event, Observer};
use crate::transfer::plan::{Plan, RepositoryCopy};
use crate::transfer::referrers::{ListingTrouble, ReferrersUnread};
use crate::transfer::report::{ImageResult, Spent};
use crate::transfer::stop::Stop;
use crate::transfer::target_setup::TargetSetup;

/// How long the second round waits, so that a hiccup of a registry is over.
const BEFORE_THE_SECOND_ROUND: Duration = Duration::from_secs(2);

/// What copying came to.
#[derive(Debug)]
pub struct Copied {
    /// One for each tag of the plan, in its order.
    pub items: Vec<ImageResult>,
    /// Images of which not all referrers could be listed or copied.
    pub(in crate::transfer) unread: Vec<ReferrersUnread>,
    /// Where the time went.
    pub spent: Spent,
}

/// Does what the plan says, and reports on each of its tags.
pub async fn copy(
    plan: &mut Plan,
    setup: &TargetSetup,
    registries: &Registries,
    limits: Limits,
    observer: Arc<dyn Observer>,
    stop: Stop,
) -> Copied {
    let run = Arc::new(Run::new(plan, registries, limits, observer, stop));
    // Lent to the workers: a second copy of the plan of a large account is worth avoiding.
    let repositories: Vec<Arc<RepositoryCopy>> =
        mem::take(&mut plan.repositories).into_iter().map(Arc::new).collect();
    let mut items: Vec<Vec<Option<ImageResult>>> = vec![Vec::new(); repositories.len()];
    let mut troubles: BTreeMap<(usize, usize), ListingTrouble> = BTreeMap::new();
    let mut work: Vec<Vec<usize>> =
        repositories.iter().map(|repository| (0..repository.tags.len()).collect()).collect();
    for is_last_round in [false, true] {
        let workers =
            repositories.iter().zip(work).enumerate().filter(|(_, (_, tags))| !tags.is_empty());
        let workers = workers.map(|(place, (repository, tags))| {
            let worker = RepositoryWorker {
                run: run.clone(),
                repository: repository.clone(),
                blocked: setup.blocked.get(&place).cloned(),
                health: Health::of(
                    run.registry(&repository.target_host).host().clone(),
                    repository.target.clone(),
                ),
                is_last_round,
            };
            (place, worker, tags)
        });
        work = vec![Vec::new(); repositories.len()];
        round(workers, |place, end| {
            if end.again {
                work[place].push(end.index);
            }
            // The last round's word counts.
            let key = (place, end.index);
            match end.referrers.clone() {
                Some(trouble) => drop(troubles.insert(key, trouble)),
                None => drop(troubles.remove(&key)),
            }
            items[place].resize(repositories[place].tags.len(), None);
            settle(&mut items[place][end.index], end);
        })
        .await;
        if is_last_round || work.iter().all(Vec::is_empty) {
            break;
        }
        for tags in &mut work {
            tags.sort_unstable();
        }
        let again: usize = work.iter().map(Vec::len).sum();
        tracing::info!(images = again, "a second round for what failed");
        tokio::select! {
            () = tokio::time::sleep(BEFORE_THE_SECOND_ROUND) => {}
            () = run.stop.asked() => {
                for (place, index) in places(&work) {
                    if let Some(item) = &items[place][index] {
                        run.observer().event(Event::Settled(item));
                    }
                }
                break;
            }
        }
    }
    let missed = |(repository, items): (&Arc<RepositoryCopy>, Vec<Option<ImageResult>>)| {
        let tags = repository.tags.iter().zip(items.into_iter().chain(iter::repeat(None)));
        tags.map(|(tag, item)| item.unwrap_or_else(|| faulty(repository, tag))).collect::<Vec<_>>()
    };
    let items = repositories.iter().zip(items).flat_map(missed).collect();
    let unread = troubles.into_iter().map(|((place, index), trouble)| {
        let repository = &repositories[place];
        let image = repository.source_of(&repository.tags[index]).to_string();
        ReferrersUnread { image, trouble }
    });
    let unread = unread.collect();
    // The workers have ended; nobody else holds them.
    plan.repositories = repositories.into_iter().map(Arc::unwrap_or_clone).collect();
    Copied { items, unread, spent: run.tally.read() }
}

fn places(work: &[Vec<usize>]) -> impl Iterator<Item = (usize, usize)> + '_ {
    work.iter().enumerate().flat_map(|(place, tags)| tags.iter().map(move |index| (place, *index)))
}

/// All workers at once; `ended` hears of each tag. A worker that is lost leaves its tags without an
/// end.
async fn round(
    workers: impl Iterator<Item = (usize, RepositoryWorker, Vec<usize>)>,
    mut ended: impl FnMut(usize, TagResult),
) {
    let mut running = JoinSet::new();
    let mut whose = HashMap::new();
    for (place, worker, tags) in workers {
        let worker = running.spawn(Arc::new(worker).work(tags));
        whose.insert(worker.id(), place);
    }
    while let Some(worker) = running.join_next_with_id().await {
        let Ok((id, of_worker)) = worker else { continue };
        let Some(place) = whose.get(&id) else { continue };
        for end in of_worker {
            ended(*place, end);
        }
    }
}

/// Notes how a tag ended; what the first round has moved for it counts too.
fn settle(slot: &mut Option<ImageResult>, end: TagResult) {
    let mut item = end.item;
    if let Some(before) = slot.take() {
        item.bytes = item.bytes.saturating_add(before.bytes);
        item.mounted = item.mounted.saturating_add(before.mounted);
        item.present = item.present.saturating_add(before.present);
        if let (None, Some(failure)) = (&item.error, before.error) {
            let second = format!("at the second try; the first: {}", failure.diagnostic.message);
            item.note = Some(item.note.map_or(second.clone(), |note| format!("{note}; {second}")));
        }
    }
    *slot = Some(item);
}

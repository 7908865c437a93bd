//! The whole run: a lane for each repository, and a second round for what failed in the first.
//!
//! An outage of minutes should not end a run of hours with "failed": what failed for a reason
//! that passes is tried once more after everything else is done.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::health::Health;
use super::lane::{End, Lane, faulty};
use super::run::Run;
use crate::account::Registries;
use crate::transfer::observer::{Event, Observer};
use crate::transfer::plan::{Plan, RepositoryCopy};
use crate::transfer::prepare::Prepared;
use crate::transfer::report::{Item, Spent};
use crate::transfer::stop::Stop;

/// How long the second round waits, so that a hiccup of a registry is over.
const BEFORE_THE_SECOND_ROUND: Duration = Duration::from_secs(2);

/// How much goes on at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Blobs that move at once, at most; hosts that ask for patience get fewer.
    pub blobs: usize,
    /// Bytes of blobs in a second, over all of them; `None` for as fast as it goes.
    pub bytes_per_second: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { blobs: 32, bytes_per_second: None }
    }
}

/// What copying came to.
#[derive(Debug)]
pub struct Copied {
    /// One for each tag of the plan, in its order.
    pub items: Vec<Item>,
    /// Where the time went.
    pub spent: Spent,
}

/// Does what the plan says, and reports on each of its tags.
pub async fn copy(
    plan: &Plan,
    prepared: &Prepared,
    registries: &Registries,
    limits: Limits,
    observer: Arc<dyn Observer>,
    stop: Stop,
) -> Copied {
    let run = Arc::new(Run::new(plan, registries, limits, observer, stop));
    let repositories: Vec<Arc<RepositoryCopy>> =
        plan.repositories.iter().cloned().map(Arc::new).collect();
    let mut items: Vec<Vec<Option<Item>>> =
        repositories.iter().map(|repository| vec![None; repository.tags.len()]).collect();
    let mut work: Vec<Vec<usize>> =
        repositories.iter().map(|repository| (0..repository.tags.len()).collect()).collect();
    for is_last_round in [false, true] {
        let lanes =
            repositories.iter().zip(work).enumerate().filter(|(_, (_, tags))| !tags.is_empty());
        let lanes = lanes.map(|(place, (repository, tags))| {
            let lane = Lane {
                run: run.clone(),
                repository: repository.clone(),
                blocked: prepared.blocked.get(repository.target.namespace()).cloned(),
                health: Health::default(),
                is_last_round,
            };
            (place, lane, tags)
        });
        work = vec![Vec::new(); repositories.len()];
        for (place, end) in round(lanes).await {
            if end.again {
                work[place].push(end.index);
            }
            settle(&mut items[place][end.index], end);
        }
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
    let missed = |(repository, items): (&Arc<RepositoryCopy>, Vec<Option<Item>>)| {
        let tags = repository.tags.iter().zip(items);
        tags.map(|(tag, item)| item.unwrap_or_else(|| faulty(repository, tag))).collect::<Vec<_>>()
    };
    let items = repositories.iter().zip(items).flat_map(missed).collect();
    Copied { items, spent: run.tally.read() }
}

fn places(work: &[Vec<usize>]) -> impl Iterator<Item = (usize, usize)> + '_ {
    work.iter().enumerate().flat_map(|(place, tags)| tags.iter().map(move |index| (place, *index)))
}

/// All lanes at once. A lane that is lost leaves its tags without an end.
async fn round(lanes: impl Iterator<Item = (usize, Lane, Vec<usize>)>) -> Vec<(usize, End)> {
    let mut running = JoinSet::new();
    let mut whose = HashMap::new();
    for (place, lane, tags) in lanes {
        let lane = running.spawn(Arc::new(lane).work(tags));
        whose.insert(lane.id(), place);
    }
    let mut ends = Vec::new();
    while let Some(ended) = running.join_next_with_id().await {
        let Ok((id, of_lane)) = ended else { continue };
        let Some(place) = whose.get(&id) else { continue };
        ends.extend(of_lane.into_iter().map(|end| (*place, end)));
    }
    ends
}

/// Notes how a tag ended; what the first round has moved for it counts too.
fn settle(slot: &mut Option<Item>, end: End) {
    let mut item = end.item;
    if let Some(before) = slot.take() {
        item.bytes += before.bytes;
        item.mounted += before.mounted;
        item.present += before.present;
        if let (None, Some(failure)) = (&item.error, before.error) {
            let second = format!("at the second try; before: {}", failure.message);
            item.note = Some(item.note.map_or(second.clone(), |note| format!("{note}; {second}")));
        }
    }
    *slot = Some(item);
}

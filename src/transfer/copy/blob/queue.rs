//! Which blob moves next, and how many at once.
//!
//! The largest first, so that none of them is left for the end, when all else is done. Every
//! fourth place goes to the blob that has waited longest, and some places are never given to large
//! blobs: so small ones pass meanwhile, and none waits for ever. How many move at once is
//! limited by the user, and by what each of the two hosts has been seen to bear.

use parking_lot::Mutex;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::image::Host;
use crate::transfer::copy::route::Route;

/// Bytes from which on a blob is large.
const LARGE: u64 = 4 * 1024 * 1024;

/// Places that are never given to large blobs: a quarter, and no more than this.
const KEPT_FOR_SMALL: usize = 8;

/// One grant in so many goes to the oldest.
const OLDEST_EVERY: u64 = 4;

/// How many blobs a host takes at once.
pub(crate) type Capacity = Arc<dyn Fn() -> usize + Send + Sync>;

/// The blobs that want to move, and those that do. One for a run.
pub(crate) struct Queue {
    places: usize,
    /// Places besides those that large blobs never get.
    more_small: usize,
    state: Mutex<QueueState>,
}

#[derive(Default)]
struct QueueState {
    /// Number of the next blob.
    next: u64,
    grants: u64,
    by_age: BTreeMap<u64, QueuedBlob>,
    by_size: BTreeSet<(Reverse<u64>, u64)>,
    moving: usize,
    large: usize,
    hosts: HashMap<Host, usize>,
}

struct QueuedBlob {
    size: u64,
    hosts: Vec<(Host, Capacity)>,
    grant: oneshot::Sender<MovePermit>,
}

/// The right to move one blob. It ends when it is dropped.
pub(crate) struct MovePermit {
    queue: Arc<Queue>,
    hosts: Vec<Host>,
    is_large: bool,
}

impl Queue {
    /// At most so many blobs at once, and at least one; besides, so many small ones.
    pub(crate) fn new(places: usize, more_small: usize) -> Arc<Self> {
        Arc::new(Self { places: places.max(1), more_small, state: Mutex::default() })
    }

    /// Waits until a blob of this size may move. `None` as a size is taken for a large one.
    pub(crate) async fn place(
        self: &Arc<Self>,
        size: Option<u64>,
        route: &Route<'_>,
    ) -> MovePermit {
        let mut hosts: Vec<(Host, Capacity)> = Vec::with_capacity(2);
        for registry in [route.source, route.target] {
            if hosts.iter().all(|(host, _)| host != registry.host()) {
                let bears = registry.clone();
                hosts
                    .push((registry.host().clone(), Arc::new(move || bears.at_once()) as Capacity));
            }
        }
        self.wait(size.unwrap_or(LARGE), hosts).await
    }

    async fn wait(self: &Arc<Self>, size: u64, hosts: Vec<(Host, Capacity)>) -> MovePermit {
        loop {
            let granted = {
                let mut state = self.state.lock();
                let (grant, granted) = oneshot::channel();
                let number = state.next;
                state.next += 1;
                state.by_size.insert((Reverse(size), number));
                state.by_age.insert(number, QueuedBlob { size, hosts: hosts.clone(), grant });
                granted
            };
            self.serve();
            // A queued blob is never dropped without a permit; if it were, it would queue again.
            if let Ok(place) = granted.await {
                return place;
            }
        }
    }

    /// Gives out what places there are.
    fn serve(self: &Arc<Self>) {
        loop {
            let mut state = self.state.lock();
            let Some(number) = state.candidate(self.places, self.more_small) else { return };
            let Some(queued) = state.by_age.remove(&number) else { return };
            state.by_size.remove(&(Reverse(queued.size), number));
            if queued.grant.is_closed() {
                continue;
            }
            state.grants += 1;
            state.moving += 1;
            let is_large = queued.size >= LARGE;
            state.large += usize::from(is_large);
            let hosts: Vec<Host> = queued.hosts.into_iter().map(|(host, _)| host).collect();
            for host in &hosts {
                *state.hosts.entry(host.clone()).or_default() += 1;
            }
            drop(state);
            // If the blob no longer waits, dropping the permit gives the place back.
            let _ = queued.grant.send(MovePermit { queue: Arc::clone(self), hosts, is_large });
        }
    }
}

impl QueueState {
    /// The blob that moves next, if one can be.
    fn candidate(&self, places: usize, more_small: usize) -> Option<u64> {
        if self.moving >= places + more_small {
            return None;
        }
        let room_for_large = self.large < places - (places / 4).min(KEPT_FOR_SMALL);
        let fits = |number: &u64| {
            self.by_age.get(number).is_some_and(|queued| {
                (queued.size < LARGE || room_for_large)
                    && queued.hosts.iter().all(|(host, bears)| {
                        self.hosts.get(host).is_none_or(|moving| *moving < bears().max(1))
                    })
            })
        };
        if self.grants % OLDEST_EVERY == OLDEST_EVERY - 1 {
            self.by_age.keys().copied().find(fits)
        } else {
            self.by_size.iter().map(|(_, number)| *number).find(fits)
        }
    }
}

impl Drop for MovePermit {
    fn drop(&mut self) {
        {
            let mut state = self.queue.state.lock();
            state.moving -= 1;
            state.large -= usize::from(self.is_large);
            for host in &self.hosts {
                if let Some(moving) = state.hosts.get_mut(host) {
                    *moving -= 1;
                }
            }
        }
        self.queue.serve();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const MIB: u64 = 1024 * 1024;

    fn hosts(bears: usize) -> Vec<(Host, Capacity)> {
        vec![("a.b".parse().unwrap(), Arc::new(move || bears) as Capacity)]
    }

    /// Lets blobs queue up behind one that moves, and tells in which order they are granted.
    async fn order(places: usize, sizes: &[u64]) -> Vec<u64> {
        let queue = Queue::new(places, 0);
        let mut held = Vec::new();
        for _ in 0..places {
            held.push(queue.wait(0, hosts(99)).await);
        }
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for &size in sizes {
            let (queue, order) = (queue.clone(), order.clone());
            tasks.push(tokio::spawn(async move {
                let place = queue.wait(size, hosts(99)).await;
                order.lock().push(size / MIB);
                tokio::task::yield_now().await;
                drop(place);
            }));
            tokio::task::yield_now().await;
        }
        drop(held);
        for task in tasks {
            task.await.unwrap();
        }
        Arc::try_unwrap(order).unwrap().into_inner()
    }

    #[tokio::test]
    async fn the_largest_goes_first_and_the_oldest_is_not_forgotten() {
        let sizes = [1, 30, 10, 50, 20, 40].map(|mib| mib * MIB);
        // The first grant is the one that everybody waited for.
        assert_eq!(order(1, &sizes).await, [50, 40, 1, 30, 20, 10]);
    }

    #[tokio::test]
    async fn large_blobs_leave_room_for_small_ones() {
        let queue = Queue::new(8, 0);
        let mut large = Vec::new();
        for _ in 0..6 {
            large.push(queue.wait(100 * MIB, hosts(99)).await);
        }
        let seventh = tokio::time::timeout(
            std::time::Duration::from_millis(20),
            queue.wait(100 * MIB, hosts(99)),
        );
        assert!(seventh.await.is_err());
        let _small = queue.wait(10, hosts(99)).await;
        drop(large);
        let _large = queue.wait(100 * MIB, hosts(99)).await;
    }

    #[tokio::test]
    async fn small_blobs_have_places_that_large_ones_never_get() {
        let queue = Queue::new(1, 2);
        let large = queue.wait(100 * MIB, hosts(99)).await;
        let another = queue.wait(100 * MIB, hosts(99));
        let another = tokio::time::timeout(std::time::Duration::from_millis(20), another).await;
        assert!(another.is_err());
        let _small = (queue.wait(10, hosts(99)).await, queue.wait(10, hosts(99)).await);
        drop(large);
        let _large = queue.wait(100 * MIB, hosts(99)).await;
    }

    #[tokio::test]
    async fn a_host_gets_no_more_than_it_bears_and_another_is_not_held_up() {
        let queue = Queue::new(8, 0);
        let one = queue.wait(10, hosts(1)).await;
        let (started, second) = (Arc::new(AtomicUsize::new(0)), queue.clone());
        let seen = started.clone();
        let waiting = tokio::spawn(async move {
            let _place = second.wait(50 * MIB, hosts(1)).await;
            seen.fetch_add(1, Ordering::Relaxed);
        });
        tokio::task::yield_now().await;
        let other = vec![("c.d".parse().unwrap(), Arc::new(|| 1_usize) as Capacity)];
        let _other = queue.wait(1, other).await;
        assert_eq!(started.load(Ordering::Relaxed), 0);
        drop(one);
        waiting.await.unwrap();
    }

    #[tokio::test]
    async fn a_wish_given_up_holds_nobody_up() {
        let queue = Queue::new(1, 0);
        let place = queue.wait(1, hosts(1)).await;
        let gone = tokio::time::timeout(
            std::time::Duration::from_millis(10),
            queue.wait(90 * MIB, hosts(1)),
        );
        assert!(gone.await.is_err());
        drop(place);
        let _next = queue.wait(1, hosts(1)).await;
        assert_eq!(queue.state.lock().moving, 1);
    }
}

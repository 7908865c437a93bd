//! Within a repository tags are committed oldest push first.

use parking_lot::Mutex;
use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::Notify;

/// The order in which a repository's images commit.
#[derive(Default)]
pub(crate) struct CommitOrder {
    given: usize,
    order: Arc<OrderState>,
}

#[derive(Default)]
struct OrderState {
    finished: Mutex<Finished>,
    moved: Notify,
}

#[derive(Default)]
struct Finished {
    /// All turns before this one are over.
    first_open: usize,
    /// Over before their time: images that failed.
    early: BTreeSet<usize>,
}

/// One image's turn to commit. It is over when it is dropped, used or not.
pub(crate) struct CommitTurn {
    number: usize,
    order: Arc<OrderState>,
}

impl CommitOrder {
    /// The turn that comes after all that were given out.
    pub(crate) fn next(&mut self) -> CommitTurn {
        let number = self.given;
        self.given += 1;
        CommitTurn { number, order: self.order.clone() }
    }
}

impl CommitTurn {
    /// Waits until every earlier turn is over.
    pub(crate) async fn begin(&self) {
        self.come(0).await;
    }

    /// Waits until at most one earlier turn is open: time to look at what the turn will need.
    pub(crate) async fn near(&self) {
        self.come(1).await;
    }

    async fn come(&self, before: usize) {
        loop {
            let moved = self.order.moved.notified();
            tokio::pin!(moved);
            // Registered before looking, so that no move is missed.
            moved.as_mut().enable();
            if self.order.finished.lock().first_open + before >= self.number {
                return;
            }
            moved.await;
        }
    }
}

impl Drop for CommitTurn {
    fn drop(&mut self) {
        {
            let mut finished = self.order.finished.lock();
            finished.early.insert(self.number);
            while let Some(first) = finished.early.first().copied() {
                if first != finished.first_open {
                    break;
                }
                finished.early.remove(&first);
                finished.first_open += 1;
            }
        }
        self.order.moved.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_failure_passes_its_turn_on_and_nobody_overtakes() {
        let (mut turns, order) = (CommitOrder::default(), Arc::new(Mutex::new(Vec::new())));
        let first = turns.next();
        let failed = turns.next();
        let last = turns.next();
        let waiting = {
            let order = order.clone();
            tokio::spawn(async move {
                last.begin().await;
                order.lock().push("last");
            })
        };
        drop(failed);
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        first.begin().await;
        order.lock().push("first");
        drop(first);
        waiting.await.unwrap();
        assert_eq!(*order.lock(), ["first", "last"]);
    }
}

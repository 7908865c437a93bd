//! Taking turns: within a repository tags are committed oldest push first.

use parking_lot::Mutex;
use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::Notify;

/// The line in which a repository's images wait.
#[derive(Default)]
pub(super) struct Turns {
    given: usize,
    line: Arc<Line>,
}

#[derive(Default)]
struct Line {
    settled: Mutex<Settled>,
    moved: Notify,
}

#[derive(Default)]
struct Settled {
    /// All turns before this one are over.
    first_open: usize,
    /// Over before their time: images that failed.
    early: BTreeSet<usize>,
}

/// One image's place in the line. It is over when it is dropped, used or not.
pub(super) struct Turn {
    number: usize,
    line: Arc<Line>,
}

impl Turns {
    /// The turn that comes after all that were given out.
    pub(super) fn next(&mut self) -> Turn {
        let number = self.given;
        self.given += 1;
        Turn { number, line: self.line.clone() }
    }
}

impl Turn {
    /// Waits until every earlier turn is over.
    pub(super) async fn begin(&self) {
        loop {
            let moved = self.line.moved.notified();
            tokio::pin!(moved);
            // Registered before looking, so that no move is missed.
            moved.as_mut().enable();
            if self.line.lock().first_open == self.number {
                return;
            }
            moved.await;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        {
            let mut settled = self.line.lock();
            settled.early.insert(self.number);
            while let Some(first) = settled.early.first().copied() {
                if first != settled.first_open {
                    break;
                }
                settled.early.remove(&first);
                settled.first_open += 1;
            }
        }
        self.line.moved.notify_waiters();
    }
}

impl Line {
    fn lock(&self) -> parking_lot::MutexGuard<'_, Settled> {
        self.settled.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_failure_passes_its_turn_on_and_nobody_overtakes() {
        let (mut turns, order) = (Turns::default(), Arc::new(Mutex::new(Vec::new())));
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

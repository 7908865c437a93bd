//! The same work for many items, on several threads.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Items that a thread takes at a time: few enough that none is left with a long rest, enough that
/// the counter isn't fought for.
const BATCH: usize = 32;

/// What `work` gives for the items `0..count`, with their numbers, in their order. Each thread has
/// a state of its own. Items that are not begun when `stop` is set are left out.
pub(in crate::sources) fn each<S, T: Send>(
    count: usize,
    threads: usize,
    stop: &AtomicBool,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> Option<T> + Sync,
) -> Vec<(usize, T)> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut state = state();
        let mut done = Vec::new();
        loop {
            let first = next.fetch_add(BATCH, Ordering::Relaxed);
            if first >= count {
                return done;
            }
            for item in first..(first + BATCH).min(count) {
                if stop.load(Ordering::Relaxed) {
                    return done;
                }
                done.extend(work(&mut state, item).map(|result| (item, result)));
            }
        }
    };
    let threads = threads.clamp(1, count.div_ceil(BATCH).max(1));
    let mut all = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut all = run();
        for other in others {
            match other.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_unstable_by_key(|(item, _)| *item);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let stop = AtomicBool::new(false);
        let odd = |(): &mut (), item: usize| (item % 2 == 1).then_some(item * 10);
        let all = each(10_000, 4, &stop, || (), odd);
        let expected = (0..10_000).filter(|item| item % 2 == 1).map(|item| (item, item * 10));
        assert_eq!(all, expected.collect::<Vec<_>>());
        assert_eq!(each(0, 4, &stop, || (), odd), []);
    }

    #[test]
    fn nothing_is_begun_after_a_stop() {
        let stop = AtomicBool::new(false);
        let until_seven = |(): &mut (), item: usize| {
            stop.store(item == 6, Ordering::Relaxed);
            Some(item)
        };
        let all = each(1000, 1, &stop, || (), until_seven);
        assert_eq!(all.len(), 7);
    }
}

//! How much of a plan's bytes is done.
//!
//! A plan knows how large its images are, not how little of them has to cross: layers that they
//! share cross once. So an image that is done counts whole, and what is under way counts by its
//! bytes. Blobs that cross again after a failure count again until their image is done; that is
//! why a share is capped here, and kept from falling by whoever shows it.

/// The images that are done, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Images that succeeded, whole, and of the others what was copied.
    done: u64,
    /// What images turned out to be larger than the plan knew.
    grown: u64,
    /// What will never be done, because the image failed.
    lost: u64,
    /// What was counted for these images byte by byte while they were under way.
    moved: u64,
}

impl Tally {
    pub(super) fn settle(&mut self, succeeded: bool, planned: u64, moved: u64) {
        self.moved += moved;
        self.grown += moved.saturating_sub(planned);
        if succeeded {
            self.done += planned.max(moved);
        } else {
            self.done += moved;
            self.lost += planned.saturating_sub(moved);
        }
    }

    /// What is done and what can still be done, of a plan of so many bytes; `told` are the bytes
    /// that were counted so far.
    pub(super) fn work(&self, plan: u64, told: u64) -> Work {
        let total = plan.saturating_add(self.grown);
        let reachable = total.saturating_sub(self.lost);
        let under_way = told.saturating_sub(self.moved);
        let done = self.done.saturating_add(under_way).min(reachable);
        Work { done, left: reachable - done, total }
    }
}

/// How far something has come, in bytes or items.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Work {
    pub(super) done: u64,
    pub(super) left: u64,
    /// More than `done` and `left` if something was lost.
    pub(super) total: u64,
}

impl Work {
    /// In thousandths; a thousand only if all is done.
    pub(super) fn share(&self) -> u64 {
        let share = u128::from(self.done) * 1000 / u128::from(self.total.max(1));
        u64::try_from(share).unwrap_or(1000).min(1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_that_is_done_counts_whole_however_little_crossed() {
        let mut tally = Tally::default();
        assert_eq!(tally.work(1000, 50), Work { done: 50, left: 950, total: 1000 });
        tally.settle(true, 600, 100);
        assert_eq!(tally.work(1000, 100), Work { done: 600, left: 400, total: 1000 });
        tally.settle(true, 400, 0);
        assert_eq!(tally.work(1000, 100), Work { done: 1000, left: 0, total: 1000 });
    }

    #[test]
    fn bytes_that_cross_twice_never_make_more_than_all() {
        let mut tally = Tally::default();
        assert_eq!(tally.work(1000, 1800), Work { done: 1000, left: 0, total: 1000 });
        tally.settle(true, 1000, 900);
        assert_eq!(tally.work(1000, 1800).share(), 1000);
    }

    #[test]
    fn an_image_larger_than_the_plan_knew_makes_the_whole_larger() {
        let mut tally = Tally::default();
        tally.settle(true, 0, 300);
        assert_eq!(tally.work(1000, 300), Work { done: 300, left: 1000, total: 1300 });
    }

    #[test]
    fn what_failed_is_never_done_and_nobody_waits_for_it() {
        let mut tally = Tally::default();
        tally.settle(false, 600, 100);
        assert_eq!(tally.work(1000, 100), Work { done: 100, left: 400, total: 1000 });
        tally.settle(true, 400, 400);
        let work = tally.work(1000, 500);
        assert_eq!((work.left, work.share()), (0, 500), "the bar stops short of its end");
    }
}

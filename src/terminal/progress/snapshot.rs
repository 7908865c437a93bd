//! How far a run has come at one moment, with all that can only be told by comparing moments.

use std::time::{Duration, Instant};

use super::blobs::Blob;
use super::count::{Counted, Counters, Totals};
use super::hosts::{HostLoad, Retries};
use super::pace::Pace;
use super::tally::Work;

/// Asks for the requests of each host.
pub type AskHosts = Box<dyn Fn() -> Vec<HostLoad> + Send>;

/// How far a run has come.
pub(super) struct Snapshot {
    pub(super) totals: Totals,
    pub(super) elapsed: Duration,
    pub(super) counted: Counted,
    /// In bytes, if the plan knows them.
    pub(super) bytes: Option<Work>,
    /// In thousandths; never less than it was before.
    pub(super) share: u64,
    pub(super) bytes_per_second: Option<u64>,
    pub(super) time_left: Option<Duration>,
    pub(super) hosts: Vec<HostLoad>,
    /// Those of the hosts whose retries are news.
    pub(super) retrying: Vec<String>,
    pub(super) blobs: Vec<Blob>,
}

impl Snapshot {
    /// Bytes that are done; of a plan with known sizes those of shared layers, too.
    pub(super) fn bytes_done(&self) -> u64 {
        self.bytes.map_or_else(|| self.counted.bytes(), |work| work.done)
    }

    /// Bytes that are done without having crossed.
    pub(super) fn bytes_not_moved(&self) -> u64 {
        let at_least = self.counted.mounted.saturating_add(self.counted.present);
        self.bytes_done().saturating_sub(self.counted.crossed).max(at_least)
    }
}

/// Looks at the counters again and again.
pub(super) struct Watcher {
    hosts: AskHosts,
    rate: Pace,
    future: Pace,
    retries: Retries,
    share: u64,
}

impl Watcher {
    pub(super) fn new(hosts: AskHosts) -> Self {
        let (rate, future) = (Pace::shown(), Pace::steady());
        Self { hosts, rate, future, retries: Retries::default(), share: 0 }
    }

    pub(super) fn look(&mut self, counters: &Counters) -> Snapshot {
        let now = Instant::now();
        let elapsed = now.saturating_duration_since(counters.started);
        let (totals, counted) = (counters.totals, counters.read());
        let bytes = totals.bytes.filter(|&plan| plan > 0);
        let bytes = bytes.map(|plan| counted.settled.work(plan, counted.bytes()));
        let items = items(&counted, totals.items);
        // Where sizes are not known, items say how far it is.
        let work = bytes.unwrap_or(items);
        // A hundred percent are for a run that is done, whatever the bytes say.
        let most = if items.left > 0 { 999 } else { 1000 };
        self.share = self.share.max(work.share().min(most));
        let hosts = (self.hosts)();
        let retrying = self.retries.news(elapsed, &hosts);
        Snapshot {
            totals,
            elapsed,
            counted,
            bytes,
            share: self.share,
            bytes_per_second: self.rate.after(elapsed, counted.crossed),
            time_left: self.future.time_left(elapsed, &work),
            retrying: retrying.into_iter().map(str::to_owned).collect(),
            hosts,
            blobs: counters.blobs.shown(now),
        }
    }
}

fn items(counted: &Counted, planned: u64) -> Work {
    let done = counted.items_done();
    let total = planned.max(done);
    Work { done, left: total - done, total }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::count::ItemKind;
    use super::*;

    pub(in super::super) const MIB: u64 = 1 << 20;
    pub(in super::super) const GIB: u64 = 1 << 30;

    /// A run that is half done, for tests of how it is shown.
    pub(in super::super) fn in_the_middle() -> Snapshot {
        let done = 12 * GIB + GIB / 10;
        let total = 40 * GIB + GIB / 5;
        Snapshot {
            totals: Totals { items: 4002, noun: "tags", failed: "failed", bytes: Some(total) },
            elapsed: Duration::from_secs(75),
            counted: Counted {
                items: [1190, 12, 0, 0, 2, 0],
                crossed: 9 * GIB,
                ..Counted::default()
            },
            bytes: Some(Work { done, left: total - done, total }),
            share: 301,
            bytes_per_second: Some(85 * MIB),
            time_left: Some(Duration::from_secs(331)),
            hosts: Vec::new(),
            retrying: Vec::new(),
            blobs: Vec::new(),
        }
    }

    fn watcher() -> Watcher {
        Watcher::new(Box::new(Vec::new))
    }

    fn counters(bytes: Option<u64>) -> Counters {
        Counters::new(Totals { items: 4, noun: "tags", failed: "failed", bytes })
    }

    #[test]
    fn the_share_never_falls() {
        let (mut watcher, counters) = (watcher(), counters(Some(1000)));
        // All of it crossed, in vain: it has to cross again.
        counters.crossed(1000);
        assert_eq!(watcher.look(&counters).share, 999, "and there are images left to do");
        counters.item(ItemKind::Failed, 500, 0);
        let after = watcher.look(&counters);
        assert_eq!(after.share, 999);
        assert_eq!(after.bytes.unwrap().done, 500);
    }

    #[test]
    fn without_sizes_items_say_how_far_it_is() {
        let (mut watcher, counters) = (watcher(), counters(None));
        counters.crossed(70);
        counters.mounted(30);
        counters.item(ItemKind::Copied, 0, 100);
        let now = watcher.look(&counters);
        assert_eq!((now.share, now.bytes_done(), now.bytes_not_moved()), (250, 100, 30));
    }

    #[test]
    fn shared_layers_count_as_not_moved() {
        let (mut watcher, counters) = (watcher(), counters(Some(1000)));
        counters.crossed(200);
        counters.present(50);
        counters.item(ItemKind::Copied, 600, 250);
        let now = watcher.look(&counters);
        assert_eq!((now.bytes_done(), now.bytes_not_moved(), now.share), (600, 400, 600));
    }
}

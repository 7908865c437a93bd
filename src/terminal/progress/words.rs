//! A snapshot in words: the same ones for bars and for lines.

use std::time::Duration;

use super::blobs::Blob;
use super::count::{ItemKind, Totals};
use super::hosts::HostLoad;
use super::snapshot::Snapshot;
use crate::diagnostic::{human_bytes, human_count, human_duration};

/// `1,204 of 4,002 tags: 1,190 copied, 12 equal, 2 failed`
pub(super) fn counts(now: &Snapshot) -> String {
    let done = now.counted.items_done();
    let all = now.totals.items.max(done);
    let mut text = format!("{} of {} {}", human_count(done), human_count(all), now.totals.noun);
    let happened = ItemKind::ALL.into_iter().zip(now.counted.items).filter(|&(_, count)| count > 0);
    for (index, (kind, count)) in happened.enumerate() {
        let separator = if index == 0 { ": " } else { ", " };
        text = format!("{text}{separator}{} {}", human_count(count), word(kind, &now.totals));
    }
    text
}

fn word(kind: ItemKind, totals: &Totals) -> &'static str {
    match kind {
        ItemKind::Copied => "copied",
        ItemKind::Equal => "equal",
        ItemKind::Kept => "kept",
        ItemKind::Conflict => "in conflict",
        ItemKind::Failed => totals.failed,
        ItemKind::Skipped => "skipped",
    }
}

/// `12.1 GiB of 40.2 GiB`; `None` if nothing is known of bytes.
pub(super) fn bytes(now: &Snapshot) -> Option<String> {
    let done = human_bytes(now.bytes_done());
    match now.bytes {
        Some(work) => Some(format!("{done} of {}", human_bytes(work.total))),
        None => (now.bytes_done() > 0).then_some(done),
    }
}

/// `3.1 GiB not moved`, if there is such.
pub(super) fn not_moved(now: &Snapshot) -> Option<String> {
    let bytes = now.bytes_not_moved();
    (bytes > 0).then(|| format!("{} not moved", human_bytes(bytes)))
}

/// `85.0 MiB/s`, if bytes move in this run at all.
pub(super) fn rate(now: &Snapshot) -> Option<String> {
    let moves = now.bytes.is_some() || now.counted.crossed > 0;
    let rate = now.bytes_per_second.filter(|_| moves)?;
    Some(format!("{}/s", human_bytes(rate)))
}

/// `5m 31s left`
pub(super) fn time_left(now: &Snapshot) -> Option<String> {
    now.time_left.map(|left| format!("{} left", human_duration(left)))
}

/// A line for each host that gives trouble.
pub(super) fn hosts(now: &Snapshot) -> Vec<String> {
    now.hosts.iter().flat_map(|load| [throttling(load), retries(now, load)]).flatten().collect()
}

fn throttling(load: &HostLoad) -> Option<String> {
    let whole = load.pause.as_millis().div_ceil(1000);
    let pause = Duration::from_secs(u64::try_from(whole).ok()?);
    (!pause.is_zero())
        .then(|| format!("{} is throttling: waiting {}", load.host, human_duration(pause)))
}

fn retries(now: &Snapshot, load: &HostLoad) -> Option<String> {
    let requests = if load.retries == 1 { "request" } else { "requests" };
    let count = human_count(load.retries);
    now.retrying.contains(&load.host).then(|| format!("{}: {count} {requests} retried", load.host))
}

/// All of it in one line, for a log.
pub(super) fn line(now: &Snapshot) -> String {
    let bytes = match (bytes(now), not_moved(now)) {
        (Some(bytes), Some(not_moved)) => Some(format!("{bytes} ({not_moved})")),
        (bytes, not_moved) => bytes.or(not_moved),
    };
    let speed: Vec<String> = [bytes, rate(now), time_left(now)].into_iter().flatten().collect();
    let speed = (!speed.is_empty()).then(|| speed.join(", "));
    let parts: Vec<String> = std::iter::once(counts(now)).chain(speed).chain(hosts(now)).collect();
    parts.join("; ")
}

/// `210 MiB of 512 MiB`
pub(super) fn blob(blob: &Blob) -> String {
    let text = format!("{} of {}", human_bytes(blob.moved), human_bytes(blob.size));
    if blob.attempt > 1 { format!("{text}, attempt {}", blob.attempt) } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::count::Counted;
    use super::super::snapshot::tests::{GIB, MIB, in_the_middle};
    use super::super::tally::Work;
    use super::*;

    #[test]
    fn a_line_says_how_far_how_fast_and_how_long() {
        let now = in_the_middle();
        assert_eq!(
            line(&now),
            "1,204 of 4,002 tags: 1,190 copied, 12 equal, 2 failed; \
             12.1 GiB of 40.2 GiB (3.1 GiB not moved), 85.0 MiB/s, 5m 31s left"
        );
    }

    #[test]
    fn a_host_that_gives_trouble_is_named_and_others_are_not() {
        let mut now = in_the_middle();
        let load = |host: &str, pause| HostLoad {
            host: host.to_owned(),
            requests: 100,
            retries: 14,
            throttled: 2,
            pause,
        };
        now.hosts = vec![load("a.b", Duration::from_millis(11_200)), load("c.d", Duration::ZERO)];
        assert_eq!(hosts(&now), ["a.b is throttling: waiting 12s"]);
        now.retrying = vec!["c.d".to_owned()];
        assert!(
            line(&now)
                .ends_with("5m 31s left; a.b is throttling: waiting 12s; c.d: 14 requests retried")
        );
    }

    #[test]
    fn where_no_bytes_move_none_are_spoken_of() {
        let mut now = in_the_middle();
        (now.bytes, now.counted) =
            (None, Counted { items: [0, 7, 0, 0, 1, 0], ..Counted::default() });
        now.totals.failed = "not equal";
        assert_eq!(line(&now), "8 of 4,002 tags: 7 equal, 1 not equal; 5m 31s left");
    }

    #[test]
    fn without_sizes_bytes_have_no_of() {
        let mut now = in_the_middle();
        now.bytes = None;
        now.counted.mounted = GIB;
        assert_eq!(bytes(&now).unwrap(), "10.0 GiB");
        assert_eq!(not_moved(&now).unwrap(), "1.0 GiB not moved");
    }

    #[test]
    fn a_stalled_run_promises_nothing() {
        let mut now = in_the_middle();
        (now.bytes_per_second, now.time_left) = (Some(0), None);
        now.bytes = Some(Work { done: GIB, left: GIB, total: 2 * GIB });
        now.counted.crossed = 900 * MIB;
        assert!(line(&now).ends_with("1.0 GiB of 2.0 GiB (124 MiB not moved), 0 B/s"));
    }
}

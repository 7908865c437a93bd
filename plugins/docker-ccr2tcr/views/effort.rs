//! Where the time of a run went, and what its hosts had to do.

use std::time::Duration;

use ccr2tcr::diagnostic::{human_bytes, human_count, human_duration};
use ccr2tcr::transfer::Report;
use ccr2tcr::transfer::report::{HostEffort, Spent};

/// A run shorter than this isn't broken down.
const SHORT: Duration = Duration::from_secs(5);

/// A line on time and one on hosts, for a run that took long; hosts that gave trouble are named in
/// any case.
pub(super) fn lines(report: &Report, took: Duration) -> Vec<String> {
    let long = took >= SHORT;
    let hosts = report.effort.hosts.iter();
    let hosts: Vec<String> = hosts.filter(|host| long || gave_trouble(host)).map(of_host).collect();
    let mut lines = Vec::new();
    if long {
        lines.extend(time(report));
    }
    if !hosts.is_empty() {
        lines.push(format!("requests: {}", hosts.join("; ")));
    }
    lines
}

/// `time: 12s planning, 3m 4s copying at 79.1 MiB/s (71% moving blobs, 12% committing)`
fn time(report: &Report) -> Option<String> {
    let effort = &report.effort;
    let mut parts: Vec<String> =
        [(effort.planning_ms, "planning"), (effort.preparing_ms, "preparing")]
            .into_iter()
            .filter(|&(spent, _)| spent >= 1000)
            .map(|(spent, what)| format!("{} {what}", human_duration(milliseconds(spent))))
            .collect();
    if effort.copying_ms >= 1000 {
        let mut copying = format!("{} copying", human_duration(milliseconds(effort.copying_ms)));
        if report.summary.bytes > 0 {
            let rate = u128::from(report.summary.bytes) * 1000 / u128::from(effort.copying_ms);
            let rate = u64::try_from(rate).unwrap_or(u64::MAX);
            copying = format!("{copying} at {}/s", human_bytes(rate));
        }
        let spent = shares(&effort.spent);
        if !spent.is_empty() {
            copying = format!("{copying} ({})", spent.join(", "));
        }
        parts.push(copying);
    }
    (!parts.is_empty()).then(|| format!("time: {}", parts.join(", ")))
}

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// `71% moving blobs`, the largest first; what is less than a percent is not worth a word.
fn shares(spent: &Spent) -> Vec<String> {
    let mut kinds = [
        (spent.moving_ms, "moving blobs"),
        (spent.waiting_ms, "waiting for blobs of other images"),
        (spent.queueing_ms, "waiting for a turn"),
        (spent.reading_ms, "reading manifests"),
        (spent.committing_ms, "committing"),
    ];
    kinds.sort_by_key(|&(spent, _)| std::cmp::Reverse(spent));
    let all: u64 = kinds.iter().map(|&(spent, _)| spent).sum();
    let percent = |spent: u64| spent.saturating_mul(100) / all.max(1);
    kinds
        .into_iter()
        .filter(|&(spent, _)| percent(spent) > 0)
        .map(|(spent, what)| format!("{}% {what}", percent(spent)))
        .collect()
}

fn gave_trouble(host: &HostEffort) -> bool {
    host.retries + host.throttled > 0
}

/// `ccr.ccs.tencentyun.com 1,311, 12 retried, throttled 3 times`
fn of_host(host: &HostEffort) -> String {
    let mut text = format!("{} {}", host.host, human_count(host.requests));
    if host.retries > 0 {
        text = format!("{text}, {} retried", human_count(host.retries));
    }
    match host.throttled {
        0 => {}
        1 => text.push_str(", throttled once"),
        count => text = format!("{text}, throttled {} times", human_count(count)),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::report::tests::report;
    use super::*;

    fn host(name: &str, requests: u64, retries: u64, throttled: u64) -> HostEffort {
        HostEffort { host: name.to_owned(), requests, retries, throttled }
    }

    #[test]
    fn a_long_run_says_where_time_and_requests_went() {
        let mut report = report();
        report.summary.bytes = 10 << 30;
        report.effort.planning_ms = 12_400;
        report.effort.preparing_ms = 300;
        report.effort.copying_ms = 184_000;
        report.effort.spent = Spent {
            moving_ms: 7100,
            waiting_ms: 1200,
            committing_ms: 1670,
            reading_ms: 30,
            queueing_ms: 0,
        };
        report.effort.hosts = vec![
            host("ccr.ccs.tencentyun.com", 1311, 12, 3),
            host("prod.tencentcloudcr.com", 2210, 0, 0),
        ];
        assert_eq!(
            lines(&report, Duration::from_secs(197)),
            [
                "time: 12s planning, 3m 4s copying at 55.7 MiB/s \
                 (71% moving blobs, 16% committing, 12% waiting for blobs of other images)",
                "requests: ccr.ccs.tencentyun.com 1,311, 12 retried, throttled 3 times; \
                 prod.tencentcloudcr.com 2,210",
            ]
        );
    }

    #[test]
    fn a_short_run_names_only_hosts_that_gave_trouble() {
        let mut report = report();
        report.effort.copying_ms = 2000;
        report.effort.hosts = vec![host("a.b", 9, 0, 0), host("c.d", 9, 0, 1)];
        assert_eq!(lines(&report, Duration::from_secs(2)), ["requests: c.d 9, throttled once"]);
    }
}

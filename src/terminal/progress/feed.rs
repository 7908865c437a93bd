//! Progress for machines: a line of JSON each time. docs/progress.md describes it; the lines that
//! say what was copied are made by the command.

use serde::Serialize;

use super::count::{ItemKind, Totals};
use super::hosts::HostLoad;
use super::snapshot::Snapshot;

/// Raised when a reader of an older form would be misled.
const SCHEMA_VERSION: u32 = 1;

/// The first line.
#[derive(Serialize)]
#[serde(tag = "type", rename = "start", rename_all = "camelCase")]
pub(super) struct Start {
    schema_version: u32,
    items: u64,
    bytes: Option<u64>,
}

impl Start {
    pub(super) fn of(totals: &Totals) -> Self {
        Self { schema_version: SCHEMA_VERSION, items: totals.items, bytes: totals.bytes }
    }
}

/// How far it is.
#[derive(Serialize)]
#[serde(tag = "type", rename = "progress", rename_all = "camelCase")]
pub(super) struct Moment<'a> {
    elapsed_seconds: f64,
    items: Items,
    bytes: Bytes,
    bytes_per_second: Option<u64>,
    seconds_left: Option<u64>,
    hosts: &'a [HostLoad],
}

#[derive(Serialize)]
struct Items {
    total: u64,
    copied: u64,
    equal: u64,
    kept: u64,
    conflict: u64,
    failed: u64,
    skipped: u64,
}

#[derive(Serialize)]
struct Bytes {
    total: Option<u64>,
    done: u64,
    crossed: u64,
    mounted: u64,
    present: u64,
}

impl<'a> Moment<'a> {
    pub(super) fn of(now: &'a Snapshot) -> Self {
        let count = |kind: ItemKind| now.counted.items[kind as usize];
        let milliseconds = u32::try_from(now.elapsed.as_millis()).unwrap_or(u32::MAX);
        Self {
            elapsed_seconds: f64::from(milliseconds) / 1000.0,
            items: Items {
                total: now.totals.items,
                copied: count(ItemKind::Copied),
                equal: count(ItemKind::Equal),
                kept: count(ItemKind::Kept),
                conflict: count(ItemKind::Conflict),
                failed: count(ItemKind::Failed),
                skipped: count(ItemKind::Skipped),
            },
            bytes: Bytes {
                total: now.bytes.map(|work| work.total),
                done: now.bytes_done(),
                crossed: now.counted.crossed,
                mounted: now.counted.mounted,
                present: now.counted.present,
            },
            bytes_per_second: now.bytes_per_second,
            seconds_left: now.time_left.map(|left| left.as_secs()),
            hosts: &now.hosts,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::snapshot::tests::in_the_middle;
    use super::*;

    #[test]
    fn a_moment_reads_as_documented() {
        let mut now = in_the_middle();
        now.hosts = vec![HostLoad {
            host: "a.b".to_owned(),
            requests: 9,
            retries: 2,
            throttled: 1,
            pause: Duration::from_millis(1500),
        }];
        let json = serde_json::to_value(Moment::of(&now)).unwrap();
        let wanted = serde_json::json!({
            "type": "progress",
            "elapsedSeconds": 75.0,
            "items": {"total": 4002, "copied": 1190, "equal": 12, "kept": 0, "conflict": 0,
                      "failed": 2, "skipped": 0},
            "bytes": {"total": 43_164_421_324_u64, "done": 12_992_276_070_u64,
                      "crossed": 9_663_676_416_u64, "mounted": 0, "present": 0},
            "bytesPerSecond": 89_128_960,
            "secondsLeft": 331,
            "hosts": [{"host": "a.b", "requests": 9, "retries": 2, "throttled": 1,
                       "pausedMs": 1500}],
        });
        assert_eq!(json, wanted);
    }

    #[test]
    fn the_first_line_names_its_version() {
        let totals = Totals { items: 7, noun: "tags", failed: "failed", bytes: None };
        assert_eq!(
            serde_json::to_string(&Start::of(&totals)).unwrap(),
            r#"{"type":"start","schemaVersion":1,"items":7,"bytes":null}"#
        );
    }
}

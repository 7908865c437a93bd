//! A report as data for stdout: a summary in a few lines, or the JSON of docs/report.md.

use std::time::Duration;

use ccr2tcr::diagnostic::{counted, human_bytes, human_count, human_duration};
use ccr2tcr::terminal::{Table, View};
use ccr2tcr::transfer::report::RunCommand;
use ccr2tcr::transfer::{Outcome, Report};
use serde::Serialize;

use super::effort;

/// What `sync` and `verify` print at their end. Its JSON is that of the report, whose
/// `schemaVersion` is [`SCHEMA_VERSION`](ccr2tcr::transfer::report::SCHEMA_VERSION).
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct ReportView<'a> {
    pub(crate) report: &'a Report,
    /// From the start of the command.
    #[serde(skip)]
    pub(crate) took: Duration,
    /// Whether people get image-transfer's last line too.
    #[serde(skip)]
    pub(crate) legacy_summary: bool,
}

impl View for ReportView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        None
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = summary_lines(self.report, self.took);
        lines.extend(self.legacy_summary.then(|| image_transfer_line(self.report)));
        lines
    }
}

fn summary_lines(report: &Report, took: Duration) -> Vec<String> {
    let summary = &report.summary;
    let counts = [
        (summary.copied, "copied"),
        (summary.equal, "equal"),
        (summary.kept, "kept unchanged in TCR"),
        (summary.conflict, "in conflict"),
        (summary.failed, if report.command == RunCommand::Verify { "not equal" } else { "failed" }),
        (summary.skipped, "not tried"),
    ];
    let text: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", human_count(*count)))
        .collect();
    let images = counted(report.items.len() as u64, "image", "images");
    let mut parts = vec![match (text.is_empty(), summary.unread) {
        (false, _) => format!("{images}: {}", text.join(", ")),
        (true, 0) => "nothing to do".to_owned(),
        (true, _) => "no image was found".to_owned(),
    }];
    if summary.bytes > 0 || summary.mounted_bytes > 0 {
        parts.push(format!("{} sent", human_bytes(summary.bytes)));
    }
    if summary.mounted_bytes > 0 {
        parts.push(format!("{} mounted in TCR", human_bytes(summary.mounted_bytes)));
    }
    if summary.present_bytes > 0 {
        parts.push(format!("{} already there", human_bytes(summary.present_bytes)));
    }
    parts.push(human_duration(took));
    let mut lines = vec![parts.join("; ")];
    let saved = summary.image_bytes.saturating_sub(summary.bytes);
    if saved > 0 {
        let all = human_bytes(summary.image_bytes);
        lines.push(format!("saved: {} of {all} did not have to be sent", human_bytes(saved)));
    }
    lines.extend(effort::lines(report, took));
    if summary.unread > 0 {
        let things = counted(summary.unread, "thing", "things");
        lines.push(format!("{things} could not be read: images may be missing"));
    }
    if report.interrupted {
        lines.push("interrupted: run it again, what is done is not done twice".to_owned());
    }
    lines
}

/// The line that image-transfer ended with, its three numbers true.
///
/// The first counts images that could not be copied, the second what could not be listed or
/// compared, the third what could not be started at all.
fn image_transfer_line(report: &Report) -> String {
    let count = |wanted: fn(Outcome) -> bool| {
        report.items.iter().filter(|item| wanted(item.outcome)).count()
    };
    let failed = count(|outcome| outcome == Outcome::Failed);
    let unlisted = report.unread.len() + count(|outcome| outcome == Outcome::Conflict);
    let not_started = count(|outcome| outcome == Outcome::Skipped)
        + report.namespaces.iter().filter(|entry| entry.error.is_some()).count();
    format!(
        "################# Finished, {failed} transfer jobs failed, {unlisted} normal urlPair generate failed, {not_started} jobs generate failed #################"
    )
}

#[cfg(test)]
pub(super) mod tests {
    use ccr2tcr::transfer::report::{Effort, ImageSource, SCHEMA_VERSION, Summary};

    use super::*;

    /// A report of one image, for tests to fill in.
    pub(in super::super) fn report() -> Report {
        let item = ccr2tcr::transfer::ImageResult {
            source: "a.b/c/d:v1".to_owned(),
            target: "e.f/c/d:v1".to_owned(),
            digest: None,
            outcome: Outcome::Copied,
            size: 0,
            bytes: 0,
            mounted: 0,
            present: 0,
            note: None,
            error: None,
        };
        Report {
            schema_version: SCHEMA_VERSION,
            tool: "ccr2tcr".to_owned(),
            command: RunCommand::Sync,
            mode: ImageSource::Account,
            started_at: String::new(),
            finished_at: String::new(),
            interrupted: false,
            summary: Summary { copied: 1, ..Summary::default() },
            unread: Vec::new(),
            namespaces: Vec::new(),
            repositories: Vec::new(),
            items: vec![item],
            warnings: Vec::new(),
            effort: Effort::default(),
        }
    }

    #[test]
    fn the_summary_says_what_was_saved() {
        const MIB: u64 = 1 << 20;
        let mut report = report();
        report.summary.bytes = 14 * MIB;
        report.summary.mounted_bytes = 23 * MIB;
        report.summary.present_bytes = 2 * MIB;
        report.summary.image_bytes = 235 * MIB;
        assert_eq!(
            summary_lines(&report, Duration::from_millis(841)),
            [
                "1 image: 1 copied; 14.0 MiB sent; 23.0 MiB mounted in TCR; 2.0 MiB already there; 841ms",
                "saved: 221 MiB of 235 MiB did not have to be sent",
            ]
        );
    }

    #[test]
    fn where_nothing_was_saved_nothing_is_said_of_it() {
        let mut report = report();
        report.summary.bytes = 200;
        report.summary.image_bytes = 200;
        let lines = summary_lines(&report, Duration::from_secs(1));
        assert_eq!(lines, ["1 image: 1 copied; 200 B sent; 1s"]);
    }

    #[test]
    fn a_run_that_was_stopped_says_so_last() {
        let report = Report { interrupted: true, ..report() };
        let lines = summary_lines(&report, Duration::from_secs(1));
        assert_eq!(
            lines.last().unwrap(),
            "interrupted: run it again, what is done is not done twice"
        );
    }
}

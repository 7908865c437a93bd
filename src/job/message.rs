//! What a shard leaves in its pod's status: its report, cut down to what a container may say.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::transfer::report::Summary;
use crate::transfer::{FailureClass, Report};

/// Bytes that a container may leave (`terminationMessagePath`), a little less.
const LIMIT: usize = 4000;
/// Characters of a reason.
const REASON: usize = 160;

/// A shard's report in short.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ShardMessage {
    /// The images, counted.
    pub summary: Summary,
    /// The first of those that are left.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<LeftImage>,
    /// How many more there are.
    pub more: u64,
}

/// An image that is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftImage {
    /// `HOST/NAMESPACE/REPOSITORY:TAG`
    pub source: String,
    /// For programs.
    pub class: FailureClass,
    /// For people.
    pub message: String,
}

impl ShardMessage {
    /// The report in short, as many of those that are left as there is room for.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let items = report.items.iter().filter(|item| item.outcome.is_left_over());
        let items = items.filter_map(|item| Some((&item.source, item.error.as_ref()?)));
        let unread = report.unread.iter().map(|unread| (&unread.what, &unread.error));
        let mut message = Self { summary: report.summary, ..Self::default() };
        let mut room = LIMIT.saturating_sub(message.length());
        for (source, failure) in items.chain(unread) {
            let reason = failure.diagnostic.message.chars().take(REASON).collect();
            let one = LeftImage { source: source.clone(), class: failure.class, message: reason };
            let length = serde_json::to_vec(&one).map_or(room, |text| text.len() + 1);
            match length < room && message.more == 0 {
                true => {
                    room -= length;
                    message.left.push(one);
                }
                false => message.more += 1,
            }
        }
        message
    }

    fn length(&self) -> usize {
        // `left` and the numbers that `more` may have.
        serde_json::to_vec(self).map_or(LIMIT, |text| text.len() + 32)
    }
}

/// Writes the report in short where the kubelet reads it.
///
/// # Errors
/// From the operating system.
pub fn write_message(path: &Path, report: &Report) -> io::Result<()> {
    std::fs::write(path, serde_json::to_vec(&ShardMessage::of(report))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::{Failure, ImageResult};

    #[test]
    fn a_container_may_say_no_more_than_that() {
        let item = |number: u32| {
            let source = format!("ccr.ccs.tencentyun.com/shop/repository-{number}:v1");
            let failure = Failure::new(FailureClass::Digest, "\"é\"".repeat(200));
            ImageResult::not_planned(source, String::new(), failure)
        };
        for count in [0, 1, 5, 500] {
            let mut report: Report = serde_json::from_value(serde_json::json!({
                "schemaVersion": 2, "tool": "ccr2tcr", "command": "sync", "startedAt": "",
                "finishedAt": "", "summary": {},
            }))
            .unwrap();
            report.items = (0..count).map(item).collect();
            report.count();
            let message = ShardMessage::of(&report);
            let text = serde_json::to_vec(&message).unwrap();
            assert!(text.len() <= 4096, "{} bytes", text.len());
            assert_eq!(message.left.len() as u64 + message.more, u64::from(count));
            assert_eq!(message.left.is_empty(), count == 0);
            assert_eq!(serde_json::from_slice::<ShardMessage>(&text).unwrap(), message);
        }
    }
}

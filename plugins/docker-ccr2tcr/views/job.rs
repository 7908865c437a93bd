//! What `job` prints: how the work is dealt out, the objects, and what each shard did.

use ccr2tcr::diagnostic::{human_bytes, human_count};
use ccr2tcr::job::{IndexState, JobState, Packed, ShardState};
use ccr2tcr::terminal::{Column, Table, View};
use ccr2tcr::transfer::report::Summary;
use serde::Serialize;
use serde_json::Value;

/// The version of both JSON forms.
const SCHEMA_VERSION: u32 = 1;

/// How the work is dealt out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobPlanView<'a> {
    shards: Vec<PlannedShard<'a>>,
    remarks: &'a [String],
    kind: &'static str,
    schema_version: u32,
}

#[derive(Serialize)]
struct PlannedShard<'a> {
    index: usize,
    repositories: &'a [String],
    images: u64,
    bytes: u64,
}

impl<'a> JobPlanView<'a> {
    pub(crate) fn of(packed: &'a Packed) -> Self {
        let shards = packed.shards.iter().enumerate().map(|(index, shard)| PlannedShard {
            index,
            repositories: &shard.names,
            images: shard.images,
            bytes: shard.bytes,
        });
        Self {
            shards: shards.collect(),
            remarks: &packed.remarks,
            kind: "jobPlan",
            schema_version: SCHEMA_VERSION,
        }
    }
}

impl View for JobPlanView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        let mut table = Table::new([
            Column::number("shard"),
            Column::number("repositories"),
            Column::number("tags"),
            Column::number("size"),
            Column::text("largest"),
        ]);
        for shard in &self.shards {
            table.row([
                shard.index.to_string(),
                human_count(shard.repositories.len() as u64),
                human_count(shard.images),
                human_bytes(shard.bytes),
                shard.repositories.first().cloned().unwrap_or_default(),
            ]);
        }
        (!table.is_empty()).then_some(table)
    }
}

/// The objects, as kubectl takes them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ObjectsView {
    api_version: &'static str,
    kind: &'static str,
    items: Vec<Value>,
}

impl ObjectsView {
    pub(crate) fn new(items: Vec<Value>) -> Self {
        Self { api_version: "v1", kind: "List", items }
    }
}

impl View for ObjectsView {
    fn table(&self, _wide: bool) -> Option<Table> {
        None
    }
}

/// What each shard did.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobStatusView<'a> {
    name: String,
    namespace: &'a str,
    ended: Option<&'a str>,
    summary: Summary,
    shards: &'a [ShardState],
    kind: &'static str,
    schema_version: u32,
}

impl<'a> JobStatusView<'a> {
    pub(crate) fn new(name: String, namespace: &'a str, state: &'a JobState) -> Self {
        Self {
            name,
            namespace,
            ended: state.ended.as_deref(),
            summary: state.summary(),
            shards: &state.shards,
            kind: "jobStatus",
            schema_version: SCHEMA_VERSION,
        }
    }
}

impl View for JobStatusView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        let numbers = ["pods", "copied", "equal", "left", "size"].map(Column::number);
        let columns = [Column::number("shard"), Column::text("state")].into_iter().chain(numbers);
        let mut table = Table::new(columns.chain([Column::text("")]));
        for shard in self.shards {
            let state = match shard.state {
                IndexState::Waiting => "waiting",
                IndexState::Running => "running",
                IndexState::Retrying => "retrying",
                IndexState::Done => "done",
                IndexState::Failed => "failed",
            };
            let summary = shard.report.as_ref().map(|report| report.summary);
            let count = |of: fn(&Summary) -> u64| {
                summary.map_or("-".to_owned(), |summary| human_count(of(&summary)))
            };
            table.row([
                &shard.index.to_string(),
                state,
                &shard.pods.to_string(),
                &count(|summary| summary.copied),
                &count(|summary| summary.equal + summary.kept),
                &count(|it| it.failed + it.conflict + it.skipped + it.unread),
                &summary.map_or("-".to_owned(), |summary| human_bytes(summary.bytes)),
                shard.said.as_deref().unwrap_or_default(),
            ]);
        }
        (!table.is_empty()).then_some(table)
    }
}

//! What a run took: time and requests.

use serde::{Deserialize, Serialize};

/// What a run took: time and requests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Effort {
    /// Milliseconds until the plan was made.
    pub planning_ms: u64,
    /// Milliseconds from the plan to the first copy: namespaces, descriptions, rights.
    pub preparing_ms: u64,
    /// Milliseconds of copying.
    pub copying_ms: u64,
    /// Where the time of copying went, summed over all that went on at once.
    pub spent: Spent,
    /// Each host that was spoken to.
    pub hosts: Vec<HostEffort>,
}

/// Milliseconds, summed over all images and blobs, so that they can exceed what a clock shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Spent {
    /// Reading manifests at the source.
    pub reading_ms: u64,
    /// Waiting for a place among the blobs that move.
    pub queueing_ms: u64,
    /// Waiting for another image's blob or commit, to mount it.
    pub waiting_ms: u64,
    /// Moving and mounting blobs.
    pub moving_ms: u64,
    /// Committing manifests and tags.
    pub committing_ms: u64,
}

/// One host's part in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostEffort {
    /// `HOST` or `HOST:PORT`
    pub host: String,
    /// Requests sent to it, and to its token service.
    pub requests: u64,
    /// Those that repeated one which had failed.
    pub retries: u64,
    /// How often it asked for patience.
    pub throttled: u64,
}

//! Which version of an object a decision was made on.

use serde_json::Value;

/// The version of an object that a decision was made on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectVersion {
    /// `/metadata/uid`
    pub uid: String,
    /// `/metadata/generation`, which only a change of the spec moves; `None` for kinds without.
    pub generation: Option<i64>,
    /// `/metadata/resourceVersion`
    pub resource_version: String,
}

impl ObjectVersion {
    pub(super) fn of(object: &Value) -> Self {
        let metadata = &object["metadata"];
        let text = |field: &str| metadata[field].as_str().unwrap_or_default().to_owned();
        Self {
            uid: text("uid"),
            generation: metadata["generation"].as_i64(),
            resource_version: text("resourceVersion"),
        }
    }
}

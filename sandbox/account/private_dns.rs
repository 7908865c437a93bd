//! Private zones of the customer.

use serde::Deserialize;

/// A private zone.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ZoneDescription {
    /// What it answers for.
    pub(crate) domain: String,
    /// Whose machines it answers.
    #[serde(default)]
    pub(crate) vpcs: Vec<String>,
    /// What its maker has noted.
    #[serde(default)]
    pub(crate) remark: String,
    /// Whether names that it doesn't hold are resolved as everywhere.
    #[serde(default = "yes")]
    pub(crate) forwards: bool,
    /// What it answers.
    #[serde(default)]
    pub(crate) records: Vec<RecordDescription>,
}

/// A record of a zone.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordDescription {
    /// Below the zone's domain.
    pub(crate) name: String,
    /// `A`, `CNAME`, …
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// What it leads to.
    pub(crate) value: String,
}

fn yes() -> bool {
    true
}

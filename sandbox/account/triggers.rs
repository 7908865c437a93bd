//! What Personal Edition does by itself: application triggers and clean-up rules.

use serde::Deserialize;

/// An application trigger of a repository.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trigger {
    /// Its repository's own.
    pub(crate) name: String,
    /// `InvokeMethod`: `all`, `taglist` or `regex`.
    #[serde(default = "all")]
    pub(crate) method: String,
    /// `InvokeExpr`
    #[serde(default)]
    pub(crate) expression: String,
    /// `InvokeSource`
    #[serde(default = "image_push")]
    pub(crate) source: String,
    /// `InvokeAction`
    #[serde(default = "service_update")]
    pub(crate) action: String,
    /// `ClusterId`
    #[serde(default = "cluster")]
    pub(crate) cluster: String,
    /// In the cluster.
    #[serde(default = "default_namespace")]
    pub(crate) namespace: String,
    /// `ServiceName`: `Deployment:web`, in older triggers `web`.
    #[serde(default = "workload")]
    pub(crate) workload: String,
    /// `ContainerName`
    #[serde(default = "container")]
    pub(crate) container: String,
    /// When it fired.
    #[serde(default)]
    pub(crate) fired: Vec<Firing>,
}

/// A firing of a trigger.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Firing {
    /// That was pushed.
    pub(crate) tag: String,
    /// When; `2026-05-01T10:00:00Z`.
    pub(crate) at: jiff::Timestamp,
    /// `ReturnCode`
    #[serde(default)]
    pub(crate) code: i64,
}

/// A clean-up rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cleanup {
    /// `keep_last_nums`, `keep_last_days`, or the same with `global_`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// How many tags or days. The official example has one beyond 64 bits with a sign.
    pub(crate) value: u64,
    /// Whether it is in force.
    #[serde(default = "yes")]
    pub(crate) valid: bool,
}

fn all() -> String {
    "all".to_owned()
}

fn image_push() -> String {
    "IMAGE_PUSH".to_owned()
}

fn service_update() -> String {
    "SERVICE_UPDATE".to_owned()
}

fn cluster() -> String {
    "cls-sandbox1".to_owned()
}

fn default_namespace() -> String {
    "default".to_owned()
}

fn workload() -> String {
    "Deployment:web".to_owned()
}

fn container() -> String {
    "app".to_owned()
}

fn yes() -> bool {
    true
}

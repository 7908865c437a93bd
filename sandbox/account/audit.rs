//! What CloudAudit has logged before the sandbox began.

use serde::Deserialize;

/// CloudAudit.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AuditDescription {
    /// Pages hold fewer events than were asked for, some none, although the list isn't over.
    pub(crate) short_pages: bool,
    /// The list is never over.
    pub(crate) endless: bool,
    /// What was logged.
    pub(crate) events: Vec<AuditEvents>,
}

/// Events that are alike but for their time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditEvents {
    /// `namespace/repository`
    pub(crate) repository: String,
    /// The name of the event.
    #[serde(default = "pull")]
    pub(crate) event: String,
    /// The user's name.
    #[serde(default = "root")]
    pub(crate) user: String,
    /// The user's number; the account's by default.
    pub(crate) principal: Option<String>,
    /// Where it came from.
    pub(crate) address: String,
    /// The region of the Personal Edition.
    #[serde(default = "guangzhou")]
    pub(crate) region: String,
    /// How long ago the first of them was.
    pub(crate) hours_ago: f64,
    /// How many there are.
    #[serde(default = "once")]
    pub(crate) times: u32,
    /// How long after the one before each of them was.
    #[serde(default)]
    pub(crate) hours_apart: f64,
}

fn pull() -> String {
    "pull".to_owned()
}

fn root() -> String {
    "root".to_owned()
}

fn guangzhou() -> String {
    "ap-guangzhou".to_owned()
}

fn once() -> u32 {
    1
}

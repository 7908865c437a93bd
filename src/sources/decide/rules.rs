//! What is decided by.

use crate::image::Host;
use crate::workload::CcrNames;

/// What names become, and what else is rewritten.
#[derive(Debug, Clone)]
pub struct Rules {
    /// What is known of CCR's names.
    pub names: CcrNames,
    /// The host that references will name.
    pub target: Host,
    /// The pull secret whose name takes the place of TKE's.
    pub pull_secret: Option<String>,
    /// What is rewritten besides.
    pub also: Also,
}

/// What is rewritten only if it is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is asked for on its own")]
pub struct Also {
    /// Names in source code, and in its tests.
    pub source: bool,
    /// Names in documentation.
    pub docs: bool,
    /// Names in comments.
    pub comments: bool,
    /// The hosts of logins, with what is pushed; user names and passwords are not.
    pub logins: bool,
}

//! What the API hands out to log in to an instance with.

use jiff::Timestamp;

use crate::cam::Caller;

/// An access credential of an instance.
#[derive(Debug, Clone)]
pub(crate) struct InstanceToken {
    /// Empty if it is a temporary one.
    pub(crate) id: String,
    pub(crate) token: String,
    /// Whose it is.
    pub(crate) holder: Caller,
    pub(crate) description: String,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
}

/// A service account of an instance.
#[derive(Debug, Clone)]
pub(crate) struct InstanceServiceAccount {
    /// With `tcr$` in front.
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) description: String,
    pub(crate) disabled: bool,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    /// Namespace and actions, such as `tcr:PullRepository`.
    pub(crate) permissions: Vec<(String, Vec<String>)>,
}

//! From an error of a lower room to the entry of a report.

use super::report::Failure;
use crate::registry::RegistryError;
use crate::tencent::ApiError;

impl Failure {
    /// A name or a manifest that can't be right.
    #[must_use]
    pub fn invalid(error: &dyn std::error::Error) -> Self {
        Self {
            class: "invalid".to_owned(),
            message: error.to_string(),
            hint: None,
            request_id: None,
        }
    }

    /// A listing that brought less than was counted.
    #[must_use]
    pub fn short(message: &str) -> Self {
        Self {
            class: "incomplete".to_owned(),
            message: message.to_owned(),
            hint: Some(
                "run it again; if the numbers stay apart, the key may not be allowed to see all"
                    .to_owned(),
            ),
            request_id: None,
        }
    }

    /// The user stopped the run before this was done.
    #[must_use]
    pub fn interrupted() -> Self {
        Self {
            class: "interrupted".to_owned(),
            message: "the run was stopped before this was done".to_owned(),
            hint: Some("run it again: what is done is not done twice".to_owned()),
            request_id: None,
        }
    }
}

impl From<&ApiError> for Failure {
    fn from(error: &ApiError) -> Self {
        let class = if error.is_quota() {
            "quota"
        } else if error.is_permission() || error.is_key_refused() {
            "auth"
        } else if error.is_not_found() {
            "not-found"
        } else if error.code().is_some_and(|code| code.starts_with("RequestLimitExceeded")) {
            "rate"
        } else if error.code().is_some_and(|code| code.starts_with("InvalidParameter")) {
            "invalid"
        } else if error.code().is_some() {
            "server"
        } else {
            "network"
        };
        Self {
            class: class.to_owned(),
            message: error.to_string(),
            hint: error.hint(),
            request_id: error.request_id().map(str::to_owned),
        }
    }
}

impl From<&RegistryError> for Failure {
    fn from(error: &RegistryError) -> Self {
        Self {
            class: error.class().as_str().to_owned(),
            message: error.to_string(),
            hint: error.hint(),
            request_id: None,
        }
    }
}

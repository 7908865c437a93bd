//! Words for people: what went wrong and what to do about it, numbers in sentences, lists cut
//! short. Pure, and below everything: any room may use it.

mod common_error;
mod wording;

use serde::{Deserialize, Serialize};

pub use common_error::CommonError;
pub use wording::{counted, human_bytes, human_count, human_duration, shell_word, shortened};

/// What went wrong, or what to know, for the person at the prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// What happened: a sentence without a full stop that names the item.
    pub message: String,
    /// What to type or to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Tencent's `RequestId`, for a support ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Which of the common errors it is, for who explains them. Programs are told otherwise.
    #[serde(skip)]
    pub common: Option<CommonError>,
}

impl Diagnostic {
    /// One that has no hint.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, request_id: None, common: None }
    }

    /// The same with what to do next.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same, known as one of the common errors.
    #[must_use]
    pub fn known_as(self, common: impl Into<Option<CommonError>>) -> Self {
        Self { common: common.into(), ..self }
    }
}

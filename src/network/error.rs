//! What can go wrong with the network.

use std::path::PathBuf;

use crate::diagnostic::CommonError;
use crate::tencent::ApiError;

/// Why a network can't be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// A call failed.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The undo file can't be used.
    #[error(transparent)]
    Undo(#[from] UndoError),
}

impl NetworkError {
    /// Which of the common errors it is.
    #[must_use]
    pub fn common(&self) -> Option<CommonError> {
        match self {
            Self::Api(error) => error.common(),
            Self::Undo(error) => error.common(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Api(error) => error.hint(),
            Self::Undo(error) => Some(error.hint()),
        }
    }
}

/// Why a step was not done.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StepError {
    /// The API refused it, or couldn't be asked.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// It was asked for, and didn't come about in time.
    #[error("{waited_for} after {seconds} s: {seen}{}", refusal.as_ref().map(|error| format!("; {error}")).unwrap_or_default())]
    TimedOut {
        /// What didn't come about.
        waited_for: String,
        /// How long it was waited for.
        seconds: u64,
        /// What was seen last.
        seen: String,
        /// What the API said when it was asked for.
        refusal: Option<Box<ApiError>>,
    },
    /// The allowlist, once the entry was open, isn't as it must be.
    #[error("{0}")]
    Unsafe(String),
    /// The undo file couldn't be brought up to date, so nothing more was changed.
    #[error("nothing more is changed: {0}")]
    Undo(String),
    /// What was asked for has failed at Tencent's.
    #[error("it has failed: {0}")]
    Failed(String),
    /// A step that it depends on was not done.
    #[error("not tried: {0} was not done")]
    Skipped(String),
    /// The run was stopped.
    #[error("stopped")]
    Interrupted,
}

impl StepError {
    /// Which of the common errors it is.
    #[must_use]
    pub fn common(&self) -> Option<CommonError> {
        match self {
            Self::Api(error) => error.common(),
            Self::TimedOut { refusal, .. } => refusal.as_ref()?.common(),
            _ => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Api(error) if is_foreign_zone(error) => Some(
                "a private zone for tencentcloudcr.com is bound to this VPC already, probably your own: unbind it from the VPC or put the names into it (Private DNS in the console), then run this again".to_owned(),
            ),
            Self::Api(error) if error.is_quota() => Some(
                "the instance's edition sets how many VPCs can be linked: remove a link that is not used, or upgrade the instance".to_owned(),
            ),
            Self::Api(error) => error.hint(),
            Self::TimedOut { .. } => Some(
                "run this again: what has come about meanwhile is left as it is; --timeout waits longer".to_owned(),
            ),
            Self::Failed(_) => Some(
                "look at the instance in TCR's console, which says why; a domain needs its ICP filing in mainland regions".to_owned(),
            ),
            Self::Unsafe(_) | Self::Skipped(_) | Self::Interrupted => None,
            Self::Undo(_) => Some("make room for the undo file, then run this again".to_owned()),
        }
    }

    /// Tencent's id for the call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.request_id(),
            Self::TimedOut { refusal, .. } => refusal.as_ref()?.request_id(),
            _ => None,
        }
    }
}

/// Whether `PrivateDNS` has refused a VPC because of another zone. TCR wraps its refusals
/// (`UnsupportedOperation.ModifyPrivateZoneVpc`, `InternalError.CreatePrivateZone`, …).
fn is_foreign_zone(error: &ApiError) -> bool {
    let wraps = error.code().is_some_and(|code| {
        code.ends_with(".ModifyPrivateZoneVpc") || code.ends_with(".CreatePrivateZone")
    });
    wraps || error.to_string().contains("VpcBinded")
}

/// Why an undo file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// The file can't be read or written.
    #[error("can't {what} {}: {error}", path.display())]
    File {
        /// `read` or `write`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// It isn't an undo file, or one of a later version.
    #[error("{} is no undo file of this program: {reason}", path.display())]
    NotOne {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// It tells of another run that has ended.
    #[error("{} is of a run that has ended", .0.display())]
    Ended(PathBuf),
    /// It tells of a run of another command, or of another instance, which hasn't ended.
    #[error("{} is of `network {command}` on {instance}, which has not ended", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// Which command.
        command: String,
        /// On which instance.
        instance: String,
    },
}

impl UndoError {
    /// Which of the common errors it is.
    #[must_use]
    pub fn common(&self) -> Option<CommonError> {
        match self {
            Self::File { what: "write", .. } => Some(CommonError::NotWritable),
            Self::File { .. } | Self::NotOne { .. } => Some(CommonError::RollbackFile),
            Self::Ended(_) | Self::Other { .. } => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::File { what: "read", .. } | Self::NotOne { .. } => {
                "give the file that the run has written, ccr2tcr-network-….json".to_owned()
            }
            Self::File { .. } => {
                "nothing was changed; name a file that can be written: --undo-file FILE".to_owned()
            }
            Self::Ended(_) => "name another file: --undo-file FILE".to_owned(),
            Self::Other { path, .. } => format!(
                "run that command again, take it back with `docker ccr2tcr network rollback {0}`, or move {0} elsewhere",
                path.display()
            ),
        }
    }
}

//! What a command learns besides its result, for the person at the prompt.

use serde::Serialize;

use crate::diagnostic::Diagnostic;

/// Something to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// What it is about, for programs.
    pub code: NoticeCode,
    /// In words.
    #[serde(flatten)]
    pub diagnostic: Diagnostic,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeCode {
    /// How the account was opened.
    Account,
    /// Which namespaces of CCR are the account's is not known.
    OwnershipUnknown,
    /// Not everything could be asked about the images.
    ImagesUnproven,
    /// A login could not be tried, or ends soon.
    LoginUnproven,
    /// The Secret that the user prefers isn't taken.
    PreferredSecretUnfit,
    /// Which login is used, or was made.
    Login,
    /// A Secret for TCR whose login is of no use.
    UselessLogin,
    /// Objects that the switch gives their pull secret.
    LeftForSwitch,
    /// Something is deleted that a rollback does not restore.
    Irreversible,
    /// There is nothing to change.
    NothingToChange,
    /// A namespace is being deleted, and left alone.
    NamespaceTerminating,
    /// What is to be left out isn't there.
    ExclusionUnused,
    /// What TKE's TCR addon is told to do is not known.
    AddonUnknown,
}

impl NoticeCode {
    /// Whether it deserves a warning.
    #[must_use]
    pub fn is_warning(self) -> bool {
        matches!(
            self,
            Self::OwnershipUnknown
                | Self::ImagesUnproven
                | Self::LoginUnproven
                | Self::PreferredSecretUnfit
                | Self::Irreversible
                | Self::ExclusionUnused
                | Self::AddonUnknown
        )
    }
}

impl Notice {
    pub(super) fn new(code: NoticeCode, message: impl Into<String>) -> Self {
        Self { code, diagnostic: Diagnostic::new(message) }
    }
}

/// A result, and the notices on the way to it, whether it succeeded or not.
#[derive(Debug)]
pub struct Noted<T, E> {
    /// In the order in which they came up.
    pub notices: Vec<Notice>,
    /// What came of it.
    pub result: Result<T, E>,
}

impl<T, E> Noted<T, E> {
    /// Runs `work`, which adds to the notices.
    pub(super) async fn collect(work: impl AsyncFnOnce(&mut Vec<Notice>) -> Result<T, E>) -> Self {
        let mut notices = Vec::new();
        let result = work(&mut notices).await;
        Self { notices, result }
    }
}

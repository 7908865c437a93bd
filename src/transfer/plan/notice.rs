//! A notice: something to know before a run, with a code for programs.

use serde::{Deserialize, Serialize};

/// What to know before a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "NoticeForm")]
pub struct Notice {
    /// For programs.
    pub code: NoticeCode,
    /// For people.
    pub message: String,
}

impl Notice {
    pub(in crate::transfer) fn new(code: NoticeCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// What a notice is about. docs/report.md lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeCode {
    /// The API's listing differs from the registries, which are asked for every tag instead.
    ListingWrong,
    /// How many tags of CCR its registry was asked for, by `verify`.
    SourceChecked,
    /// Permissions have cut CCR's list of repositories short.
    ListingFiltered,
    /// Lists of TCR are shorter than they count; the registry is asked for what may be missing.
    ListingShort,
    /// A namespace is created private though some of its repositories are public in CCR.
    BecomesPrivate,
    /// A private repository goes into a public namespace.
    BecomesPublic,
    /// A public repository goes into a private namespace.
    NeedsLogin,
    /// The instance's tier doesn't allow what has to be created.
    TierQuota,
    /// Repositories of CCR hold as many tags as they may.
    TagQuota,
    /// A webhook fires for each push.
    Webhook,
    /// An immutable-tag rule refuses to overwrite.
    ImmutableTags,
    /// A retention rule may delete what comes in.
    Retention,
    /// A namespace refuses pulls of images with known vulnerabilities.
    VulnerablePulls,
    /// `--newest` or `--since` leaves tags in CCR.
    LeftBehind,
    /// A namespace has a name that the personal domain reserves.
    ReservedName,
    /// A repository has no tags and isn't created.
    EmptyRepository,
    /// Images of Tencent's own namespaces are not copied.
    TencentOwned,
    /// A registry refuses to list what refers to an image, so that it is taken not to know.
    NoReferrersApi,
    /// A rule or a limit could not be read.
    NotChecked,
    /// From a report of version 1, which had no codes.
    Unspecified,
}

/// How a report holds a notice: version 1 had the message alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum NoticeForm {
    Coded { code: NoticeCode, message: String },
    Message(String),
}

impl From<NoticeForm> for Notice {
    fn from(form: NoticeForm) -> Self {
        match form {
            NoticeForm::Coded { code, message } => Self { code, message },
            NoticeForm::Message(message) => Self { code: NoticeCode::Unspecified, message },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_page_lists_the_codes_that_there_are() {
        let page = include_str!("../../../docs/report.md");
        let rows = page.split("| `code` |").nth(1).unwrap().split("\n\n").next().unwrap();
        let listed: BTreeSet<&str> =
            rows.lines().skip(2).filter_map(|row| row.split('`').nth(1)).collect();
        // Given an unknown variant, serde names all that there are.
        let error = serde_json::from_str::<NoticeCode>("\"?\"").unwrap_err().to_string();
        let codes: BTreeSet<&str> = error.split('`').skip(3).step_by(2).collect();
        assert_eq!(codes, listed);
    }

    #[test]
    fn a_notice_of_version_1_is_its_message() {
        let notice: Notice = serde_json::from_str("\"w\"").unwrap();
        assert_eq!(notice, Notice::new(NoticeCode::Unspecified, "w"));
        let json = serde_json::to_string(&Notice::new(NoticeCode::TagQuota, "w")).unwrap();
        assert_eq!(json, r#"{"code":"tag-quota","message":"w"}"#);
    }
}

//! Why a reference to CCR has no name in TCR, and what to do about it.

use super::found_name;
use crate::image::{Host, MappingError, ReferenceError, propose_namespace};

/// No more of a text is shown, in bytes.
const SHOWN: usize = 200;

/// A reference to CCR that can't be renamed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenameError {
    /// It begins with a CCR host and is no reference.
    #[error("`{text}` can't be read as an image: {reason}")]
    Malformed {
        /// The text, or its beginning.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It is half of one: its tag, or what it is joined with, stands nowhere, or in two places.
    #[error("`{text}`: {why}")]
    TagUnknown {
        /// As much of it as is known.
        text: String,
        /// What can't be told, and why.
        why: String,
    },
    /// The mapping file says that it is not to move.
    #[error("{host}/{repository} is excluded by the mapping file: {pattern}")]
    Excluded {
        /// In CCR.
        host: Host,
        /// In CCR.
        repository: String,
        /// The pattern that excludes it.
        pattern: String,
    },
    /// The mapping leads to no name that TCR accepts.
    #[error("{host}/{repository}: {source}")]
    Mapping {
        /// In CCR.
        host: Host,
        /// In CCR.
        repository: String,
        /// What is wrong with its name.
        source: MappingError,
    },
}

impl RenameError {
    pub(super) fn malformed(text: &str, error: &ReferenceError) -> Self {
        let reason = match error {
            _ if text.trim() != text => "there is white space around it",
            _ if text.trim_matches(found_name::is_around) != text => {
                "there are quotes, or marks that are not seen, around it"
            }
            _ if !found_name::scheme(text).is_empty() => "a scheme stands in front of it",
            ReferenceError::NoHost(_) => "no repository follows the host",
            ReferenceError::Host(_) => "its host can't be one",
            ReferenceError::Repository(_) => "its repository is not NAMESPACE/REPOSITORY",
            ReferenceError::Tag(_) => "its tag can't be one",
            ReferenceError::Digest(_) => "its digest is not sha256: or sha512:",
        };
        Self::Malformed { text: shown(text), reason: reason.to_owned() }
    }

    pub(super) fn tag_unknown(text: &str, why: &str) -> Self {
        Self::TagUnknown { text: shown(text), why: shown(why) }
    }

    /// What to type next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Malformed { .. } => {
                "no pod can run with it: write it as HOST/NAMESPACE/REPOSITORY:TAG".to_owned()
            }
            Self::TagUnknown { .. } => {
                "write the tag beside it, or change it by hand to an image that you know to be in TCR"
                    .to_owned()
            }
            Self::Excluded { pattern, .. } => format!(
                "to move it, take `{pattern}` out of `exclude` in the mapping file, and sync it"
            ),
            Self::Mapping { repository, source, .. } => {
                let namespace = repository.split('/').next().unwrap_or_default();
                match source {
                    MappingError::Namespace(bad) if bad.0 == namespace => format!(
                        "choose a name for it: --map '{namespace}={}'",
                        propose_namespace(namespace)
                    ),
                    MappingError::Namespace(_) => {
                        "a --map rule or the mapping file makes this name: choose another"
                            .to_owned()
                    }
                    MappingError::Repository(_) => {
                        format!("choose a name for it: --map '{repository}=NAMESPACE/REPOSITORY'")
                    }
                }
            }
        }
    }
}

/// The beginning of a text, which is enough to know it by.
fn shown(text: &str) -> String {
    let mut end = text.len().min(SHOWN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let more = if end < text.len() { "…" } else { "" };
    format!("{}{more}", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_huge_text_only_the_beginning_is_shown() {
        let text = format!("ccr.ccs.tencentyun.com/{}", "ß".repeat(100_000));
        let error = RenameError::malformed(&text, &ReferenceError::Repository(text.clone()));
        assert!(error.to_string().len() < 300, "{error}");
    }
}

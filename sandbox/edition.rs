//! The two editions of Tencent's registry.

use serde::Deserialize;

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Edition {
    /// Personal Edition.
    Ccr,
    /// Enterprise Edition.
    Tcr,
}

impl Edition {
    /// As it is written in descriptions and in the control server's answers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ccr => "ccr",
            Self::Tcr => "tcr",
        }
    }
}

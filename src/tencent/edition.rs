//! The two editions of Tencent's registry: the two sides of a move.

use std::fmt;

/// An edition; also whose key is meant, where each has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edition {
    /// The Personal Edition, the source.
    Ccr,
    /// The Enterprise Edition, the target.
    Tcr,
}

impl Edition {
    /// The three variables for this edition alone: id, secret, token.
    pub(super) fn variables(self) -> [&'static str; 3] {
        match self {
            Self::Ccr => ["CCR_SECRET_ID", "CCR_SECRET_KEY", "CCR_SECRET_TOKEN"],
            Self::Tcr => ["TCR_SECRET_ID", "TCR_SECRET_KEY", "TCR_SECRET_TOKEN"],
        }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ccr => "CCR",
            Self::Tcr => "TCR",
        })
    }
}

//! How data is printed.

use clap::ValueEnum;

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Output {
    /// For people
    #[default]
    Text,
    /// For programs; stable and versioned
    Json,
}

impl Output {
    pub(crate) fn is_for_people(self) -> bool {
        self == Self::Text
    }
}

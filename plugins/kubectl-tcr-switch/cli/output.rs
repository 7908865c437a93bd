//! How data is printed. Each kind of command has the formats that make sense for it.

use clap::ValueEnum;

/// Of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum PlanFormat {
    /// For people
    #[default]
    Table,
    /// Likewise, with more columns
    Wide,
    /// For programs; stable and versioned
    Json,
    /// The same as YAML
    Yaml,
    /// One object a line, as `deployment.apps/web`
    Name,
    /// One `kubectl patch` command for each object
    Patch,
}

/// Of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    #[default]
    Table,
    /// Likewise, with more columns
    Wide,
    /// For programs; stable and versioned
    Json,
    /// The same as YAML
    Yaml,
    /// One object a line, as `deployment.apps/web`
    Name,
}

/// Of a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum VerdictFormat {
    /// For people
    #[default]
    Text,
    /// For programs; stable and versioned
    Json,
    /// The same as YAML
    Yaml,
}

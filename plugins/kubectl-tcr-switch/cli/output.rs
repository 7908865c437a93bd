//! How data is printed. Each kind of command has the formats that make sense for it.

use ccr2tcr::terminal::OutputFormat;
use clap::ValueEnum;

/// Of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum PlanFormat {
    /// For people
    #[default]
    Table,
    /// The same with more columns
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
    /// The same with more columns
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

impl PlanFormat {
    /// The format that other commands have as well; `None` for `patch`.
    pub(crate) fn shared(self) -> Option<OutputFormat> {
        match self {
            Self::Table => Some(OutputFormat::Table),
            Self::Wide => Some(OutputFormat::Wide),
            Self::Json => Some(OutputFormat::Json),
            Self::Yaml => Some(OutputFormat::Yaml),
            Self::Name => Some(OutputFormat::Name),
            Self::Patch => None,
        }
    }

    /// The format if it is a document for programs, of which a run prints one.
    pub(crate) fn document(self) -> Option<OutputFormat> {
        self.shared().filter(|format| is_document(*format))
    }
}

impl From<ListFormat> for OutputFormat {
    fn from(format: ListFormat) -> Self {
        match format {
            ListFormat::Table => Self::Table,
            ListFormat::Wide => Self::Wide,
            ListFormat::Json => Self::Json,
            ListFormat::Yaml => Self::Yaml,
            ListFormat::Name => Self::Name,
        }
    }
}

impl From<VerdictFormat> for OutputFormat {
    fn from(format: VerdictFormat) -> Self {
        match format {
            VerdictFormat::Text => Self::Table,
            VerdictFormat::Json => Self::Json,
            VerdictFormat::Yaml => Self::Yaml,
        }
    }
}

/// Whether a format is a document for programs.
pub(crate) fn is_document(format: OutputFormat) -> bool {
    matches!(format, OutputFormat::Json | OutputFormat::Yaml)
}

//! The flags of `doctor` that both plugins have.

use std::net::SocketAddr;

use clap::{Args, ValueEnum};

use super::dns::parse_server;
use crate::terminal::OutputFormat;

/// What is looked at, and how it is told.
#[derive(Debug, Clone, Args)]
pub struct CheckupArgs {
    /// Only this check, or all below it as in `tcr`, and what they need; repeatable
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub only: Vec<String>,
    /// List the checks and stop
    #[arg(long)]
    pub list: bool,
    /// What makes the exit code 1
    #[arg(long, value_name = "VERDICT", value_enum, default_value_t)]
    pub fail_on: FailOn,
    /// Resolver that is asked for TCR's names, instead of the system's
    #[arg(long, value_name = "ADDRESS[:PORT]", value_parser = parse_server)]
    pub dns_server: Option<SocketAddr>,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub output: CheckupFormat,
}

/// From which verdict on the exit code is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum FailOn {
    /// A check that failed
    #[default]
    Fail,
    /// A warning, too
    Warn,
}

/// How the result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum CheckupFormat {
    /// For people
    #[default]
    Table,
    /// For programs; stable and versioned
    Json,
    /// The same as YAML
    Yaml,
}

impl From<CheckupFormat> for OutputFormat {
    fn from(format: CheckupFormat) -> Self {
        match format {
            CheckupFormat::Table => Self::Table,
            CheckupFormat::Json => Self::Json,
            CheckupFormat::Yaml => Self::Yaml,
        }
    }
}

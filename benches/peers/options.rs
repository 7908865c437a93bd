//! The command line of the benchmark.

use std::path::PathBuf;

use clap::Parser;

use super::corpus::Name;
use super::link::Access;
use super::tools::Tool;

/// Copies made-up corpora between two registries of this machine with every tool that is found, and
/// prints what each took.
#[derive(Debug, Parser)]
#[command(name = "bench")]
pub(crate) struct Options {
    /// Corpora, separated by commas
    #[arg(long, value_delimiter = ',', default_value = "company,tiny,big,wide")]
    pub(crate) corpus: Vec<Name>,
    /// Round trips in milliseconds; `big` and `wide` are copied without a delay
    #[arg(long, value_delimiter = ',', default_value = "0,10")]
    pub(crate) delay: Vec<u64>,
    /// What the registries ask of their clients; `big` and `wide` are copied over plain HTTP
    #[arg(long, value_delimiter = ',', default_value = "open,tokens")]
    pub(crate) access: Vec<Access>,
    /// Tools
    #[arg(long, value_delimiter = ',', default_value = "ours,crane,regsync,skopeo,curl")]
    pub(crate) tool: Vec<Tool>,
    /// How often; peers copy `big` and `wide` once
    #[arg(long, default_value_t = 3)]
    pub(crate) repeat: usize,
    /// Seconds after which a run is stopped
    #[arg(long, default_value_t = 600)]
    pub(crate) limit: u64,
    /// A tool whose cold copy takes longer than so many seconds does it once
    #[arg(long, default_value_t = 100)]
    pub(crate) once_over: u64,
    /// Another build of ours
    #[arg(long, default_value = env!("CARGO_BIN_EXE_docker-ccr2tcr"), hide_default_value = true)]
    pub(crate) ours: PathBuf,
    /// Instead: kill ours so often, at a random moment of a cold copy, and run it again
    #[arg(long)]
    pub(crate) kill: Option<usize>,
    /// Instead: copy into a target that takes 1 MB/s, for so many seconds, and watch the memory
    #[arg(long)]
    pub(crate) slow: Option<u64>,
    /// Said by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

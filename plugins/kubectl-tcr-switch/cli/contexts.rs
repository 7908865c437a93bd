//! Several clusters in one report. Commands that only look have this; those that write don't.

use clap::Args;

/// Which clusters.
#[derive(Debug, Args)]
pub(crate) struct ContextsArgs {
    /// Several contexts of the kubeconfig in one report, with globs: 'prod-a,prod-b', '*'
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', help_heading = "Scope")]
    #[arg(conflicts_with_all = ["context", "cluster", "user", "server"])]
    pub(crate) contexts: Vec<String>,
}

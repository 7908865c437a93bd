//! The flags that choose images by what clusters use; the same for `sync` and `verify`.

use std::path::PathBuf;

use clap::Args;

/// Which clusters are asked what they use.
#[derive(Debug, Args)]
pub(crate) struct InUseArgs {
    /// Only what clusters use: images of CCR in templates and in running pods, in all namespaces
    #[arg(long, help_heading = "Selection", conflicts_with = "images")]
    pub(crate) in_use: bool,
    /// Context of a cluster for --in-use, repeatable, with globs: 'prod-*', '*'
    #[arg(long, value_name = "NAME", help_heading = "Selection", requires = "in_use")]
    #[arg(value_delimiter = ',')]
    pub(crate) kube_context: Vec<String>,
    /// Kubeconfig file for --in-use, instead of kubectl's own
    #[arg(long, value_name = "FILE", help_heading = "Selection", requires = "in_use")]
    pub(crate) kubeconfig: Option<PathBuf>,
}

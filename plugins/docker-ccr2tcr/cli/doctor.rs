//! The flags of `doctor`.

use std::path::PathBuf;

use ccr2tcr::account::Settings;
use ccr2tcr::checkup::CheckupArgs;
use ccr2tcr::kubernetes::ConnectionSettings;
use clap::Args;

pub(super) const EXAMPLES: &str = "\
Examples:
  docker ccr2tcr doctor                              everything but clusters
  docker ccr2tcr doctor --kube-context prod          with a cluster
  docker ccr2tcr doctor --only tcr.token,network     these, and what they need
  docker ccr2tcr doctor --list                       which checks there are
  docker ccr2tcr doctor -o json --fail-on warn       for CI

Nothing is changed, pushed or stored.

Exit codes: 0 nothing failed, 1 something did (or warned, with --fail-on warn),
2 could not start, 125 usage, 130 interrupted";

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) checkup: CheckupArgs,
    /// Cluster to look at, too: a context of the kubeconfig, repeatable
    #[arg(long, value_name = "CONTEXT", help_heading = "Cluster")]
    pub(crate) kube_context: Vec<String>,
    /// All contexts of the kubeconfig
    #[arg(long, help_heading = "Cluster", conflicts_with = "kube_context")]
    pub(crate) all_kube_contexts: bool,
    /// Kubeconfig file to use instead of KUBECONFIG and ~/.kube/config
    #[arg(long, value_name = "FILE", help_heading = "Cluster")]
    pub(crate) kubeconfig: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

impl DoctorArgs {
    /// The kubeconfig alone.
    pub(crate) fn connection(&self) -> ConnectionSettings {
        ConnectionSettings { kubeconfig: self.kubeconfig.clone(), ..ConnectionSettings::default() }
    }
}

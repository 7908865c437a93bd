//! `replicate`: namespaces that are copied to another instance at each push.

use std::path::PathBuf;

use clap::Args;

use super::network::NetworkWriteArgs;

pub(super) const EXAMPLES: &str = "\
Examples:
  docker ccr2tcr replicate --to prod-hk --dry-run       every namespace
  docker ccr2tcr replicate --to prod-hk shop platform

Each namespace gets a rule that copies what is pushed to the namespace of the same name; it overwrites
and deletes nothing there. `network rollback` deletes the rules again.

Exit codes: 0 all is well, 1 something is left to do or failed, 2 could not start,
125 usage, 130 interrupted";

#[derive(Debug, Args)]
pub(crate) struct ReplicateArgs {
    /// Namespace of TCR to copy, repeatable [default: all]
    #[arg(value_name = "NAMESPACE")]
    pub(crate) namespaces: Vec<String>,
    /// The instance to copy to, by name or id
    #[arg(long, value_name = "INSTANCE")]
    pub(crate) to: String,
    /// Where to note what is done, for `network rollback` [default: ccr2tcr-network-NAME-TIME.json]
    #[arg(long, value_name = "FILE")]
    pub(crate) undo_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) write: NetworkWriteArgs,
}

//! Which objects are looked at.

use ccr2tcr::image::Glob;
use ccr2tcr::switch::ObjectPattern;
use clap::Args;

/// Which namespaces and objects. One namespace is chosen by `-n`, among the cluster's flags.
#[derive(Debug, Clone, Args)]
pub(crate) struct ScopeArgs {
    /// All namespaces
    #[arg(short = 'A', long, help_heading = "Scope")]
    pub(crate) all_namespaces: bool,
    /// Only objects with these labels: 'tier=web,env!=dev'
    #[arg(short = 'l', long, value_name = "SELECTOR", help_heading = "Scope")]
    pub(crate) selector: Option<String>,
    /// Only objects with these fields: 'metadata.name=web'
    #[arg(long, value_name = "SELECTOR", help_heading = "Scope")]
    pub(crate) field_selector: Option<String>,
    /// Leave this namespace out, repeatable, with globs: 'kube-*'
    #[arg(long, value_name = "GLOB", help_heading = "Scope")]
    pub(crate) exclude_namespace: Vec<Glob>,
    /// Look at every pod, where otherwise one of each owner and revision would do
    #[arg(long, help_heading = "Scope")]
    pub(crate) all_pods: bool,
    /// Objects asked for at a time; 0 asks for all at once
    #[arg(long, value_name = "N", default_value_t = 500, help_heading = "Scope")]
    pub(crate) chunk_size: u32,
}

/// Single objects, where something is changed.
#[derive(Debug, Args)]
pub(crate) struct ExcludeArgs {
    /// Leave these objects as they are, repeatable, with globs: 'job', 'deploy/shop/web-*'
    #[arg(long, value_name = "KIND[/NAMESPACE/NAME]", help_heading = "Scope")]
    pub(crate) exclude_object: Vec<ObjectPattern>,
}

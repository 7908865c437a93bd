//! `guard`: where it holds, and what happens.

use std::time::Duration;

use ccr2tcr::account;
use ccr2tcr::guard::{GuardMode, GuardScope};
use ccr2tcr::image::{GlobError, Pattern};
use ccr2tcr::kubernetes::{ConnectionSettings, RequestTimeout};
use ccr2tcr::switch::{Scope, SwitchInputs};
use clap::{Args, Subcommand, ValueEnum};

use super::examples;
use super::output::ListFormat;
use super::write::WriteArgs;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct GuardArgs {
    #[command(subcommand)]
    pub(crate) command: Option<GuardCommand>,
    #[command(flatten)]
    pub(crate) set: SetGuardArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GuardCommand {
    /// Show where a guard holds, and how
    #[command(after_long_help = examples::GUARD_STATUS)]
    Status(Box<GuardStatusArgs>),
    /// Give new Pods TCR's images where their templates still name CCR, as a stopgap
    #[command(after_long_help = examples::GUARD_REWRITE)]
    Rewrite(Box<GuardRewriteArgs>),
    /// Take a guard away
    #[command(after_long_help = examples::GUARD_REMOVE)]
    Remove(Box<GuardRemoveArgs>),
}

#[derive(Debug, Args)]
pub(crate) struct SetGuardArgs {
    /// What happens to a new image of CCR
    #[arg(long, value_enum, default_value_t)]
    mode: GuardMode,
    /// With --mode deny: refuse what controllers make, too; else they are warned of it
    #[arg(long)]
    pods: bool,
    /// Leave out a namespace, or images of CCR that stay there, repeatable: monitoring, 'shop/legacy:*'
    #[arg(long, value_name = "NAMESPACE|IMAGE", value_parser = exemption)]
    exempt: Vec<Exemption>,
    /// Refuse although something still names CCR, or not everything could be read
    #[arg(long)]
    pub(crate) force: bool,
    /// All namespaces but those of Kubernetes itself
    #[arg(short = 'A', long, help_heading = "Scope")]
    pub(crate) all_namespaces: bool,
    /// How long to wait until it holds, as in 90s
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = patience)]
    pub(crate) timeout: Duration,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    /// Print the objects for a file, and change nothing
    #[arg(short, long, value_enum)]
    pub(crate) output: Option<ManifestFormat>,
    #[command(flatten)]
    pub(crate) connection: ConnectionSettings,
    #[command(flatten)]
    pub(crate) account: account::Settings,
}

#[derive(Debug, Args)]
pub(crate) struct GuardStatusArgs {
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: ListFormat,
    #[command(flatten)]
    pub(crate) connection: ConnectionSettings,
}

#[derive(Debug, Args)]
pub(crate) struct GuardRewriteArgs {
    /// Also other tags of the same repositories; of one that TCR doesn't have, no Pod starts
    #[arg(long)]
    pub(crate) any_tag: bool,
    /// Leave out a namespace, or images of CCR that stay there, repeatable: monitoring, 'shop/legacy:*'
    #[arg(long, value_name = "NAMESPACE|IMAGE", value_parser = exemption)]
    exempt: Vec<Exemption>,
    /// All namespaces but those of Kubernetes itself
    #[arg(short = 'A', long, help_heading = "Scope")]
    pub(crate) all_namespaces: bool,
    /// How long to wait until it is seen to work, as in 90s
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = patience)]
    pub(crate) timeout: Duration,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    /// Print the objects for a file, or what does the same elsewhere, and change nothing
    #[arg(short, long, value_enum)]
    pub(crate) output: Option<RewriteFormat>,
    #[command(flatten)]
    pub(crate) connection: ConnectionSettings,
    #[command(flatten)]
    pub(crate) account: account::Settings,
}

/// What the rewriting is printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RewriteFormat {
    /// A List as YAML
    Yaml,
    /// The same as JSON
    Json,
    /// A policy of Kyverno
    Kyverno,
    /// Files for containerd on the nodes, where the mapping renames nothing
    HostsToml,
}

#[derive(Debug, Args)]
pub(crate) struct GuardRemoveArgs {
    /// Only what rewrites new Pods
    #[arg(long)]
    pub(crate) rewrite: bool,
    /// All of it, whichever namespaces it holds in
    #[arg(short = 'A', long, help_heading = "Scope")]
    pub(crate) all_namespaces: bool,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    #[command(flatten)]
    pub(crate) connection: ConnectionSettings,
}

/// What objects are printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ManifestFormat {
    /// A List as YAML
    Yaml,
    /// The same as JSON
    Json,
}

#[derive(Debug, Clone)]
enum Exemption {
    Namespace(String),
    Images(Box<Pattern>),
}

fn exemption(text: &str) -> Result<Exemption, String> {
    if text.contains(['/', ':']) {
        return text
            .parse()
            .map(|images| Exemption::Images(Box::new(images)))
            .map_err(|error: GlobError| error.to_string());
    }
    // A label: what Kubernetes takes as the name of a namespace.
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    match !text.is_empty() && text.chars().all(is_inner) {
        true => Ok(Exemption::Namespace(text.to_owned())),
        false => {
            Err(format!("`{text}` is no name of a namespace; images are named as in 'shop/*'"))
        }
    }
}

fn patience(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a duration, as in 90s or 2m");
    let timeout: RequestTimeout = text.parse().map_err(|_| wrong())?;
    timeout.whole().ok_or_else(wrong)
}

impl GuardArgs {
    /// The cluster's flags of the command that is meant.
    pub(crate) fn connection(&self) -> &ConnectionSettings {
        match &self.command {
            None => &self.set.connection,
            Some(GuardCommand::Status(args)) => &args.connection,
            Some(GuardCommand::Rewrite(args)) => &args.connection,
            Some(GuardCommand::Remove(args)) => &args.connection,
        }
    }
}

impl SetGuardArgs {
    /// Where it holds; `default` is the namespace of the context.
    pub(crate) fn scope(&self, default: &str) -> GuardScope {
        let scope = scope(&self.exempt, (!self.all_namespaces).then_some(default));
        GuardScope { mode: self.mode, owned_too: self.pods, ..scope }
    }

    /// Images that stay in CCR.
    pub(crate) fn exempt_images(&self) -> Vec<Pattern> {
        exempt_images(&self.exempt)
    }

    /// What is read of the cluster before.
    pub(crate) fn inputs(&self) -> SwitchInputs<'_> {
        inputs(&self.exempt, self.all_namespaces, &self.connection, &self.account)
    }
}

impl GuardRewriteArgs {
    /// Where Pods are rewritten; `default` is the namespace of the context.
    pub(crate) fn scope(&self, default: &str) -> GuardScope {
        scope(&self.exempt, (!self.all_namespaces).then_some(default))
    }

    /// Images that stay in CCR.
    pub(crate) fn exempt_images(&self) -> Vec<Pattern> {
        exempt_images(&self.exempt)
    }

    /// What is read of the cluster before.
    pub(crate) fn inputs(&self) -> SwitchInputs<'_> {
        inputs(&self.exempt, self.all_namespaces, &self.connection, &self.account)
    }
}

fn scope(exempt: &[Exemption], namespace: Option<&str>) -> GuardScope {
    let exempt = exempt.iter().filter_map(|one| match one {
        Exemption::Namespace(name) => Some(name.clone()),
        Exemption::Images(_) => None,
    });
    let namespace = namespace.map(str::to_owned);
    GuardScope { namespace, exempt: exempt.collect(), ..GuardScope::default() }
}

fn exempt_images(exempt: &[Exemption]) -> Vec<Pattern> {
    let images = exempt.iter().filter_map(|one| match one {
        Exemption::Images(pattern) => Some(pattern.as_ref().clone()),
        Exemption::Namespace(_) => None,
    });
    images.collect()
}

fn inputs<'a>(
    exempt: &[Exemption],
    all_namespaces: bool,
    connection: &'a ConnectionSettings,
    account: &'a account::Settings,
) -> SwitchInputs<'a> {
    let guarded = scope(exempt, None);
    let names = guarded.exempt_namespaces().into_iter();
    let exclude = names.filter_map(|name| name.parse().ok()).collect();
    let scope = Scope { exclude, chunk_size: 500, ..Scope::default() };
    SwitchInputs { connection, account, scope, all_namespaces }
}

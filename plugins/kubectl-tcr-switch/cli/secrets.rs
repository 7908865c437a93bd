//! `secrets`: what pull secrets exist, giving namespaces TCR's, taking CCR's out of use.

use std::path::PathBuf;
use std::str::FromStr;

use ccr2tcr::account;
use ccr2tcr::kubernetes::ConnectionSettings;
use clap::{Args, Subcommand};

use super::{ListFormat, Target, VerdictFormat, WaitArgs, WriteArgs, examples};

#[derive(Debug, Args)]
pub(crate) struct SecretsArgs {
    #[command(subcommand)]
    pub(crate) command: SecretsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SecretsCommand {
    /// Show the pull secrets, the hosts they are for, and who uses them
    List(Box<ListArgs>),
    /// Give each namespace that needs one a login for TCR, and add it where CCR's is used
    #[command(after_long_help = examples::COPY)]
    Copy(Box<CopyArgs>),
    /// Take references to CCR's secrets out where nothing needs them any more
    #[command(after_long_help = examples::PRUNE)]
    Prune(Box<PruneArgs>),
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: ListFormat,
    #[command(flatten)]
    pub(crate) target: Target,
}

/// What the commands that change something have in common.
#[derive(Debug, Args)]
pub(crate) struct ChangeArgs {
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    /// Also change what Helm, Argo CD, Flux or OLM manages; they may change it back
    #[arg(long)]
    pub(crate) include_managed: bool,
    #[command(flatten)]
    pub(crate) wait: WaitArgs,
    /// Where to keep what `rollback` needs [default: a file in this folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) rollback_file: Option<PathBuf>,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: VerdictFormat,
    #[command(flatten)]
    pub(crate) target: Target,
}

#[derive(Debug, Args)]
pub(crate) struct CopyArgs {
    /// Take the login from this Secret [default: the login that docker has stored]
    #[arg(long, value_name = "NAMESPACE/NAME")]
    #[arg(conflicts_with_all = ["service_account", "long_term"])]
    pub(crate) from_secret: Option<SecretName>,
    /// Make a service account of this name in TCR; it belongs to no person
    #[arg(long, value_name = "NAME", conflicts_with = "long_term")]
    pub(crate) service_account: Option<String>,
    /// Days until the service account ends
    #[arg(long, value_name = "N", requires = "service_account", default_value_t = 365)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) days: u32,
    /// Make a long-term token of the API key's own user
    #[arg(long)]
    pub(crate) long_term: bool,
    /// Name of the Secret to write
    #[arg(long, value_name = "NAME", default_value = "tcr")]
    pub(crate) name: String,
    /// Add it to templates that name CCR's secret themselves, too: their pods restart
    #[arg(long)]
    pub(crate) to_templates: bool,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PruneArgs {
    /// Delete the Secrets, too, if they are for CCR alone
    #[arg(long)]
    pub(crate) delete_secrets: bool,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

impl SecretsCommand {
    fn target(&self) -> &Target {
        match self {
            Self::List(args) => &args.target,
            Self::Copy(args) => &args.change.target,
            Self::Prune(args) => &args.change.target,
        }
    }

    /// The cluster's flags.
    pub(crate) fn connection(&self) -> &ConnectionSettings {
        &self.target().connection
    }

    /// The account's flags.
    pub(crate) fn account(&self) -> &account::Settings {
        &self.target().account
    }
}

/// A Secret somewhere in the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SecretName {
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl FromStr for SecretName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('/') {
            Some((namespace, name))
                if !namespace.is_empty() && !name.is_empty() && !name.contains('/') =>
            {
                Ok(Self { namespace: namespace.to_owned(), name: name.to_owned() })
            }
            _ => Err(format!("`{text}` is not NAMESPACE/NAME, as in shop/tcr")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_named_with_its_namespace() {
        let name: SecretName = "shop/tcr".parse().unwrap();
        assert_eq!((name.namespace.as_str(), name.name.as_str()), ("shop", "tcr"));
        for bad in ["tcr", "/tcr", "shop/", "a/b/c", ""] {
            assert!(bad.parse::<SecretName>().unwrap_err().contains("as in shop/tcr"), "{bad}");
        }
    }
}

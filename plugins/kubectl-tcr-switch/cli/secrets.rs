//! `secrets`: what pull secrets exist, giving namespaces TCR's, taking CCR's out of use.

use std::path::PathBuf;
use std::str::FromStr;

use ccr2tcr::account;
use ccr2tcr::kubernetes::ConnectionSettings;
use ccr2tcr::switch::LoginSource;
use clap::{Args, Subcommand};

use super::common::CommonArgs;
use super::examples;
use super::output::{ListFormat, VerdictFormat};
use super::scope::ExcludeArgs;
use super::write::{RefusalArgs, WaitArgs, WriteArgs};

#[derive(Debug, Args)]
pub(crate) struct SecretsArgs {
    #[command(subcommand)]
    pub(crate) command: SecretsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SecretsCommand {
    /// Show the pull secrets, the hosts they are for, and who uses them
    List(Box<ListArgs>),
    /// Create a pull secret for TCR in each namespace that needs one, and add it where CCR's is used
    #[command(after_long_help = examples::COPY)]
    Copy(Box<CopyArgs>),
    /// Remove references to CCR's secrets where nothing needs them any more
    #[command(after_long_help = examples::PRUNE)]
    Prune(Box<PruneArgs>),
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: ListFormat,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
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
    pub(crate) exclude: ExcludeArgs,
    #[command(flatten)]
    pub(crate) refusals: RefusalArgs,
    #[command(flatten)]
    pub(crate) wait: WaitArgs,
    /// Rollback file to write [default: a new file in this folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) rollback_file: Option<PathBuf>,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: VerdictFormat,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CopyArgs {
    /// Use the login from this Secret [default: the login that docker has stored]
    #[arg(long, value_name = "NAMESPACE/NAME")]
    #[arg(conflicts_with_all = ["service_account", "long_term"])]
    pub(crate) from_secret: Option<SecretName>,
    /// Create a service account of this name in TCR
    #[arg(long, value_name = "NAME", conflicts_with = "long_term")]
    pub(crate) service_account: Option<String>,
    /// Days until the service account expires
    #[arg(long, value_name = "N", requires = "service_account", default_value_t = 365)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) days: u32,
    /// Create a long-term token for the API key's own user
    #[arg(long)]
    pub(crate) long_term: bool,
    /// Name of the Secret to write
    #[arg(long, value_name = "NAME", default_value = "tcr")]
    pub(crate) name: String,
    /// Also add it to pod templates that name CCR's secret themselves: their pods restart
    #[arg(long)]
    pub(crate) to_templates: bool,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PruneArgs {
    /// Also delete the Secrets that are for CCR only
    #[arg(long)]
    pub(crate) delete_secrets: bool,
    /// Write the Secrets that are deleted to this file, passwords included, for `rollback`
    #[arg(long, value_name = "FILE", requires = "delete_secrets")]
    pub(crate) secrets_backup: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

impl SecretsCommand {
    fn common(&self) -> &CommonArgs {
        match self {
            Self::List(args) => &args.common,
            Self::Copy(args) => &args.change.common,
            Self::Prune(args) => &args.change.common,
        }
    }

    /// The cluster's flags.
    pub(crate) fn connection(&self) -> &ConnectionSettings {
        &self.common().connection
    }

    /// The account's flags.
    pub(crate) fn account(&self) -> &account::Settings {
        &self.common().account
    }
}

impl CopyArgs {
    /// Where the login comes from.
    pub(crate) fn login_source(&self) -> LoginSource {
        match (&self.from_secret, &self.service_account) {
            (Some(SecretName { namespace, name }), _) => {
                LoginSource::Secret { namespace: namespace.clone(), name: name.clone() }
            }
            (None, Some(name)) => {
                LoginSource::ServiceAccount { name: name.clone(), days: self.days }
            }
            (None, None) if self.long_term => LoginSource::LongTerm,
            (None, None) => LoginSource::Docker,
        }
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

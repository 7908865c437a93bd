//! kubectl's connection flags, with kubectl's names, short forms and meanings.
//!
//! What becomes of them is in `target`. kubectl's `-v` is not here, for the plugin has its own; nor
//! are `--username` and `--password`, which API servers don't take any more, nor `--cache-dir`, for
//! nothing is kept.

use std::path::PathBuf;
use std::str::FromStr;

use super::request_timeout::RequestTimeout;
use crate::http::Secret;

/// Which cluster, and which user.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ConnectionSettings {
    /// Kubeconfig file to use instead of KUBECONFIG and ~/.kube/config
    #[arg(long, value_name = "FILE", help_heading = "Cluster")]
    pub kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig
    #[arg(long, value_name = "NAME", help_heading = "Cluster")]
    pub context: Option<String>,
    /// Cluster of the kubeconfig, instead of the context's
    #[arg(long, value_name = "NAME", help_heading = "Cluster")]
    pub cluster: Option<String>,
    /// User of the kubeconfig, instead of the context's
    #[arg(long, value_name = "NAME", help_heading = "Cluster")]
    pub user: Option<String>,
    /// Namespace, instead of the context's
    #[arg(long, short, value_name = "NAME", help_heading = "Cluster")]
    pub namespace: Option<String>,
    /// Address of the API server
    #[arg(long, short, value_name = "URL", help_heading = "Cluster")]
    pub server: Option<String>,
    /// Bearer token; visible to every user of this machine while the program runs
    #[arg(long, value_name = "TOKEN", help_heading = "Cluster")]
    pub token: Option<Secret>,
    /// User to act as; a service account is system:serviceaccount:NAMESPACE:NAME
    #[arg(long = "as", value_name = "USER", help_heading = "Cluster")]
    pub as_user: Option<String>,
    /// UID to act as
    #[arg(long, value_name = "UID", help_heading = "Cluster")]
    pub as_uid: Option<String>,
    /// Group to act as, repeatable
    #[arg(long, value_name = "GROUP", help_heading = "Cluster")]
    pub as_group: Vec<String>,
    /// Extra of the user to act as, repeatable, also for the same key
    #[arg(long, value_name = "KEY=VALUE", help_heading = "Cluster")]
    pub as_user_extra: Vec<UserExtra>,
    /// Client certificate
    #[arg(long, value_name = "FILE", help_heading = "Cluster")]
    pub client_certificate: Option<PathBuf>,
    /// Key of the client certificate
    #[arg(long, value_name = "FILE", help_heading = "Cluster")]
    pub client_key: Option<PathBuf>,
    /// Certificate of the authority that has signed the API server's
    #[arg(long, value_name = "FILE", help_heading = "Cluster")]
    pub certificate_authority: Option<PathBuf>,
    /// Don't check the API server's certificate: anybody in between can read and change everything
    #[arg(long, value_name = "BOOL", help_heading = "Cluster", hide_possible_values = true)]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub insecure_skip_tls_verify: Option<bool>,
    /// Name that the API server's certificate must have, if another than the address says
    #[arg(long, value_name = "NAME", help_heading = "Cluster")]
    pub tls_server_name: Option<String>,
    /// Limit for one request, as in 30s or 1m30s [default: 60s without a byte]
    #[arg(long, value_name = "DURATION", help_heading = "Cluster")]
    pub request_timeout: Option<RequestTimeout>,
    /// Don't ask the API server for compressed answers; it is never asked for them
    #[arg(long, value_name = "BOOL", hide = true, hide_possible_values = true)]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub disable_compression: Option<bool>,
}

impl ConnectionSettings {
    /// Whether a secret stands on the command line, where everybody on the machine can read it.
    #[must_use]
    pub fn has_secret_in_flags(&self) -> bool {
        self.token.is_some()
    }
}

/// One `KEY=VALUE` of `--as-user-extra`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserExtra {
    /// What it is, as in `scopes`.
    pub key: String,
    /// One of its values.
    pub value: String,
}

/// A `--as-user-extra` that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not KEY=VALUE, as in scopes=view")]
pub struct UserExtraError(String);

impl FromStr for UserExtra {
    type Err = UserExtraError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((key, value)) if !key.is_empty() => {
                Ok(Self { key: key.to_owned(), value: value.to_owned() })
            }
            _ => Err(UserExtraError(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Command {
        #[command(flatten)]
        settings: ConnectionSettings,
    }

    fn parse(arguments: &[&str]) -> ConnectionSettings {
        let words = std::iter::once(&"kubectl-tcr_switch").chain(arguments);
        Command::try_parse_from(words).map_err(|error| error.to_string()).unwrap().settings
    }

    #[test]
    fn flags_are_read_as_kubectl_reads_them() {
        let settings = parse(&[
            "-n=shop",
            "-s",
            "https://k8s:6443",
            "--as",
            "jane",
            "--as-group=a,b",
            "--as-group",
            "c",
            "--as-user-extra",
            "scopes=view",
            "--as-user-extra=scopes=x=y",
            "--request-timeout=1m30s",
            "--insecure-skip-tls-verify",
            "--token",
            "hunter2",
        ]);
        assert_eq!(settings.namespace.as_deref(), Some("shop"));
        assert_eq!(settings.server.as_deref(), Some("https://k8s:6443"));
        assert_eq!(settings.as_group, ["a,b", "c"], "a comma is a part of a group's name");
        let last = UserExtra { key: "scopes".to_owned(), value: "x=y".to_owned() };
        assert_eq!(settings.as_user_extra[1], last);
        assert_eq!(settings.insecure_skip_tls_verify, Some(true));
        assert!(settings.has_secret_in_flags());
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn a_switch_can_be_switched_off() {
        let settings = parse(&["--insecure-skip-tls-verify=false"]);
        assert_eq!(settings.insecure_skip_tls_verify, Some(false));
        assert!(!parse(&[]).has_secret_in_flags());
    }

    #[test]
    fn an_extra_needs_a_key() {
        assert!("=x".parse::<UserExtra>().is_err());
        assert!("scopes".parse::<UserExtra>().is_err());
    }
}

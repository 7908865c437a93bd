//! Credential plugins: the program that a kubeconfig's `exec` names, and what it answers.
//!
//! kube runs them too, but blocking, without a limit and without the `installHint`; so the protocol
//! (client.authentication.k8s.io/v1) is spoken here, and kube gets what came of it.

use std::collections::HashMap;
use std::io::IsTerminal as _;
use std::process::Stdio;
use std::time::Duration;

use jiff::Timestamp;
use kube::config::{Cluster, ExecAuthCluster, ExecConfig, ExecInteractiveMode};
use serde::Deserialize;
use tokio::process::Command;

use crate::http::Secret;
use crate::kubernetes::error::ClusterError;

/// For a program that needs no input.
const ALONE: Duration = Duration::from_secs(60);
/// For one that may ask for a password or open a browser.
const WITH_USER: Duration = Duration::from_secs(300);
/// What a program may say on stderr and is shown.
const SHOWN: usize = 400;

/// A program that gives logins.
pub(in crate::kubernetes) struct ExecPlugin {
    command: String,
    arguments: Vec<String>,
    variables: HashMap<String, String>,
    api_version: String,
    install_hint: Option<String>,
    is_interactive: bool,
    /// `KUBERNETES_EXEC_INFO`.
    info: String,
    limit: Duration,
}

/// What a program gave.
pub(in crate::kubernetes) struct PluginCredential {
    pub(in crate::kubernetes) token: Option<Secret>,
    /// Certificate and key, PEM.
    pub(in crate::kubernetes) certificate: Option<(String, Secret)>,
    pub(in crate::kubernetes) expires: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExecCredential {
    api_version: Option<String>,
    status: Option<ExecCredentialStatus>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExecCredentialStatus {
    expiration_timestamp: Option<String>,
    token: Option<Secret>,
    client_certificate_data: Option<String>,
    client_key_data: Option<Secret>,
}

impl ExecPlugin {
    /// Looks at the terminal, but runs nothing yet.
    pub(in crate::kubernetes) fn new(
        config: &ExecConfig,
        cluster: &Cluster,
    ) -> Result<Self, ClusterError> {
        Self::with_terminal(config, cluster, std::io::stdin().is_terminal())
    }

    fn with_terminal(
        config: &ExecConfig,
        cluster: &Cluster,
        has_terminal: bool,
    ) -> Result<Self, ClusterError> {
        let command = config.command.clone().unwrap_or_default();
        let install_hint = config.install_hint.clone().filter(|hint| !hint.trim().is_empty());
        let error = |reason: String| ClusterError::ExecPlugin {
            command: command.clone(),
            reason,
            install_hint: None,
        };
        if command.is_empty() {
            return Err(error("the kubeconfig names no command".to_owned()));
        }
        let is_interactive = match &config.interactive_mode {
            Some(ExecInteractiveMode::Never) => false,
            Some(ExecInteractiveMode::Always) if !has_terminal => {
                let reason = "it wants to ask something, and there is no terminal to ask at";
                return Err(error(reason.to_owned()));
            }
            _ => has_terminal,
        };
        let api_version = config.api_version.clone();
        let api_version = api_version.unwrap_or("client.authentication.k8s.io/v1".to_owned());
        let mut spec = serde_json::json!({ "interactive": is_interactive });
        if config.provide_cluster_info {
            let cluster = ExecAuthCluster::try_from(cluster).map_err(|e| error(e.to_string()))?;
            spec["cluster"] = serde_json::to_value(cluster).map_err(|e| error(e.to_string()))?;
        }
        let info = serde_json::json!({
            "apiVersion": api_version, "kind": "ExecCredential", "spec": spec,
        });
        let variables = config.env.iter().flatten();
        let variables = variables.filter_map(|entry| {
            Some((entry.get("name")?.clone(), entry.get("value").cloned().unwrap_or_default()))
        });
        Ok(Self {
            arguments: config.args.clone().unwrap_or_default(),
            variables: variables.collect(),
            api_version,
            install_hint,
            is_interactive,
            info: info.to_string(),
            limit: if is_interactive { WITH_USER } else { ALONE },
            command,
        })
    }

    /// Runs the program once.
    pub(in crate::kubernetes) async fn run(&self) -> Result<PluginCredential, ClusterError> {
        let (stdin, stderr) = match self.is_interactive {
            true => (Stdio::inherit(), Stdio::inherit()),
            false => (Stdio::null(), Stdio::piped()),
        };
        let mut command = Command::new(&self.command);
        command
            .args(&self.arguments)
            .envs(&self.variables)
            .env("KUBERNETES_EXEC_INFO", &self.info)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(stderr)
            .kill_on_drop(true);
        let child = command.spawn().map_err(|error| self.did_not_start(&error))?;
        let output = match tokio::time::timeout(self.limit, child.wait_with_output()).await {
            Ok(Ok(output)) => output,
            Ok(Err(error)) => return Err(self.error(error.to_string())),
            Err(_) => {
                let seconds = self.limit.as_secs_f64().ceil();
                return Err(self.error(format!("it gave no answer in {seconds} s, and was ended")));
            }
        };
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = last_lines(said.trim());
            let colon = if said.is_empty() { "" } else { ": " };
            return Err(self.error(format!("it failed ({}){colon}{said}", output.status)));
        }
        self.read(&output.stdout)
    }

    /// JSON by the protocol; YAML is taken too, as client-go does. Never shows what came.
    fn read(&self, text: &[u8]) -> Result<PluginCredential, ClusterError> {
        if text.trim_ascii().is_empty() {
            return Err(self.error("its answer is empty".to_owned()));
        }
        let answer: ExecCredential = serde_json::from_slice(text)
            .or_else(|_| serde_yaml::from_slice(text))
            .map_err(|_| self.error("its answer is no ExecCredential".to_owned()))?;
        if answer.api_version.as_ref() != Some(&self.api_version) {
            let given = answer.api_version.unwrap_or("no version".to_owned());
            let wanted = &self.api_version;
            return Err(self.error(format!("it answers as {given}, but was asked for {wanted}")));
        }
        let status = answer.status.ok_or_else(|| self.error("it gave no login".to_owned()))?;
        let expires = status.expiration_timestamp.map(|text| text.parse::<Timestamp>());
        let expires = expires.transpose().map_err(|_| {
            self.error("its expirationTimestamp is no time as in 2026-01-31T12:00:00Z".to_owned())
        })?;
        let token = status.token.filter(|token| !token.is_empty());
        let certificate = status.client_certificate_data.filter(|text| !text.is_empty());
        let key = status.client_key_data.filter(|key| !key.is_empty());
        if certificate.is_some() != key.is_some() {
            return Err(self.error("it gave a certificate or a key, but not both".to_owned()));
        }
        let certificate = certificate.zip(key);
        if token.is_none() && certificate.is_none() {
            return Err(self.error("it gave neither a token nor a certificate with key".to_owned()));
        }
        Ok(PluginCredential { token, certificate, expires })
    }

    fn did_not_start(&self, error: &std::io::Error) -> ClusterError {
        let (command, install_hint) = (self.command.clone(), self.install_hint.clone());
        let reason = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such program".to_owned(),
            _ => format!("it can't be started: {error}"),
        };
        ClusterError::ExecPlugin { command, reason, install_hint }
    }

    /// The install hint is for a program that isn't there.
    fn error(&self, reason: String) -> ClusterError {
        ClusterError::ExecPlugin { command: self.command.clone(), reason, install_hint: None }
    }
}

/// The end of what a program says, for there stands what went wrong.
fn last_lines(text: &str) -> &str {
    let start = (text.len().saturating_sub(SHOWN)..=text.len())
        .find(|start| text.is_char_boundary(*start))
        .unwrap_or(0);
    &text[start..]
}

#[cfg(test)]
mod tests;

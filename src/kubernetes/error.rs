//! What can go wrong between us and a cluster, and what to do about it.
//!
//! How an answer becomes one of these is in `refusal`, how a broken connection does in `failure`.
//! No variant holds a secret, nor what was sent.

use std::path::PathBuf;
use std::time::Duration;

use super::subject::Subject;
use crate::http::through;

/// Something about a cluster that did not do what it should.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClusterError {
    /// No file says which cluster, and this is no pod.
    #[error("no cluster is configured: {}", looked_at(looked))]
    NoKubeconfig {
        /// The files that were looked for; they are missing or empty.
        looked: Vec<PathBuf>,
    },
    /// A kubeconfig that can't be read.
    #[error("kubeconfig {}{}: {reason}", path.display(), at_line(*line))]
    Kubeconfig {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: Option<usize>,
        /// What is wrong with it.
        reason: String,
    },
    /// The kubeconfig has no such context.
    #[error("the kubeconfig has no context `{name}`; {}", there_are(known))]
    UnknownContext {
        /// The one that was asked for.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// The kubeconfig has no such cluster.
    #[error("the kubeconfig has no cluster `{name}`; {}", there_are(known))]
    UnknownCluster {
        /// The one that was asked for, by a flag or by the context.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// The kubeconfig has no such user.
    #[error("the kubeconfig has no user `{name}`; {}", there_are(known))]
    UnknownUser {
        /// The one that was asked for, by a flag or by the context.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// The kubeconfig names no current context, and there was no flag.
    #[error("the kubeconfig has no current context; {}", there_are(known))]
    NoContext {
        /// The contexts that there are.
        known: Vec<String>,
    },
    /// A value that makes no sense, in a flag, the kubeconfig or the environment.
    #[error("{what}: {reason}")]
    Setting {
        /// Where it stands.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The credential plugin that the kubeconfig names did not give a login.
    #[error("credential plugin `{command}`: {reason}")]
    ExecPlugin {
        /// The program.
        command: String,
        /// What happened.
        reason: String,
        /// The kubeconfig's `installHint`.
        install_hint: Option<String>,
    },
    /// No connection.
    #[error("{server} can't be reached{}: {reason}", through(proxy.as_deref()))]
    Unreachable {
        /// The API server.
        server: String,
        /// The proxy, without its login.
        proxy: Option<String>,
        /// What the network says.
        reason: String,
    },
    /// The connection broke after the request was sent: whether it was carried out is unknown.
    #[error("{subject}: the connection broke before an answer came: {reason}")]
    Interrupted {
        /// What it was about.
        subject: Box<Subject>,
        /// What the network says.
        reason: String,
    },
    /// The server's certificate is not trusted.
    #[error("the certificate of {server} is not trusted: {reason}")]
    Certificate {
        /// The API server.
        server: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The login is not taken.
    #[error("{server} does not take the login ({user}): {message}")]
    Unauthorized {
        /// The API server.
        server: String,
        /// Whose login it was, as in `user jane`.
        user: String,
        /// What the server says.
        message: String,
    },
    /// The login is good, but not for this.
    #[error("{}", message)]
    Forbidden {
        /// `list`.
        verb: String,
        /// With its group, as in `deployments.apps`.
        resource: String,
        /// None if it was asked for in all namespaces, or is cluster-wide.
        namespace: Option<String>,
        /// What the server says; names the user.
        message: String,
    },
    /// It isn't there.
    #[error("{subject}: not found: {message}")]
    NotFound {
        /// What it was about.
        subject: Box<Subject>,
        /// What the server says.
        message: String,
    },
    /// It is there already.
    #[error("{subject}: it exists already: {message}")]
    AlreadyExists {
        /// What it was about.
        subject: Box<Subject>,
        /// What the server says.
        message: String,
    },
    /// Somebody has changed it: a `test` of the patch failed. The server doesn't say which.
    #[error("{subject}: it was changed since it was read")]
    Changed {
        /// What it was about.
        subject: Box<Subject>,
    },
    /// An admission webhook, an admission policy or another rule forbids it.
    #[error("{subject}: refused by {by}: {message}")]
    Refused {
        /// What it was about.
        subject: Box<Subject>,
        /// Who, as a part of a sentence: `the admission webhook policy.example.com`.
        by: String,
        /// What it says.
        message: String,
    },
    /// An admission webhook refuses to be asked in a dry run; whether it takes the change itself is
    /// unknown.
    #[error("{subject}: the admission webhook {webhook} does not support a dry run")]
    NoDryRun {
        /// What it was about.
        subject: Box<Subject>,
        /// Its name.
        webhook: String,
    },
    /// Nothing new may be created in its namespace, which is being deleted.
    #[error("{subject}: the namespace is being deleted")]
    Terminating {
        /// What it was about.
        subject: Box<Subject>,
    },
    /// An admission webhook did not answer in time.
    #[error("{subject}: the admission webhook {webhook} did not answer in time: {message}")]
    WebhookTimeout {
        /// What it was about.
        subject: Box<Subject>,
        /// Its name.
        webhook: String,
        /// What the server says.
        message: String,
    },
    /// An admission webhook could not be called.
    #[error("{subject}: the admission webhook {webhook} could not be asked: {message}")]
    WebhookFailed {
        /// What it was about.
        subject: Box<Subject>,
        /// Its name.
        webhook: String,
        /// What the server says.
        message: String,
    },
    /// A `ResourceQuota` leaves no room for it.
    #[error("{subject}: the quota is used up: {message}")]
    Quota {
        /// What it was about.
        subject: Box<Subject>,
        /// What the server says.
        message: String,
    },
    /// A field that can't be changed once the object exists.
    #[error("{subject}: {field} can't be changed: {message}")]
    Immutable {
        /// What it was about.
        subject: Box<Subject>,
        /// The field, as in `spec.template`.
        field: String,
        /// What the server says, without the value.
        message: String,
    },
    /// The server holds the object for wrong.
    #[error("{subject}: invalid: {message}")]
    Invalid {
        /// What it was about.
        subject: Box<Subject>,
        /// What the server says, without the values.
        message: String,
    },
    /// No answer in time, ours or the server's.
    #[error("{subject}: no answer in time{}", after(*limit))]
    Timeout {
        /// What it was about.
        subject: Box<Subject>,
        /// How long was waited, if it was us who gave up.
        limit: Option<Duration>,
    },
    /// A list became too old while it was read, again and again.
    #[error("{subject}: the list became too old while it was read, {attempts} times")]
    Gone {
        /// What it was about.
        subject: Box<Subject>,
        /// How often it was begun.
        attempts: u32,
    },
    /// Any other refusal.
    #[error("{subject}: the server answers {code}{}: {message}", in_brackets(reason))]
    Api {
        /// What it was about.
        subject: Box<Subject>,
        /// The HTTP status.
        code: u16,
        /// The API's word for it, or empty.
        reason: String,
        /// What the server says.
        message: String,
    },
    /// An answer that is none of a Kubernetes API.
    #[error("{subject}: not the answer of a Kubernetes API server: {reason}")]
    Protocol {
        /// What it was about.
        subject: Box<Subject>,
        /// What is wrong with the answer.
        reason: String,
    },
}

impl ClusterError {
    /// A value that makes no sense, in a flag, the kubeconfig or the environment.
    pub(super) fn setting(what: &str, reason: impl std::fmt::Display) -> Self {
        Self::Setting { what: what.to_owned(), reason: reason.to_string() }
    }

    /// Whether a write that ended so may have been carried out all the same. Then only reading the
    /// object again tells.
    #[must_use]
    pub fn may_have_been_done(&self) -> bool {
        match self {
            Self::Interrupted { .. } | Self::Timeout { .. } | Self::Protocol { .. } => true,
            Self::Api { code, .. } => *code >= 500,
            _ => false,
        }
    }

    /// Whether it is about the one object that was asked for, so that another may fare better. What
    /// is about the server, the network or the login is not.
    #[must_use]
    pub fn is_about_one_object(&self) -> bool {
        match self {
            Self::Forbidden { .. }
            | Self::NotFound { .. }
            | Self::AlreadyExists { .. }
            | Self::Changed { .. }
            | Self::Refused { .. }
            | Self::NoDryRun { .. }
            | Self::Terminating { .. }
            | Self::WebhookTimeout { .. }
            | Self::WebhookFailed { .. }
            | Self::Quota { .. }
            | Self::Immutable { .. }
            | Self::Invalid { .. }
            | Self::Timeout { .. }
            | Self::Gone { .. }
            | Self::Protocol { .. } => true,
            // The server is busy with everybody's requests.
            Self::Api { code, .. } => *code != 429,
            _ => false,
        }
    }
}

impl ClusterError {
    /// This error, of the repetition of a write that may have been carried out: then what the
    /// repetition found may be the work of the first try.
    pub(super) fn of_a_second_try(self, subject: Subject) -> Self {
        match self {
            Self::Changed { .. } | Self::AlreadyExists { .. } | Self::NotFound { .. } => {
                let reason = "the first try may have been carried out".to_owned();
                Self::Interrupted { subject: Box::new(subject), reason }
            }
            error => error,
        }
    }
}

fn looked_at(files: &[PathBuf]) -> String {
    let names: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    match names.as_slice() {
        [] => "there is no kubeconfig, and this is not a pod".to_owned(),
        [name] => format!("{name} is missing or empty, and this is not a pod"),
        _ => format!("{} are missing or empty, and this is not a pod", names.join(", ")),
    }
}

/// At most this many names are listed; a company may have hundreds of clusters.
const NAMES_SHOWN: usize = 12;

fn there_are(known: &[String]) -> String {
    let shown: Vec<&str> = known.iter().take(NAMES_SHOWN).map(String::as_str).collect();
    match known.len() {
        0 => "there is none at all".to_owned(),
        1 => format!("there is only {}", shown[0]),
        count if count > NAMES_SHOWN => {
            format!("there are {} and {} more", shown.join(", "), count - NAMES_SHOWN)
        }
        _ => format!("there are {}", shown.join(", ")),
    }
}

fn at_line(line: Option<usize>) -> String {
    line.map(|line| format!(", line {line}")).unwrap_or_default()
}

fn after(limit: Option<Duration>) -> String {
    match limit {
        Some(limit) if limit.as_millis() % 1000 != 0 => format!(" ({} ms)", limit.as_millis()),
        Some(limit) => format!(" ({} s)", limit.as_secs()),
        None => String::new(),
    }
}

fn in_brackets(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(" ({reason})") }
}

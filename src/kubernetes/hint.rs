//! What to type next when something about a cluster fails.

use super::error::ClusterError;
use super::request::GUARD_POLICY;
use super::subject::Subject;
use crate::diagnostic::CommonError;

impl ClusterError {
    /// Which of the common errors it is.
    #[must_use]
    pub fn common(&self) -> Option<CommonError> {
        match self {
            Self::NoKubeconfig { .. }
            | Self::Kubeconfig { .. }
            | Self::UnknownContext { .. }
            | Self::UnknownCluster { .. }
            | Self::UnknownUser { .. }
            | Self::NoContext { .. } => Some(CommonError::NoCluster),
            Self::Unreachable { .. } | Self::Certificate { .. } => {
                Some(CommonError::ClusterUnreachable)
            }
            Self::Unauthorized { .. } | Self::ExecPlugin { .. } => Some(CommonError::ClusterLogin),
            Self::Forbidden { .. } => Some(CommonError::RbacForbidden),
            Self::NotFound { message, .. } if is_of_namespace(message) => {
                Some(CommonError::NoNamespace)
            }
            _ => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NoKubeconfig { .. } => {
                "name a file with --kubeconfig FILE, or a server with --server URL".to_owned()
            }
            Self::Kubeconfig { .. } => {
                "fix the file, or name another one with --kubeconfig FILE".to_owned()
            }
            Self::UnknownContext { name, known } => {
                closest("--context", name, known, "kubectl config get-contexts")
            }
            Self::NoContext { known } => match known.first() {
                Some(first) => format!("choose one: --context {first}"),
                None => "name a server with --server URL".to_owned(),
            },
            Self::UnknownCluster { name, known } => {
                closest("--cluster", name, known, "kubectl config get-clusters")
            }
            Self::UnknownUser { name, known } => {
                closest("--user", name, known, "kubectl config get-users")
            }
            Self::Setting { .. } => "correct it, and try again".to_owned(),
            Self::ExecPlugin { install_hint: Some(hint), .. } => hint.trim().to_owned(),
            Self::ExecPlugin { command, .. } => {
                format!("see whether `kubectl version` works; it runs `{command}` too")
            }
            Self::Unreachable { proxy: Some(_), .. } => {
                "check the proxy; NO_PROXY names what is to be reached without one".to_owned()
            }
            Self::Unreachable { server, .. } => {
                format!("check the address, the network and the VPN: curl -k {server}/version")
            }
            Self::Interrupted { .. } => {
                "run the command again: what is done already is recognised as done".to_owned()
            }
            Self::Certificate { reason, .. } => certificate(reason).to_owned(),
            Self::Unauthorized { .. } => {
                "log in again, or choose another user with --user, --token or --context".to_owned()
            }
            Self::Forbidden { verb, resource, namespace, .. } => {
                let scope = match namespace {
                    Some(namespace) => format!(" -n {namespace}"),
                    None if verb == "impersonate" => String::new(),
                    None => " -A".to_owned(),
                };
                format!("ask for the permission; to check it: kubectl auth can-i {verb} {resource}{scope}")
            }
            Self::NotFound { message, .. } if is_of_namespace(message) => {
                "see which namespaces there are: kubectl get namespaces".to_owned()
            }
            Self::NotFound { subject, .. } => {
                let place = in_namespace(subject);
                format!("see what there is: kubectl get {}{place}", subject.resource_name())
            }
            Self::AlreadyExists { .. } => "choose another name, or delete it first".to_owned(),
            Self::Changed { .. } => {
                "run the command again: it reads the object as it is now".to_owned()
            }
            Self::Refused { by, .. } => refused(by).to_owned(),
            Self::NoDryRun { .. } => {
                "--allow-no-dry-run writes such objects without a dry run, one at a time".to_owned()
            }
            Self::Terminating { subject } => {
                let namespace = subject.namespace.as_deref().unwrap_or_default();
                format!("nothing runs there any more; leave it out: --exclude-namespace={namespace}")
            }
            Self::WebhookTimeout { .. } | Self::WebhookFailed { .. } => {
                "see whether its pods run: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations".to_owned()
            }
            Self::Quota { subject, .. } => {
                format!("see what is used: kubectl describe resourcequota{}", in_namespace(subject))
            }
            Self::Immutable { .. } => {
                "delete the object and recreate it, or change what creates it".to_owned()
            }
            Self::Invalid { subject, .. } => {
                let (resource, place) = (subject.resource_name(), in_namespace(subject));
                let name = subject.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
                format!("see what it is now: kubectl get {resource}{name}{place} -o yaml")
            }
            Self::Timeout { .. } => {
                "give it more time with --request-timeout, as in --request-timeout 3m".to_owned()
            }
            Self::Gone { .. } => {
                "try again; a namespace (-n) or selector (-l) makes the list shorter".to_owned()
            }
            Self::Api { code: 429, .. } => "the server is busy; try again in a while".to_owned(),
            Self::Api { code: 400, message, .. } if message.contains("HTTP request to an HTTPS") => {
                "begin the address with https://".to_owned()
            }
            Self::Api { .. } => "see whether kubectl gets the same answer".to_owned(),
            Self::Protocol { .. } => {
                "check that the address is an API server's, and no proxy or portal answers for it"
                    .to_owned()
            }
        }
    }
}

/// Of a policy or a webhook with this name.
fn refused(by: &str) -> &'static str {
    match by.contains(GUARD_POLICY) {
        true => "lift the guard first: kubectl tcr-switch guard remove -A, or -n NAMESPACE",
        false => "ask the owner of that policy; it was not bypassed, and nothing was changed",
    }
}

/// Of a namespace that isn't there the API server tells in its message alone.
fn is_of_namespace(message: &str) -> bool {
    message.starts_with("namespaces \"")
}

fn in_namespace(subject: &Subject) -> String {
    let namespace = subject.namespace.as_ref();
    namespace.map(|namespace| format!(" -n {namespace}")).unwrap_or_default()
}

/// The name that was probably meant, else the command that lists them.
fn closest(flag: &str, name: &str, known: &[String], list: &str) -> String {
    let near = known
        .iter()
        .map(|other| (strsim::jaro_winkler(name, other), other))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other));
    match near {
        Some((_, near)) => format!("did you mean {flag} {near}?"),
        None => format!("list them: {list}"),
    }
}

fn certificate(reason: &str) -> &'static str {
    let reason = reason.to_ascii_lowercase();
    if reason.contains("notvalidforname") || reason.contains("not valid for") {
        "use the name that the certificate is for, or --tls-server-name NAME"
    } else if reason.contains("expired") || reason.contains("not valid yet") {
        "renew the certificate, and check the clock of this machine"
    } else {
        "name its authority with --certificate-authority FILE, or in the kubeconfig"
    }
}

//! Who may log in to a registry, and what they may do there.

use jiff::Timestamp;

use super::credentials::InstanceToken;
use super::store::{Registry, namespace_of};
use crate::edition::Edition;
use crate::world::{Cloud, RegistryId};

/// Whose login a request carries.
#[derive(Debug, Clone)]
pub(super) enum Visitor {
    /// No login was sent.
    Anonymous,
    /// The account itself.
    Owner,
    /// Of an instance.
    ServiceAccount(Vec<(String, Vec<String>)>),
}

impl Visitor {
    /// Checks a login; `None` if it is wrong.
    pub(super) fn log_in(
        cloud: &Cloud,
        id: RegistryId,
        user: &str,
        password: &str,
    ) -> Option<Self> {
        if id.edition == Edition::Ccr {
            let right = user == cloud.uin && password == cloud.personal[id.index].password;
            return right.then_some(Self::Owner);
        }
        let now = Timestamp::now();
        let instance = &cloud.enterprise[id.index];
        if user == cloud.uin {
            let good = |held: &InstanceToken| held.token == password && held.expires > now;
            return instance.tokens.iter().any(good).then_some(Self::Owner);
        }
        let account = instance.service_accounts.iter().find(|account| {
            account.name == user
                && account.password == password
                && !account.disabled
                && account.expires > now
        })?;
        Some(Self::ServiceAccount(account.permissions.clone()))
    }

    /// Which of `pull` and `push` they may do in a repository. CAM is asked at each request, so
    /// what it denies (`PushRepository`, `PullRepositoryPersonal` and so on) is denied here too.
    pub(super) fn may(
        &self,
        registry: &Registry,
        denied: &[String],
        repository: &str,
    ) -> Vec<&'static str> {
        let namespace = namespace_of(repository);
        // Nothing is granted in a namespace that doesn't exist.
        if !registry.namespaces.contains_key(namespace) {
            return Vec::new();
        }
        let mut actions = match self {
            Self::Anonymous => Vec::new(),
            Self::Owner => {
                let suffix = match registry.edition {
                    Edition::Ccr => "Personal",
                    Edition::Tcr => "",
                };
                let all = [("pull", "PullRepository"), ("push", "PushRepository")];
                let denied = |name: &str| denied.contains(&format!("{name}{suffix}"));
                all.into_iter().filter(|(_, name)| !denied(name)).map(|(verb, _)| verb).collect()
            }
            Self::ServiceAccount(permissions) => permissions
                .iter()
                .filter(|(at, _)| at == namespace || at == "*")
                .flat_map(|(_, actions)| actions)
                .filter_map(|action| match action.as_str() {
                    "tcr:PullRepository" => Some("pull"),
                    "tcr:PushRepository" => Some("push"),
                    _ => None,
                })
                .collect(),
        };
        if !actions.contains(&"pull") && registry.is_public(repository) {
            actions.push("pull");
        }
        actions
    }
}

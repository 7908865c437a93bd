//! Who may log in to a registry, and what they may do there.

use jiff::Timestamp;

use super::credentials::InstanceToken;
use super::store::namespace_of;
use crate::cam::{Caller, Wanted};
use crate::edition::Edition;
use crate::world::{Cloud, RegistryId};

/// Whose login a request carries.
#[derive(Debug, Clone)]
pub(super) enum Visitor {
    /// No login was sent.
    Anonymous,
    /// With a login of the account, or with a token that a key has made.
    Holder(Caller),
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
            let right = user == cloud.user() && password == cloud.personal[id.index].password;
            return right.then(|| Self::Holder(cloud.cam.holder()));
        }
        let now = Timestamp::now();
        let instance = &cloud.enterprise[id.index];
        if user == cloud.uin || user == cloud.user() {
            let good = |held: &&InstanceToken| held.token == password && held.expires > now;
            let is_ccr = cloud.personal.iter().any(|held| held.password == password);
            if instance.takes_ccr_logins && is_ccr {
                return Some(Self::Holder(cloud.cam.holder()));
            }
            let token = instance.tokens.iter().find(good);
            return token.map(|held| Self::Holder(held.holder.clone()));
        }
        let account = instance.service_accounts.iter().find(|account| {
            account.name == user
                && account.password == password
                && !account.disabled
                && account.expires > now
        })?;
        Some(Self::ServiceAccount(account.permissions.clone()))
    }

    /// Which of `pull` and `push` they may do in a repository.
    pub(super) fn may(&self, cloud: &Cloud, id: RegistryId, repository: &str) -> Vec<&'static str> {
        let namespace = namespace_of(repository);
        let registry = match id.edition {
            Edition::Ccr => &cloud.personal[id.index].registry,
            Edition::Tcr => &cloud.enterprise[id.index].registry,
        };
        // Nothing is granted in a namespace that doesn't exist.
        if !registry.namespaces.contains_key(namespace) {
            return Vec::new();
        }
        let mut actions = match self {
            Self::Anonymous => Vec::new(),
            Self::Holder(caller) => granted(cloud, caller, id, repository),
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

/// CAM is asked at each request, so what it denies (`PushRepository`, `PullRepositoryPersonal` and so
/// on) is denied here too.
fn granted(cloud: &Cloud, caller: &Caller, id: RegistryId, repository: &str) -> Vec<&'static str> {
    let (suffix, region, resource) = match id.edition {
        Edition::Ccr => {
            ("Personal", &cloud.personal[id.index].region, format!("repo/{repository}"))
        }
        Edition::Tcr => {
            let instance = &cloud.enterprise[id.index];
            ("", &instance.region, format!("repository/{}/{repository}", instance.id))
        }
    };
    let wanted = Wanted::One { service: "tcr", region: region.clone(), resource };
    let may = |name: &str| {
        let name = format!("{name}{suffix}");
        !cloud.denied.contains(&name) && cloud.cam.grants(caller, &format!("tcr:{name}"), &wanted)
    };
    let all = [("pull", "PullRepository"), ("push", "PushRepository")];
    all.into_iter().filter(|(_, name)| may(name)).map(|(verb, _)| verb).collect()
}

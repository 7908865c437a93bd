//! One `ImagePullSecret`, without the password that is in it.

use std::fmt;

use serde_json::Value;

use super::name_scope::NameScope;
use crate::image::Host;
use crate::workload::SecretEntry;

/// For which host the addon makes a Secret, and where. `spec.docker.username` and `password` are
/// never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImagePullSecret {
    /// Its name. Objects of this kind lie in no namespace.
    pub name: String,
    /// `spec.docker.server`; `None` if that is no host.
    pub server: Option<Host>,
    /// The namespaces that get the Secret.
    pub namespaces: NameScope,
    /// The accounts, in each of those, that get to name it.
    pub service_accounts: NameScope,
    /// What its status says.
    pub made: MadeSoFar,
}

/// How far the controller says that it is. The Secrets and accounts may say otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MadeSoFar {
    /// Secrets: how many it has made, and of how many.
    pub secrets: Option<(u64, u64)>,
    /// Accounts: how many name it, and of how many.
    pub accounts: Option<(u64, u64)>,
}

impl ImagePullSecret {
    /// Looks at one object. What is not as it should be in it counts as absent; `None` if it has no
    /// name.
    pub(in crate::switch) fn of(object: &Value) -> Option<Self> {
        let (spec, status) = (&object["spec"], &object["status"]);
        let scope = |key: &str| NameScope::parse(spec[key].as_str().unwrap_or_default());
        let pair =
            |done: &str, wanted: &str| Some((status[done].as_u64()?, status[wanted].as_u64()?));
        Some(Self {
            name: object["metadata"]["name"].as_str()?.to_owned(),
            server: spec["docker"]["server"].as_str().and_then(SecretEntry::host_in),
            namespaces: scope("namespaces"),
            service_accounts: scope("serviceAccounts"),
            made: MadeSoFar {
                secrets: pair("secretsSuccess", "secretsDesired"),
                accounts: pair("sAsSuccess", "sAsDesired"),
            },
        })
    }
}

impl fmt::Display for MadeSoFar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |made: Option<(u64, u64)>, what: &str| {
            made.map(|(done, wanted)| format!("{done} of {wanted} {what}"))
        };
        let parts = [part(self.secrets, "Secrets"), part(self.accounts, "ServiceAccounts")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        match parts.is_empty() {
            true => f.write_str("its status says nothing"),
            false => write!(f, "its status says {}", parts.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_password_is_dropped() {
        let read = ImagePullSecret::of(&json!({
            "metadata": {"name": "tcr.ips1", "annotations": {
                "kubectl.kubernetes.io/last-applied-configuration": "{\"password\":\"hunter2\"}"}},
            "spec": {
                "namespaces": "shop, infra", "serviceAccounts": "",
                "docker": {"username": "1000", "password": "hunter2",
                           "server": "prod-vpc.tencentcloudcr.com"},
            },
            "status": {"secretsDesired": 5, "secretsSuccess": 3, "sAsDesired": 7, "sAsSuccess": 0},
        }))
        .unwrap();
        assert_eq!(read.server.as_ref().unwrap().as_str(), "prod-vpc.tencentcloudcr.com");
        assert!(read.namespaces.contains("infra") && read.service_accounts.contains("default"));
        let said = read.made.to_string();
        assert_eq!(said, "its status says 3 of 5 Secrets, 0 of 7 ServiceAccounts");
        let shown = format!("{read:?}");
        assert!(!shown.contains("hunter2") && !shown.contains("1000"), "{shown}");
    }

    #[test]
    fn odd_fields_are_as_absent_ones() {
        for spec in [json!(null), json!({"docker": "hunter2"}), json!({"docker": {"server": 1}})] {
            let object = json!({"metadata": {"name": "a"}, "spec": spec, "status": "made"});
            let read = ImagePullSecret::of(&object).unwrap();
            assert_eq!((read.server, read.made), (None, MadeSoFar::default()), "{object}");
        }
        let server = |text: &str| {
            let spec = json!({"docker": {"server": text}});
            let read = ImagePullSecret::of(&json!({"metadata": {"name": "a"}, "spec": spec}));
            read.unwrap().server.map(|host| host.to_string())
        };
        let host = Some("prod.tencentcloudcr.com".to_owned());
        assert_eq!(server("https://prod.tencentcloudcr.com/"), host);
        assert_eq!(server("prod.tencentcloudcr.com"), host);
        assert_eq!(server("not a host"), None);
        assert!(ImagePullSecret::of(&json!({"spec": {}})).is_none());
    }
}

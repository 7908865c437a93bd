//! What has the name already that a new Secret is to get.

use std::collections::BTreeMap;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::Value;

use super::logins::{MANAGED_BY, OURS};
use crate::image::Host;
use crate::kubernetes::{Cluster, ClusterError, Resource};
use crate::workload::pull_secret;

/// How many namespaces are looked into at once.
const AT_ONCE: usize = 8;

/// The Secrets of one name, by namespace.
#[derive(Debug, Clone, Default)]
pub(super) struct Occupants(pub(super) BTreeMap<String, Occupant>);

/// A Secret that has the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Occupant {
    /// One that an earlier run made for the same host.
    Ours { resource_version: String },
    /// Anything else, and what it is.
    Other(&'static str),
}

impl Occupants {
    /// Looks in each namespace.
    ///
    /// # Errors
    /// [`ClusterError`]; a Secret that may not be looked at is no error: making it will tell.
    pub(super) async fn of(
        cluster: &Cluster,
        namespaces: &[String],
        name: &str,
        host: &Host,
    ) -> Result<Self, ClusterError> {
        let look = async |namespace: &String| match cluster
            .get(&Resource::secrets().path(Some(namespace), Some(name)))
            .await
        {
            Ok(object) => Ok(Some((namespace.clone(), Occupant::classify(&object, host)))),
            Err(ClusterError::NotFound { .. } | ClusterError::Forbidden { .. }) => Ok(None),
            Err(error) => Err(error),
        };
        let found = stream::iter(namespaces).map(look).buffer_unordered(AT_ONCE);
        let found: BTreeMap<String, Occupant> =
            found.try_filter_map(async |found| Ok(found)).try_collect().await?;
        Ok(Self(found))
    }
}

impl Occupant {
    fn classify(object: &Value, host: &Host) -> Self {
        let metadata = &object["metadata"];
        match pull_secret(object) {
            None => return Self::Other("it is not a pull secret"),
            Some(Ok(secret))
                if secret.entries.iter().any(|one| one.host.as_ref() != Some(host)) =>
            {
                return Self::Other("it holds logins for other hosts");
            }
            Some(_) => {}
        }
        if metadata["labels"][MANAGED_BY] != OURS {
            return Self::Other("it was not created by tcr-switch");
        }
        let resource_version = metadata["resourceVersion"].as_str().unwrap_or_default().to_owned();
        Self::Ours { resource_version }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::pull_secrets::test_inventory::secret;

    #[test]
    fn only_what_an_earlier_run_made_for_the_same_host_may_be_written_anew() {
        let host: Host = "r.lan".parse().unwrap();
        let mut ours = secret("shop", "tcr", &["r.lan"]);
        assert_eq!(
            Occupant::classify(&ours, &host),
            Occupant::Other("it was not created by tcr-switch")
        );
        ours["metadata"]["labels"] = serde_json::json!({MANAGED_BY: OURS});
        let version = Occupant::Ours { resource_version: "7".to_owned() };
        assert_eq!(Occupant::classify(&ours, &host), version);
        let other = "other.lan".parse().unwrap();
        let judged = Occupant::classify(&ours, &other);
        assert_eq!(judged, Occupant::Other("it holds logins for other hosts"));
        ours["type"] = "Opaque".into();
        ours["data"] = serde_json::json!({});
        assert_eq!(Occupant::classify(&ours, &host), Occupant::Other("it is not a pull secret"));
    }
}

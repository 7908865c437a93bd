//! Choosing the TCR instance.

use super::AccountError;
use crate::image::Host;
use crate::tencent::{Api, Enterprise, Instance};

/// The instance that the user means: by its name or id, else by the host that references will say,
/// else the only one.
///
/// The API's own name filter is fuzzy, so all are listed and compared here.
pub(super) async fn choose(
    api: &Api,
    instances: Vec<Instance>,
    name: Option<&str>,
    host: Option<&Host>,
) -> Result<Instance, AccountError> {
    let existing: Vec<String> = instances
        .iter()
        .map(|instance| format!("{} ({})", instance.name, instance.region))
        .collect();
    if existing.is_empty() {
        return Err(AccountError::NoInstance);
    }
    let chosen = match (name, host) {
        (Some(name), _) => {
            let named = |instance: &Instance| instance.name == name || instance.id == name;
            let wanted = || name.to_owned();
            instances
                .into_iter()
                .find(named)
                .ok_or_else(|| AccountError::NoSuchInstance { wanted: wanted(), existing })?
        }
        (None, Some(host)) => Box::pin(by_host(api, instances, host, existing)).await?,
        (None, None) => match <[Instance; 1]>::try_from(instances) {
            Ok([only]) => only,
            Err(_) => return Err(AccountError::SeveralInstances { existing }),
        },
    };
    // Unhealthy still answers; the others (data types page, Registry.Status) don't accept a push.
    match chosen.status.as_str() {
        "Running" | "Unhealthy" | "" => Ok(chosen),
        _ => Err(AccountError::NotRunning { name: chosen.name, status: chosen.status }),
    }
}

/// The instance that answers to a host. A custom domain may begin with the name of another
/// instance, so only what the API says counts.
async fn by_host(
    api: &Api,
    instances: Vec<Instance>,
    host: &Host,
    existing: Vec<String>,
) -> Result<Instance, AccountError> {
    let mut unasked = None;
    let mut found = instances.iter().position(|instance| has_name(instance, host));
    for (place, instance) in instances.iter().enumerate() {
        if found.is_some() {
            break;
        }
        match Enterprise::new(api, instance).custom_domains().await {
            Ok(listing) => {
                let is_it = |domain: &String| domain.eq_ignore_ascii_case(host.name());
                found = listing.items.iter().any(is_it).then_some(place);
            }
            Err(error) => unasked = Some(error.to_string()),
        }
    }
    let chosen = found.and_then(|place| instances.into_iter().nth(place));
    let host = host.clone();
    chosen.ok_or(AccountError::UnknownTargetHost { host, existing, unasked })
}

/// Whether the host is one of the names that Tencent gives an instance: `NAME.tencentcloudcr.com`,
/// `NAME-vpc.tencentcloudcr.com`, its address inside a VPC.
fn has_name(instance: &Instance, host: &Host) -> bool {
    let inside = instance.internal_endpoint.as_deref().and_then(|text| text.parse::<Host>().ok());
    let given = instance.public_domain.as_ref().is_some_and(|public| {
        let in_vpc =
            public.as_str().split_once('.').map(|(name, rest)| format!("{name}-vpc.{rest}"));
        public == host || in_vpc.as_deref() == Some(host.as_str())
    });
    let own = ["", "-vpc"].map(|vpc| format!("{}{vpc}.tencentcloudcr.com", instance.name));
    given || inside.as_ref() == Some(host) || own.iter().any(|name| name == host.as_str())
}

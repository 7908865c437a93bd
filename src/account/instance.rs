//! Choosing the TCR instance.

use super::AccountError;
use crate::image::Host;
use crate::tencent::Instance;

/// The instance that the user means.
///
/// The API's own name filter is fuzzy, so all are listed and compared here.
pub(super) fn choose(
    instances: Vec<Instance>,
    name: Option<&str>,
    host: Option<&Host>,
) -> Result<Instance, AccountError> {
    let existing: Vec<String> = instances
        .iter()
        .map(|instance| format!("{} ({})", instance.name, instance.region))
        .collect();
    let by_host = |instance: &Instance| {
        host.is_some_and(|host| {
            instance.public_domain.as_ref() == Some(host)
                || host.first_label() == instance.name
                || host.first_label().strip_suffix("-vpc") == Some(&instance.name)
        })
    };
    let chosen = if let Some(name) = name {
        let named = |instance: &Instance| instance.name == name || instance.id == name;
        instances.into_iter().find(named).ok_or_else(|| match existing.is_empty() {
            true => AccountError::NoInstance,
            false => AccountError::NoSuchInstance { wanted: name.to_owned(), existing },
        })?
    } else if let Some(index) = instances.iter().position(by_host) {
        instances.into_iter().nth(index).ok_or(AccountError::NoInstance)?
    } else {
        let mut instances = instances;
        match (instances.pop(), instances.is_empty()) {
            (None, _) => return Err(AccountError::NoInstance),
            (Some(only), true) => only,
            (Some(_), false) => return Err(AccountError::SeveralInstances { existing }),
        }
    };
    // Unhealthy still answers; the others (data types page, Registry.Status) don't accept a push.
    match chosen.status.as_str() {
        "Running" | "Unhealthy" | "" => Ok(chosen),
        _ => Err(AccountError::NotRunning { name: chosen.name, status: chosen.status }),
    }
}

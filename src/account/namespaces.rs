//! Which namespaces of CCR are the account's own, by the Personal API.

use std::sync::Arc;

use super::open::{self, CcrRegion};
use super::{AccountError, Settings};
use crate::environment::Environment;
use crate::http::Network;
use crate::image::OwnedNamespaces;
use crate::tencent::{ApiError, KeyError};

/// The namespaces of CCR that the account lists; `None` without an API key for CCR.
///
/// A region whose list is incomplete, because pages failed or permissions cut it short, is left
/// out: namespaces missing in it may be the account's all the same. The second value says what is not
/// known of them, and what counts instead: a line for each region, or why nothing could be asked.
pub async fn owned_namespaces(
    settings: &Settings,
    environment: &Environment,
) -> (Option<OwnedNamespaces>, Vec<String>) {
    let (owned, unknown) = listed(settings, environment).await.unwrap_or_else(|error| {
        let why = format!("can't find out which namespaces of CCR are this account's: {error}");
        (None, vec![why])
    });
    let otherwise = "every namespace that is not Tencent's counts as this account's";
    (owned, unknown.into_iter().map(|why| format!("{why}; {otherwise}")).collect())
}

/// # Errors
/// [`AccountError`] if there is a key and it can't be used, or the API can't be asked.
async fn listed(
    settings: &Settings,
    environment: &Environment,
) -> Result<(Option<OwnedNamespaces>, Vec<String>), AccountError> {
    let file = open::mapping_file(settings)?;
    let network = Arc::new(Network::new(open::network_settings(settings, environment))?);
    let sources = match open::sources(settings, &file, environment, &network).await {
        Err(AccountError::Key(KeyError::None { .. })) => return Ok((None, Vec::new())),
        sources => sources?,
    };
    let (mut owned, mut notices) = (OwnedNamespaces::default(), Vec::new());
    for source in &sources {
        if !add(source, &mut owned).await? {
            notices.push(format!(
                "the namespaces of CCR in {} are not all to be seen with this key",
                source.region
            ));
        }
    }
    Ok((Some(owned), notices))
}

/// `false` if the list is incomplete.
async fn add(source: &CcrRegion, owned: &mut OwnedNamespaces) -> Result<bool, ApiError> {
    let personal = &source.personal;
    let (namespaces, overview) = tokio::join!(personal.namespaces(), personal.overview());
    let namespaces = match namespaces {
        // The account has no CCR: the images in the cluster are another account's.
        Err(error) if error.is_not_initialised() => return Ok(true),
        namespaces => namespaces?,
    };
    let overview = overview?;
    if overview.is_filtered || !namespaces.is_complete() {
        return Ok(false);
    }
    let names: Vec<String> = namespaces.items.into_iter().map(|found| found.name).collect();
    owned.add(source.hosts(overview.server), &names);
    Ok(true)
}

//! The link's address, asked under CCR's name, as the machines of the VPC will ask it.

use futures::{StreamExt as _, stream};

use super::comparison::UsedImage;
use super::obstacle::Obstacle;
use crate::account::{Account, RequiredApis, Settings};
use crate::environment::Environment;
use crate::image::Host;
use crate::registry::Registry;

/// Images looked at at once.
const AT_ONCE: usize = 8;

/// Whether the address answers for CCR's name: its certificate, that it is TCR, CCR's login, and one
/// image of each repository that TCR holds. What it does instead is the obstacle.
pub(super) async fn answers(
    settings: &Settings,
    environment: &Environment,
    ccr: &Host,
    address: &str,
    images: &[UsedImage],
) -> Result<(), Obstacle> {
    let failed = |reason: String| Obstacle::NotAnswered { reason: format!("{address}: {reason}") };
    let registry = registry(settings, environment, ccr, address).await.map_err(failed)?;
    match registry.is_harbor().await {
        Ok(true) => {}
        Ok(false) => return Err(failed("it is CCR that answers, not TCR".to_owned())),
        Err(error) => return Err(failed(error.to_string())),
    }
    let refused = registry.check_login().await.err();
    if let Some(error) = refused {
        return Err(failed(format!("CCR's login is not taken: {error}")));
    }
    let mut looks = stream::iter(images)
        .map(|image| {
            let registry = registry.clone();
            async move { look(&registry, image).await }
        })
        .buffer_unordered(AT_ONCE);
    while let Some(looked) = looks.next().await {
        looked.map_err(failed)?;
    }
    Ok(())
}

/// CCR's registry, found at the address.
async fn registry(
    settings: &Settings,
    environment: &Environment,
    ccr: &Host,
    address: &str,
) -> Result<Registry, String> {
    let port = ccr.port().unwrap_or(443);
    let fixed = format!("{}:{port}:{address}", ccr.name()).parse();
    let fixed = fixed.map_err(|_| format!("{address} is not an address"))?;
    let mut settings = settings.clone();
    // The first one for a name counts.
    settings.resolve.insert(0, fixed);
    let account = Account::open(&settings, environment, RequiredApis::None).await;
    let account = account.map_err(|error| error.to_string())?;
    Ok(account.registries.get(ccr))
}

async fn look(registry: &Registry, image: &UsedImage) -> Result<(), String> {
    let UsedImage { reference, digest } = image;
    let found = registry.head_manifest(&reference.repository, &reference.version).await;
    match found.map_err(|error| error.to_string())? {
        Some(head) if head.digest.as_ref() == Some(digest) => Ok(()),
        Some(_) => Err(format!("{reference} is another image there")),
        None => Err(format!("{reference} is not there")),
    }
}

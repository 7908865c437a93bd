//! What registries say of the images that a rollback goes back to.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, stream};

use crate::account::Registries;
use crate::image::{Host, Reference};
use crate::registry::RegistryError;

/// How many images are asked about at once.
const AT_ONCE: usize = 16;

/// What is known of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OldImage {
    /// It is there, and everybody may pull it.
    Public,
    /// It is there, or nobody says that it isn't, and a login is needed.
    Private,
    /// It is there no more.
    Gone,
    /// The registry can't be asked.
    Unknown(String),
}

/// Asks about each image, without a login first, then with Docker's. A registry that doesn't answer
/// the first time is not asked about its other images.
pub(super) async fn ask(
    images: BTreeSet<Reference>,
    registries: &Registries,
) -> BTreeMap<Reference, OldImage> {
    let mut hosts: BTreeMap<Host, Vec<Reference>> = BTreeMap::new();
    for image in images {
        hosts.entry(image.host.clone()).or_default().push(image);
    }
    let of_host = async |images: Vec<Reference>| {
        let mut images = images.into_iter();
        let mut said = Vec::new();
        let Some(first) = images.next() else { return said };
        let answer = about(&first, registries).await;
        said.push((first, answer.clone()));
        if matches!(answer, OldImage::Unknown(_)) {
            said.extend(images.map(|image| (image, answer.clone())));
            return said;
        }
        let others = stream::iter(images).map(async |image| {
            let answer = about(&image, registries).await;
            (image, answer)
        });
        said.extend(others.buffer_unordered(AT_ONCE).collect::<Vec<_>>().await);
        said
    };
    let said = stream::iter(hosts.into_values()).map(of_host).buffer_unordered(AT_ONCE);
    said.collect::<Vec<_>>().await.into_iter().flatten().collect()
}

async fn about(image: &Reference, registries: &Registries) -> OldImage {
    let (repository, version) = (&image.repository, &image.version);
    match registries.anonymous(&image.host).find_manifest(repository, version).await {
        Ok(Some(_)) => return OldImage::Public,
        Ok(None) => return OldImage::Gone,
        Err(
            RegistryError::NoLogin { .. }
            | RegistryError::LoginRefused { .. }
            | RegistryError::Denied { .. },
        ) => {}
        Err(error) => return OldImage::Unknown(error.to_string()),
    }
    match registries.get(&image.host).find_manifest(repository, version).await {
        Ok(None) => OldImage::Gone,
        _ => OldImage::Private,
    }
}

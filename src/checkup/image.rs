//! An image of TCR to try things with.

use super::finding::{Finding, Need};
use super::ground::Ground;
use crate::image::{Digest, RepositoryName};

/// The first that is listed. Looked for once: two checks try it.
pub(super) async fn some_image(ground: &Ground) -> Result<&(RepositoryName, Digest), Finding> {
    ground.image.get_or_init(|| first(ground)).await.as_ref().map_err(Clone::clone)
}

async fn first(ground: &Ground) -> Result<(RepositoryName, Digest), Finding> {
    let enterprise = ground.enterprise()?;
    let optional = |error| Finding::api(&error, Need::Optional);
    for held in enterprise.repositories().await.map_err(optional)?.items {
        let Ok(repository) = held.name.parse::<RepositoryName>() else { continue };
        let images = enterprise.images(repository.namespace(), repository.below_namespace()).await;
        let mut images = images.map_err(optional)?.items.into_iter();
        if let Some(digest) = images.find_map(|image| image.digest) {
            return Ok((repository, digest));
        }
    }
    Err(Finding::not_proven("there is no image in TCR yet to try it with"))
}

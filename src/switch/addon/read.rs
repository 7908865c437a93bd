//! Listing the `ImagePullSecret`s. That they can't be listed costs what they would explain, and no
//! run.

use super::image_pull_secret::ImagePullSecret;
use super::{GROUP, ImagePullSecrets, PLURAL};
use crate::kubernetes::{Cluster, ClusterError, Discovery, ListQuery};

/// Reads all of them: they lie in no namespace.
pub(in crate::switch) async fn read(
    cluster: &Cluster,
    discovery: &Discovery,
    chunk_size: u32,
) -> ImagePullSecrets {
    let Some(resource) = discovery.resource(GROUP, PLURAL) else {
        let is_it = |(version, _): &&(String, String)| version.split('/').next() == Some(GROUP);
        return match discovery.unread.iter().find(is_it) {
            Some((_, why)) => ImagePullSecrets::Unread(why.clone()),
            None => ImagePullSecrets::NoSuchKind,
        };
    };
    let mut all = Vec::new();
    let query = ListQuery { chunk_size, ..ListQuery::default() };
    let listed = cluster.list(resource, None, &query, |page| {
        if page.is_first {
            all.clear();
        }
        // The whole object, with its password, is gone before the next one is read.
        let objects = page.items.iter().filter_map(|item| item.value().ok());
        all.extend(objects.filter_map(|object| ImagePullSecret::of(&object)));
    });
    match listed.await {
        Ok(_) => {
            all.sort_by(|one, other| one.name.cmp(&other.name));
            ImagePullSecrets::Read(all)
        }
        Err(ClusterError::NotFound { .. }) => ImagePullSecrets::NoSuchKind,
        Err(error) => ImagePullSecrets::Unread(error.to_string()),
    }
}

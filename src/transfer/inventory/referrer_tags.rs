//! What belongs to the images of a list at a source without the referrers API: signatures,
//! attestations, SBOMs under tags of their own, found among the tags of the repository.

use std::collections::BTreeSet;

use super::model::{SourceRepository, SourceTag};
use crate::image::{Digest, ManifestView, MediaType, ReferrerTag, Tag, TagOrDigest};
use crate::registry::{Registry, RegistryError};
use crate::transfer::report::Failure;

/// Adds the tags whose subject is one of the listed images, a manifest anywhere below it, or one of
/// the added tags in turn: a signature of an attestation. What could not be read comes back, as
/// something may belong to it.
pub(super) async fn add_referrers(
    source: &Registry,
    repository: &mut SourceRepository,
    mut referrers: Vec<Tag>,
) -> Vec<(TagOrDigest, Failure)> {
    let (mut failures, mut not_found) = (Vec::new(), Vec::new());
    let mut subjects: BTreeSet<Digest> =
        repository.tags.iter().filter_map(|tag| tag.digest.clone()).collect();
    let mut unread: Vec<TagOrDigest> =
        repository.tags.iter().map(|tag| tag.version.clone()).collect();
    referrers.retain(|tag| repository.tags.iter().all(|known| known.name != *tag));
    if referrers.is_empty() {
        return Vec::new();
    }
    loop {
        while let Some(version) = unread.pop() {
            let manifest = match source.manifest(&repository.name, &version).await {
                Ok(manifest) => manifest,
                // Whether it is missing is for the copy to say, which may find it after all.
                Err(error @ RegistryError::NotFound { .. }) => {
                    not_found.push((version, Failure::from(&error)));
                    continue;
                }
                Err(error) => {
                    failures.push((version, Failure::from(&error)));
                    continue;
                }
            };
            subjects.insert(manifest.digest);
            // What can't be parsed fails in the copy, with its name.
            if let Ok(view) = ManifestView::parse(&manifest.bytes) {
                for child in view.children {
                    let is_image = matches!(
                        child.media_type.as_str(),
                        MediaType::OCI_MANIFEST | MediaType::DOCKER_MANIFEST
                    );
                    if subjects.insert(child.digest.clone()) && !is_image {
                        unread.push(TagOrDigest::Digest(child.digest));
                    }
                }
            }
        }
        let belongs = |tag: &Tag| {
            ReferrerTag::parse(tag).is_some_and(|referrer| subjects.contains(&referrer.subject))
        };
        let (following, others): (Vec<Tag>, Vec<Tag>) = referrers.into_iter().partition(belongs);
        if following.is_empty() {
            // Any of the others may belong to what wasn't found.
            if !others.is_empty() {
                failures.append(&mut not_found);
            }
            return failures;
        }
        referrers = others;
        for tag in following {
            let version = TagOrDigest::Tag(tag.clone());
            let head = source.head_manifest(&repository.name, &version).await;
            let digest = head.ok().flatten().and_then(|head| head.digest);
            subjects.extend(digest.clone());
            unread.push(version.clone());
            repository.tags.push(SourceTag::seen(tag, version, digest));
        }
    }
}

//! What a registry holds: manifests, tags, referrers, blobs.

mod blobs;
mod manifests;
mod pages;
mod referrers;
mod referrers_api;
mod resume;
mod tags;

#[cfg(test)]
mod tests;

pub use manifests::{Manifest, ManifestHead, PutManifest};
pub(super) use referrers_api::ReferrersApi;

//! What a registry holds: manifests, tags, referrers, blobs.

mod blobs;
mod manifests;
mod pages;
mod referrers;
mod resume;
mod tags;

#[cfg(test)]
mod tests;

pub use manifests::{Manifest, ManifestHead, PutManifest};

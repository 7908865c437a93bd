//! What images are made of, without storing it: blobs come from a seed, manifests from a
//! description.

mod blob;
mod image;
mod layout;
mod manifest;

pub(crate) use blob::{Blob, Contents};
pub(crate) use image::{BuiltImage, build};
pub(crate) use manifest::Manifest;

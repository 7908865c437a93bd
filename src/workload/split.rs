//! References in parts: registry, repository, tag and digest in fields beside each other, as Helm
//! values, kustomize and operators have them.
//!
//! Siblings come in as keys and scalars, so that objects of a cluster and files are read alike.
//! Nothing is guessed: where the tag can't be told, or what the parts make, the reference says so.

mod fields;
mod objects;
mod pair;
mod reference;
mod siblings;
mod version;

pub use fields::SplitFields;
pub(super) use objects::Paired;
pub use pair::split_references;
pub use reference::SplitReference;
pub use siblings::Scalar;

#[cfg(test)]
mod tests;

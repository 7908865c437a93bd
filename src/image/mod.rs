//! What an image is called and what it is made of: references, digests, manifests, registry hosts,
//! and the mapping from a CCR name to a TCR name.
//!
//! All of it is pure: no network, no files, no clock.

mod descriptor;
mod digest;
mod glob;
mod host;
mod manifest;
mod mapping;
mod media_type;
mod namespace;
mod owner;
mod pattern;
mod pin;
mod reference;
mod referrers;
mod schema1;

pub use descriptor::{Descriptor, ManifestError};
pub(crate) use digest::hex;
pub use digest::{Algorithm, Digest, DigestError, Hasher};
pub use glob::{Glob, GlobError};
pub use host::{CcrHosts, Host, HostError};
pub use manifest::{MANIFEST_LIMIT, ManifestKind, ManifestView, manifest_digest};
pub use mapping::{Mapping, MappingError, Rule, RuleError};
pub use media_type::MediaType;
pub use namespace::{
    NamespaceError, TENCENTS_OWN, check_enterprise_name, is_tencents_own, propose_namespace,
};
pub use owner::{OwnedNamespaces, Owner};
pub use pattern::Pattern;
pub use pin::Pin;
pub use reference::{ParsedReference, Reference, ReferenceError, RepositoryName, Tag, TagOrDigest};
pub use referrers::{ReferrerTag, add_to_fallback_index, fallback_tag, merge_fallback_indexes};

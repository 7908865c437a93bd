//! One image: its blobs, its child manifests, what refers to it, and last its tag.

mod commit;
mod fallback;
mod guard;
mod parts;
mod referrers;

pub(super) use commit::{Commit, copy_image};
pub(super) use fallback::merge as merge_fallback;
pub(super) use parts::bring_by_digest;
pub(super) use referrers::copy_referrers;

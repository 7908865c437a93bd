//! One image: its blobs, its child manifests, its tag, and what refers to it.

mod commit;
mod fallback;
mod guard;
mod referrers;

pub(super) use commit::{Commit, copy_image};
pub(super) use fallback::merge as merge_fallback;
pub(super) use referrers::copy_referrers;

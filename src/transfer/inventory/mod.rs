//! What is there now, on both sides.
//!
//! Complete, or with a list of what could not be read, how much it held, and why. An account is read
//! through the API in `account` (CCR) and `target` (TCR), and what was counted is compared with what
//! was listed in `reconciliation`; a list of references in `listed_images`,
//! with `look_up` for its tags and `referrer_tags` for signatures. What the listings leave open is
//! looked up in `fill_gaps`, what clusters use besides in `used`; `sample` checks them against the registries, `conflicts` what differs, `referrers` what refers to
//! images that are equal.

mod account;
mod conflicts;
mod fill_gaps;
mod listed_images;
mod look_up;
mod model;
mod reconciliation;
mod referrer_tags;
mod referrers;
mod sample;
mod target;
mod used;

pub(crate) use account::read_account;
pub(crate) use conflicts::{lists_all, look_into_conflicts, look_into_fallbacks};
pub(crate) use fill_gaps::fill_gaps;
pub(crate) use listed_images::read_images;
#[cfg(test)]
pub(crate) use model::{Facts, TargetInventory, TargetNamespace, TargetRepository};
pub use model::{Inventory, Unread, UnreadScope};
pub(crate) use model::{SourceRepository, SourceTag, TargetTag};
pub(crate) use referrers::{compare_referrers, referrers_of};
pub(crate) use sample::{SourceCheck, check_listings, check_source};

//! What Tencent's API refuses, limits or leaves out of its listings.

mod listing;
mod permissions;
mod reconciliation;
mod retries;

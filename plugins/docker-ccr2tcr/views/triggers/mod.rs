//! CCR's triggers and clean-up rules, what they become, and what was done about them.

mod applied;
mod list;
mod rolled_back;
mod webhook;

pub(crate) use applied::AppliedView;
pub(crate) use list::TriggersView;
pub(crate) use rolled_back::RolledBackView;

/// The version of the JSON forms.
const SCHEMA_VERSION: u32 = 1;

//! What will be done to a cluster: a pure function of what is there, of the mapping, and of what is
//! known of the new images.
//!
//! The whole plan is made before anything is written. Each object that names CCR has one entry,
//! whatever becomes of it; what is not changed says why, and what helps.

mod collisions;
mod credentials;
mod inputs;
mod made_before;
mod make;
mod new_references;
mod object;
mod options;
mod preferred;
mod pulls_with;
mod reason;
mod service_accounts;
mod switch_plan;
#[cfg(test)]
mod tests;

pub use collisions::NameCollisions;
pub(super) use credentials::{is_addons, takes_names};
pub(super) use inputs::PlanInputs;
pub(super) use make::make_plan;
pub(super) use make::replan;
pub(super) use new_references::new_references;
pub use options::{PullSecretMode, SwitchOptions};
pub(super) use preferred::{unfit_secrets, unfit_warnings};
pub use pulls_with::PullsWith;
pub use reason::{Reason, ReasonClass};
pub(super) use service_accounts::guarded;
pub use switch_plan::{
    ImageSwitch, ObjectPlan, PlannedKeep, PlannedPatch, SecretSwitch, ServiceAccountPlan,
    SwitchPlan, Verdict,
};

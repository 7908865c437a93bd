//! What a fleet needs: which edition, links, replicas, rules and further instances, from the VPCs of
//! its clusters and what is in CCR.
//!
//! `read` asks the API, `names` says what namespaces become, `plan` makes the plan; both are pure.
//! Nothing here changes anything: what costs money is printed as a line to paste, and never done.

mod model;
mod names;
mod plan;
mod read;
mod tier;

pub use model::{CcrContent, CcrNamespace, Fleet, FleetCluster, FleetInstance, Unread};
pub use names::{Fold, NamePlan, PlannedRule, plan_names};
pub use plan::{
    CcrSize, InstancePlan, MappingText, PlanStep, PlanWish, PlannedInstance, PlannedRegion, Reach,
    Requirement,
};
pub use read::read_fleet;
pub use tier::{Limits, Tier};

//! What runs, beside what templates say: live pods whose images in CCR their template doesn't name.
//!
//! A template is not what runs. Pods of a workload that is paused, `OnDelete` or partitioned keep
//! their images, a rollout may hang, and webhooks add containers. Listing pods is for `scan`; here
//! they are grouped by what made them, and compared with it.

mod compare;
mod groups;
mod listed_pod;
mod makers;
mod metadata;
mod on_host;
mod owners;
mod pods;

pub(super) use groups::PodGroups;
pub(super) use listed_pod::ListedPod;
pub(super) use makers::Makers;
pub(super) use metadata::{ListedMetadata, is_node};
pub(super) use on_host::HostPods;
pub use on_host::PodsOnHost;
pub(super) use owners::compare_with_owners;
pub use pods::{ImageOrigin, Revision, RunningImage, RunningPods};

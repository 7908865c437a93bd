//! The pods of a namespace as a run sees them: one list of all serves every workload that is waited
//! for there, and each pod is told apart by what made it.

mod look;
mod owners;
mod seen_pod;

pub(in crate::switch) use look::{Look, PodLooks, Which};
pub(super) use seen_pod::{SeenPod, is_of};

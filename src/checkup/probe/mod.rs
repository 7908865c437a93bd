//! Pods that pull an image on a node and do nothing else: what `--probe-nodes` makes, looks at and
//! deletes. Nothing of the image is run.

mod group;
mod message;
mod pod;
mod run;

pub(super) use group::groups;
pub(super) use group::is_ready;
pub(super) use run::{Pulled, clean, pull_on};

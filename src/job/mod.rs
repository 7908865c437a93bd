//! The work of a large copy on several machines: the images of a plan as lists for
//! `sync --images`, and a Kubernetes Indexed Job that copies one list in each index.
//!
//! `load` says what each repository weighs, `pack` deals them out, `list` writes the lists, `manifests`
//! makes the objects; all pure. `put`, `state` and `remove` write, read and delete them. `message` is
//! what a shard leaves in its pod's status, `program` the image that it
//! runs, `trust` the certificates that it trusts.

mod error;
mod list;
mod load;
mod logins;
mod manifests;
mod message;
mod pack;
mod program;
mod put;
mod remove;
mod state;
mod trust;

pub use error::JobError;
pub use list::{list_of, read_list};
pub use load::{Load, LoadedLayers, layers_of, loads};
pub use logins::pull_config;
pub use manifests::{JobFields, JobName, JobSettings, manifests};
pub use message::{LeftImage, ShardMessage, write_message};
pub use pack::{Packed, Shard, pack};
pub use program::{ImageFile, ProgramImage};
pub use put::{ask_fields, look_at_secret, put, refuse_running};
pub use remove::remove;
pub use state::{IndexState, JobState, ShardState, read_state};
pub use trust::certificates;

//! Where images and pull secrets sit in Kubernetes objects, who manages an object, and the patch
//! that switches it.
//!
//! Everything here is pure: objects come in as JSON, decisions go out as data. Reading and writing
//! a cluster is for `cluster`.

mod custom;
mod field_managers;
mod find;
mod found_name;
mod image_class;
mod kinds;
mod managed;
mod mentions;
mod object;
mod patch;
mod places;
mod pod_spec;
mod pointer;
mod positions;
mod pull_secret;
mod pulls;
mod rename_error;
mod renamer;
mod search;
mod secret_entry;
mod secret_list;
mod split;
mod wildcard;

#[cfg(test)]
mod hostile_tests;

pub use field_managers::giving_up;
pub use find::positions;
pub use image_class::{CcrImage, CcrNames, ImageClass};
pub(crate) use kinds::{Holds, Progress, is_made_from_template};
pub use kinds::{KeptPods, KindRules, is_built_in_group};
pub use managed::{Manager, applier_notes, manager};
pub use object::ObjectRef;
pub use patch::{Change, Guard, ObjectPatch, PatchState};
pub use pointer::{Pointer, PointerError};
pub use positions::{
    AccountSecrets, AccountSource, ImagePosition, ImageRole, MENTIONS_KEPT, Mention, MentionKind,
    PodSpec, Positions,
};
pub use pull_secret::{PullSecret, PullSecretError, SecretFormat, pull_secret};
pub use rename_error::RenameError;
pub use renamer::Renamer;
pub(crate) use search::COPIES;
pub use search::OLD_IMAGES;
pub use secret_entry::SecretEntry;
pub use secret_list::{ListForm, SecretList};
pub use split::{Scalar, SplitFields, SplitReference, split_references};

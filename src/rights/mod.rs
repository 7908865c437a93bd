//! Rights: what each step of a move needs of CAM, and what a key's policies grant.
//!
//! CAM has no action that answers "may I": policies are read where the key may read them, and
//! judged here. What can't be read, or depends on what only Tencent knows, is *not proven*.
//! Nothing here writes.

mod check;
mod document;
mod error;
mod judge;
mod least;
mod needs;
mod old_names;
mod pattern;
mod read;
mod resource;
mod scope;
mod step;
mod translate;

pub use check::{CheckedRight, check};
pub use document::{Document, Effect, Statement};
pub use error::DocumentError;
pub use judge::{Judgement, NamedPolicy};
pub use least::{LeastPolicy, PrintedPolicy, Right};
pub use needs::{NEEDS, Need};
pub use read::{Holder, Rights};
pub use resource::ResourcePattern;
pub use scope::{MovedNamespace, On, Scope};
pub use step::Step;
pub use translate::{TranslatedPolicy, Translation};

//! Rights: what each step of a move needs of CAM, and what a key's policies grant.
//!
//! CAM has no action that answers "may I": policies are read where the key may read them, and
//! judged here. What can't be read, or depends on what only Tencent knows, is *not proven*.
//! Nothing here writes.

mod document;
mod error;
mod judge;
mod pattern;
mod read;
mod resource;

pub use document::{Document, Effect, Statement};
pub use error::DocumentError;
pub use judge::{Judgement, NamedPolicy};
pub use read::{Holder, Rights};
pub use resource::ResourcePattern;

//! The move itself: [`Inventory`] → [`Plan`] → [`copy()`] → [`Report`].
//!
//! The inventory is what is there now, the plan what will be done, the report what was done. The
//! plan is a pure function of inventory, selection and conflict policy, and complete before
//! anything is written. [`prepare_plan`] and [`execute`] are one way through these parts, [`verify()`] is the other.

mod copy;
mod crossing;
mod failure;
mod inventory;
mod item;
mod near;
mod notices;
mod observer;
mod plan;
mod preflight;
mod prepare;
mod problem;
pub mod report;
mod report_file;
mod selection;
mod stop;
mod sync;
mod verify;
mod visibility;

pub use crate::image::Pattern;
pub use copy::{Copied, CopyError, Limits, copy};
pub use crossing::Crossing;
pub use inventory::{ImageLine, ImageListError, Inventory, Unread, UnreadScope, parse_image_list};
pub use observer::{Event, Observer};
pub use plan::{
    Action, ConflictPolicy, MissingNamespace, Plan, RepositoryCopy, TagCopy, Totals, plan,
};
pub use problem::{PlanError, Problem};
pub use report::{Failure, Item, Outcome, Report};
pub use report_file::ReportError;
pub use selection::{LeftOver, Newest, Selection};
pub use stop::Stop;
pub use sync::{Draft, SyncError, Trust, Wish, execute, prepare_plan};
pub use verify::{Depth, verify};

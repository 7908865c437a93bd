//! The move itself: [`Inventory`] → [`Plan`] → [`copy()`] → [`Report`].
//!
//! The inventory is what is there now, the plan what will be done, the report what was done. The
//! plan is a pure function of inventory, selection and conflict policy, and complete before
//! anything is written. [`prepare_plan`] and [`execute`] are one way through these parts, [`verify()`] is the other.

mod copy;
mod crossing;
mod image_list;
mod image_result;
mod inventory;
mod left_over;
mod observer;
mod plan;
mod preflight;
mod referrers;
pub mod report;
mod selection;
mod stop;
mod sync;
mod target_setup;
mod target_visibility;
mod used_images;
mod verify;
mod verify_referrers;

pub use crate::image::Pattern;
pub use copy::{Copied, CopyError, Limits, copy};
pub use crossing::Crossing;
pub use image_list::{ImageLine, ImageListError, WrittenLine, parse_image_list};
pub use inventory::{Inventory, Unread, UnreadScope};
pub use left_over::LeftOver;
pub use observer::{Event, Observer};
pub use plan::{
    Action, ConflictPolicy, MissingNamespace, Notice, NoticeCode, Plan, PlanError, Problem,
    RepositoryCopy, TagCopy, Totals, plan,
};
pub use report::{Failure, FailureClass, ImageResult, Outcome, Report, ReportError};
pub use selection::{Newest, Selection};
pub use stop::Stop;
pub use sync::{PreparedPlan, SyncError, SyncOptions, Trust, execute, prepare_plan, set_up};
pub use target_setup::TargetSetup;
pub use used_images::UsedImages;
pub use verify::{Depth, verify};

//! What will be done: a pure function of inventory, selection and conflict policy.
//!
//! It is complete before anything is written; `--dry-run` prints it and stops. The data is in
//! `model`, the decisions in `make`, with `visibility` for namespaces and `notices` for what to know
//! before; what makes a plan impossible is in `problem`, with `suggest` for the hints.

mod make;
mod model;
mod notice;
mod notices;
mod problem;
mod suggest;
mod visibility;

pub use make::plan;
pub(in crate::transfer) use make::totals;
pub(super) use model::CarriedDescription;
pub use model::{Action, ConflictPolicy, MissingNamespace, Plan, RepositoryCopy, TagCopy, Totals};
pub use notice::{Notice, NoticeCode};
pub use problem::{PlanError, Problem};

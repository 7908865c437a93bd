//! Copying: whole graphs, children first, the tag last.
//!
//! - [`schedule`]: the whole run: a lane for each repository, and a second round for what failed;
//! - [`lane`]: one repository: its manifests read ahead, its tags committed in order;
//! - [`run`]: what all images of a run share;
//! - [`graph`]: the manifests below one reference, fetched and read;
//! - [`graphs`]: those of one repository, each fetched once;
//! - [`ledger`]: which blob is where at the target, so that each crosses once;
//! - [`queue`]: which blob moves next, and how many at once;
//! - [`blob`]: one blob, from the source or from another repository of the target;
//! - [`image`]: one image: its blobs, its child manifests, its tag;
//! - [`turn`]: who may commit;
//! - [`guard`]: a last look before a tag is moved;
//! - [`retry`]: how often a blob is tried;
//! - [`health`]: whether a repository is worth another try;
//! - [`abilities`]: what the hosts can do;
//! - [`tally`]: where the time goes;
//! - [`referrers`] and [`fallback`]: what refers to an image.

mod abilities;
mod blob;
mod error;
mod fallback;
mod graph;
mod graphs;
mod guard;
mod health;
mod image;
mod lane;
mod ledger;
mod queue;
mod referrers;
mod retry;
mod run;
mod schedule;
mod tally;
mod turn;

pub use error::CopyError;
pub(super) use graph::{Graph, discover};
pub use schedule::{Copied, Limits, copy};

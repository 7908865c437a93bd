//! Who still pulls from CCR: what three witnesses have seen.
//!
//! CloudAudit's events, the registry's own counts of pulls, and the images that clusters run. None of
//! them sees everything, so what they didn't see is "not seen", and what could not be read is named.
//!
//! Witnesses are read in `read`, `audited`, `counts` and `clusters`; what is made of their words is
//! pure: `tally`, `own_runs`, `places`, `verdict`.

mod audited;
mod clusters;
mod counts;
mod earlier;
mod evidence;
mod own_runs;
mod places;
mod read;
mod tally;
mod this_machine;
mod verdict;

pub use earlier::{Earlier, EarlierError};
pub use evidence::{
    ClusterUse, CountedPulls, Place, SeenUse, Unread, Usage, UsedWorkload, Verdict,
};
pub use own_runs::{OwnRuns, ReportedRun};
pub use read::{UsageInputs, read_counts, read_usage};
pub use this_machine::{addresses, users};

//! What a plan is made from, besides the cluster.

use super::options::SwitchOptions;
use crate::proof::ProvenImages;
use crate::workload::Renamer;

/// What is known besides the cluster when a plan is made.
pub(crate) struct PlanInputs<'a> {
    /// What names become.
    pub renamer: &'a Renamer,
    /// What the user wants.
    pub options: &'a SwitchOptions,
    /// What is known of the new references.
    pub proven: &'a ProvenImages,
}

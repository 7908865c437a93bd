//! What references become: the names of CCR, and the host of TCR.

use super::image_class::{CcrImage, CcrNames};
use crate::image::{Host, Reference};

/// Renames references from CCR to TCR.
#[derive(Debug, Clone)]
pub struct Renamer {
    /// How references to CCR are read.
    pub names: CcrNames,
    /// The host that references will name.
    pub target: Host,
}

impl Renamer {
    /// The reference to an image in TCR.
    #[must_use]
    pub fn new_reference(&self, image: &CcrImage) -> Reference {
        image.new_on(&self.target).resolve()
    }
}

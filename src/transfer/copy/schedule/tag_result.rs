//! What a round made of one tag.

use crate::transfer::referrers::ListingTrouble;
use crate::transfer::report::ImageResult;

/// What became of one tag in a round.
pub(crate) struct TagResult {
    /// Its place in the plan of the repository.
    pub(crate) index: usize,
    pub(crate) item: ImageResult,
    /// Why not all that refers to it is at the target, whatever became of the image itself.
    pub(crate) referrers: Option<ListingTrouble>,
    /// Whether another round is to try it; until then the observer doesn't hear of it.
    pub(crate) again: bool,
}

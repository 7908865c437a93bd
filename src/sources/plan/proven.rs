//! What TCR says of the images, folded into a plan.

use super::RewritePlan;
use crate::proof::{ImageState, ProvenImages};
use crate::sources::decide::{Needed, Unproven, UnprovenWhy, Verdict};

impl RewritePlan {
    /// Keeps what names an image that TCR doesn't have as it has to. `allow_unknown`: where nobody
    /// can be asked, the image counts as there.
    pub(in crate::sources) fn prove(&mut self, proven: &ProvenImages, allow_unknown: bool) {
        for finding in self.findings_mut() {
            let Verdict::Rewrite(rewrite) = &finding.verdict else { continue };
            let Needed::Image { old, new } = &rewrite.image else { continue };
            let why = match proven.state(new) {
                ImageState::Present => continue,
                ImageState::Unknown(_) if allow_unknown => continue,
                ImageState::Unknown(why) => UnprovenWhy::Unknown(why),
                ImageState::Missing => UnprovenWhy::Missing,
                ImageState::Stale => UnprovenWhy::Stale,
            };
            let (old, new) = (old.clone(), new.clone());
            finding.verdict = Verdict::Unproven(Unproven { old, new, why });
        }
    }
}

//! Which images of CCR a cluster uses: those that its objects name and those that its pods run.

use std::collections::BTreeSet;

use super::inventory::{Inventory, ScannedObject};
use super::running::RunningPods;
use crate::image::Reference;
use crate::workload::{ImageClass, RenameError};

/// The images of CCR in use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImagesInUse {
    /// By tag or digest.
    pub images: BTreeSet<Reference>,
    /// Those of which it can't be told which image is meant, each with the reason.
    pub unusable: BTreeSet<String>,
    /// Those that the mapping file excludes.
    pub excluded: BTreeSet<String>,
}

impl ImagesInUse {
    /// What is in use in what was read.
    #[must_use]
    pub fn of(inventory: &Inventory) -> Self {
        let named = inventory.objects.iter().flat_map(ScannedObject::on_ccr);
        let named = named.map(|image| (&image.text, &image.class));
        // A pod that is deleted comes back with the image that it had, where a partition holds it.
        let run = inventory.pods.iter().flat_map(RunningPods::on_ccr);
        let run = run.map(|image| (&image.text, &image.class));
        let mut all = Self::default();
        for (text, class) in named.chain(run) {
            all.add(text, class);
        }
        all
    }

    fn add(&mut self, text: &str, class: &ImageClass) {
        if class.excluded_by().is_some() {
            self.excluded.insert(text.to_owned());
            return;
        }
        match (class, text.parse::<Reference>()) {
            (ImageClass::Refused(error @ RenameError::TagUnknown { .. }), _) => {
                self.unusable.insert(error.to_string());
            }
            (_, Ok(reference)) => drop(self.images.insert(reference)),
            (_, Err(error)) => drop(self.unusable.insert(format!("{text}: {error}"))),
        }
    }
}

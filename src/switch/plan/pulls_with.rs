//! What a plan relies on that it doesn't change: with which Secrets new images are pulled.

use crate::image::Reference;

/// With what the pods of one pod spec pull images for which a login is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullsWith {
    /// The `ServiceAccount` whose list they get; `None` if they have their own.
    pub account: Option<String>,
    /// Their own list.
    pub secrets: Vec<String>,
    /// The images.
    pub images: Vec<Reference>,
}

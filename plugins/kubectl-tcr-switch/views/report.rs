//! What was done to a cluster. Its version is the library's.

use ccr2tcr::switch::Report;
use ccr2tcr::terminal::{Table, View};
use serde::Serialize;

/// A report. For people it is told while it happens.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct ReportView<'a>(pub(crate) &'a Report);

impl View for ReportView<'_> {
    fn table(&self, _: bool) -> Option<Table> {
        None
    }
}

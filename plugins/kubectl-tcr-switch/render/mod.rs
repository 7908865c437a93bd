//! Views in the formats that this plugin alone has; the others are in `ccr2tcr::terminal`.

mod patch;

use std::io;

use ccr2tcr::terminal::{Printer, render};

use crate::cli::PlanFormat;
use crate::views::PlanView;

/// Prints a plan.
pub(crate) fn render_plan(
    printer: &Printer,
    format: PlanFormat,
    view: &PlanView<'_>,
) -> io::Result<()> {
    match format.shared() {
        Some(format) => render(printer, format, view),
        None => patch::print(printer, view),
    }
}

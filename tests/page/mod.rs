//! What both plugins' `report` makes of reports, and what it refuses.

mod hostile;
mod one_page;
mod refusals;
mod text;

use crate::support::{Run, Sandbox, kubectl_plugin, run};

/// Both plugins' `report`, which is one command.
fn kubectl(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    run(sandbox.command(kubectl_plugin()).args(arguments))
}

/// A page that was written.
fn page(sandbox: &Sandbox, name: &str) -> String {
    std::fs::read_to_string(sandbox.folder().join(name)).unwrap()
}

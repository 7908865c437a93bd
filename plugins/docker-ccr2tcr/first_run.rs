//! What stands below the help if nothing was typed: what is there on this machine, and what is next.

use std::path::PathBuf;

use ccr2tcr::environment::Environment;
use ccr2tcr::first_run::{FirstRun, Step};

const STEPS: [Step; 2] = [
    ("docker ccr2tcr doctor", "what a move still needs"),
    ("docker ccr2tcr sync --dry-run", "what would be copied"),
];

/// A blank line, the facts, the steps. `docker_config` is docker's `--config`.
pub(crate) fn page(docker_config: Option<PathBuf>) -> String {
    FirstRun::look(docker_config, Environment::from_process()).page(None, "Next:", &STEPS)
}

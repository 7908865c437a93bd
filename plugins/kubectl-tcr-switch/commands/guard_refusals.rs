//! What keeps a guard, or the rewriting of Pods, from being set.

use ccr2tcr::guard::{GuardError, dry_run};
use ccr2tcr::kubernetes::Cluster;
use ccr2tcr::terminal::Printer;
use serde_json::Value;

use super::problems;
use crate::exit::ExitCode;

/// Whether the server takes all of these in a server-side dry run; says what it doesn't.
pub(super) async fn is_taken(printer: &Printer, cluster: &Cluster, objects: &[Value]) -> bool {
    let answers = match dry_run(cluster, objects).await {
        Ok(answers) => answers,
        Err(error) => {
            failed(printer, &error);
            return false;
        }
    };
    for (name, refusal) in &answers {
        match refusal {
            None => printer.note(&format!("{name}: taken in a server-side dry run")),
            Some(error) => {
                let what = format!("{name}: not taken in a server-side dry run: {error}");
                problems::plain(printer, &what, Some(&error.hint()));
            }
        }
    }
    answers.iter().all(|(_, refusal)| refusal.is_none())
}

/// Says why it can't be set, read or taken away.
pub(super) fn failed(printer: &Printer, error: &GuardError) -> ExitCode {
    problems::plain(printer, &error.to_string(), Some(&error.hint()));
    ExitCode::Error
}

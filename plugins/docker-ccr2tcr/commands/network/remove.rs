//! `network remove`: names first, then the link.

use std::path::Path;

use ccr2tcr::network::{Plan, Removal, UndoFile};
use ccr2tcr::prompt::Stop;
use ccr2tcr::terminal::Printer;

use super::super::problems;
use super::carry::{Change, carry};
use super::opening::{open, read};
use crate::cli::NetworkRemoveArgs;
use crate::exit::ExitCode;

pub(super) async fn run(
    args: NetworkRemoveArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let (instance, enterprise) = match open(&args.write.settings, stop, printer).await {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let named = args.write.undo_file.as_deref();
    let undo = match UndoFile::for_run("remove", &instance, named, Path::new("")) {
        Ok(undo) => undo,
        Err(error) => {
            return Ok(problems::plain(printer, &error.to_string(), Some(&error.hint())));
        }
    };
    let state = match read(&enterprise, stop, printer).await {
        Ok(state) => state,
        Err(code) => return Ok(code),
    };
    let plan = Plan::removing(&Removal { vpcs: args.vpc.clone() }, &state);
    // What pods pull isn't known here, and a link that they pull through is missed at once.
    if plan.changes_anything() && !args.force && !args.write.dry_run {
        let hint = "look in each cluster of the VPC with `kubectl tcr-switch images -A` whether its pods are on TCR; --force removes the link all the same";
        let message = format!(
            "the link of {} may be in use: no cluster was asked whether its pods pull through it",
            args.vpc.join(", ")
        );
        return Ok(problems::plain(printer, &message, Some(hint)));
    }
    let question = format!("remove links of {}?", instance.name);
    carry(Change { plan, undo, question }, &enterprise, &args.write, stop, printer).await
}

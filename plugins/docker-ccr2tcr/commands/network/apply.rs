//! `network apply`: links, names, and the public entry if that is asked for.

use std::path::Path;

use ccr2tcr::network::{Plan, PlanError, UndoFile, Wishes};
use ccr2tcr::prompt::Stop;
use ccr2tcr::terminal::Printer;

use super::super::problems;
use super::carry::{Change, carry};
use super::opening::{open, read, unless_stopped};
use crate::cli::NetworkApplyArgs;
use crate::exit::ExitCode;

pub(super) async fn run(
    args: NetworkApplyArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let wishes = Wishes {
        vpcs: args.vpc,
        domains: args.dns,
        allow: args.public_allow,
        anyone: args.public_anyone,
    };
    if let Err(error) = wishes.check() {
        return Ok(refused(printer, &error));
    }
    let (instance, enterprise) = match open(&args.write.settings, stop, printer).await {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let named = args.undo_file.as_deref();
    let undo = match UndoFile::for_run("apply", &instance, named, Path::new("")) {
        Ok(undo) => undo,
        Err(error) => {
            return Ok(problems::plain(printer, &error.to_string(), Some(&error.hint())));
        }
    };
    let state = match read(&enterprise, stop, printer).await {
        Ok(state) => state,
        Err(code) => return Ok(code),
    };
    let planning = Plan::prepare(&enterprise, &wishes, &state, &undo);
    let plan = match unless_stopped(stop, printer, planning).await {
        Ok(Ok(plan)) => plan,
        Ok(Err(error)) => return Ok(refused(printer, &error)),
        Err(code) => return Ok(code),
    };
    let change =
        Change { plan, undo, question: format!("change the network of {}?", instance.name) };
    carry(change, &enterprise, &args.write, stop, printer).await
}

fn refused(printer: &Printer, error: &PlanError) -> ExitCode {
    problems::plain(printer, &error.to_string(), error.hint().as_deref())
}

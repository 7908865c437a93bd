//! `replicate`: namespaces that are copied to another instance at each push.

use ccr2tcr::account::{AccountError, list_instances};
use ccr2tcr::environment::Environment;
use ccr2tcr::network::ReplicationWish;
use ccr2tcr::prompt::Stop;
use ccr2tcr::tencent::Enterprise;
use ccr2tcr::terminal::Printer;

use super::super::problems;
use super::carry::{Change, carry};
use super::opening::{open, undo_file, unless_stopped};
use crate::cli::ReplicateArgs;
use crate::exit::ExitCode;

pub(crate) async fn run(
    args: ReplicateArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let (source, enterprise) = match open(&args.write.settings, stop, printer).await {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let environment = Environment::from_process();
    let listing = list_instances(&args.write.settings, &environment);
    let listing = match unless_stopped(stop, printer, listing).await {
        Ok(Ok(listing)) => listing,
        Ok(Err(error)) => return Ok(problems::account(printer, &error)),
        Err(code) => return Ok(code),
    };
    let is_it = |name: &str, id: &str| name == args.to || id == args.to;
    let Some(destination) = listing.items.iter().find(|held| is_it(&held.name, &held.id)) else {
        let existing = listing.items.iter().map(|held| format!("{} ({})", held.name, held.region));
        let error =
            AccountError::NoSuchInstance { wanted: args.to.clone(), existing: existing.collect() };
        return Ok(problems::account(printer, &error));
    };
    let undo = match undo_file("replicate", &source, args.undo_file.as_deref(), printer) {
        Ok(undo) => undo,
        Err(code) => return Ok(code),
    };
    let wish = ReplicationWish { source: &source, destination, namespaces: &args.namespaces };
    let other = Enterprise::new(enterprise.api(), destination);
    let plan = match unless_stopped(stop, printer, wish.plan(&enterprise, &other)).await {
        Ok(Ok(plan)) => plan,
        Ok(Err(error)) => {
            return Ok(problems::plain(printer, &error.to_string(), error.hint().as_deref()));
        }
        Err(code) => return Ok(code),
    };
    let question = format!("copy pushes of {} to {}?", source.name, destination.name);
    carry(Change { plan, undo, question }, &enterprise, &args.write, stop, printer).await
}

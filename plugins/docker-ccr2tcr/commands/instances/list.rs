//! `instances` alone: what the API key can see.

use ccr2tcr::account::{AccountError, list_instances};
use ccr2tcr::environment::Environment;
use ccr2tcr::terminal::{Printer, render};
use ccr2tcr::transfer::Stop;

use super::super::problems;
use crate::cli::InstancesArgs;
use crate::exit::ExitCode;
use crate::views::InstancesView;

pub(super) async fn run(
    args: InstancesArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let environment = Environment::from_process();
    let listing = match stop.unless_asked(list_instances(&args.settings, &environment)).await {
        Some(Ok(listing)) => listing,
        Some(Err(error)) => return Ok(problems::account(printer, &error)),
        None => return Ok(problems::interrupted(printer, "the instances were listed")),
    };
    // A program finds an empty list; a person is told what to do about it.
    if listing.items.is_empty() && args.output.is_for_people() {
        return Ok(problems::account(printer, &AccountError::NoInstance));
    }
    let shown = render(printer, args.output.into(), &InstancesView::of(&listing.items));
    if !listing.is_complete() {
        printer.warning(&format!(
            "the API counts {} instances and lists {}",
            listing.counted,
            listing.items.len()
        ));
        return Ok(ExitCode::Left.after(shown)?);
    }
    Ok(ExitCode::Done.after(shown)?)
}

//! `docker ccr2tcr triggers`: only reads CCR.

use ccr2tcr::account::CcrSide;
use ccr2tcr::environment::Environment;
use ccr2tcr::prompt::Stop;
use ccr2tcr::terminal::{Printer, render};
use ccr2tcr::transfer;
use ccr2tcr::triggers::{read_triggers, translate, translate_cleanup};

use super::receiver;
use super::tell::tell;
use crate::cli::TriggersArgs;
use crate::commands::problems;
use crate::exit::ExitCode;
use crate::views::TriggersView;

pub(super) async fn run(
    args: TriggersArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let stop = transfer::Stop::new(stop.soft.clone());
    let environment = Environment::from_process();
    let receiver = match receiver::read(&args.receiver, &environment, printer).await {
        Ok(receiver) => receiver,
        Err(code) => return Ok(code),
    };
    let ccr = match stop.unless_asked(CcrSide::open(&args.settings, &environment)).await {
        Some(Ok(ccr)) => ccr,
        Some(Err(error)) => return Ok(problems::account(printer, &error)),
        None => return Ok(problems::interrupted(printer, "anything was read")),
    };
    let Some(inventory) = stop.unless_asked(read_triggers(&ccr.regions)).await else {
        return Ok(problems::interrupted(printer, "the triggers were read"));
    };
    tell(printer, inventory.unread.iter());
    let translated = translate(&inventory.triggers, &ccr.mapping);
    let cleanup = translate_cleanup(&inventory, &ccr.mapping);
    let view = TriggersView::new(&translated, &cleanup, receiver.as_ref(), &inventory.unread);
    let shown = render(printer, args.output.into(), &view);
    let is_left = translated.iter().any(|one| one.replacement.is_err());
    let code = match is_left || !inventory.unread.is_empty() {
        true => ExitCode::Left,
        false => ExitCode::Done,
    };
    Ok(code.after(shown)?)
}

//! `network status`: what is there, and nothing changed.

use ccr2tcr::prompt::Stop;
use ccr2tcr::terminal::{Printer, render};

use super::opening::{open, read};
use crate::cli::NetworkStatusArgs;
use crate::exit::ExitCode;
use crate::views::NetworkStatusView;

pub(super) async fn run(
    args: NetworkStatusArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let (instance, enterprise) = match open(&args.settings, stop, printer).await {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let state = match read(&enterprise, stop, printer).await {
        Ok(state) => state,
        Err(code) => return Ok(code),
    };
    let view = NetworkStatusView::of(&instance, &state);
    let shown = render(printer, args.output.into(), &view);
    for problem in view.problems() {
        printer.warning(problem);
    }
    let code = if state.is_complete() { ExitCode::Done } else { ExitCode::Left };
    Ok(code.after(shown)?)
}

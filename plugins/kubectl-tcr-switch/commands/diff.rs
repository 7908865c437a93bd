//! `diff`: each object before and after, as `kubectl diff` shows it.
//!
//! The objects as files, and the program that compares them, are in `compare`.

mod compare;

use std::io;

use ccr2tcr::switch::{Unread, prepare_plan};
use ccr2tcr::terminal::{Printer, clean_lines, unless_closed};

use super::{problems, show, show_plan};
use crate::cli::DiffArgs;
use crate::exit::ExitCode;
use ccr2tcr::prompt::Stop;
use compare::{CompareError, Compared, Comparison};

pub(crate) async fn run(
    args: DiffArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    tokio::select! {
        code = diff(&args, printer) => code,
        () = stop.soft.cancelled() => Ok(ExitCode::Interrupted),
    }
}

async fn diff(args: &DiffArgs, printer: &Printer) -> anyhow::Result<ExitCode> {
    // Before anything is asked for: a program that can't be run is told at once.
    let comparison = match Comparison::of_environment() {
        Ok(comparison) => comparison,
        Err(error) => return Ok(refuse(printer, &error)),
    };
    let inputs = args.common.inputs_without(&args.plan.exclude.exclude_object);
    let noted = prepare_plan(&inputs, args.plan.options()).await;
    show::notices(printer, &noted.notices);
    let prepared = match noted.result {
        Ok(prepared) => prepared,
        Err(error) => return problems::prepare(printer, error),
    };
    show_plan::talk(printer, &prepared, &args.common);
    let pairs = prepared.preview().await;
    let mut refused = false;
    for pair in pairs {
        match pair {
            Ok(pair) => {
                if let Err(error) = comparison.take(&pair) {
                    return Ok(refuse(printer, &error));
                }
            }
            Err(error) => {
                problems::told(printer, &(&error).into());
                refused = true;
            }
        }
    }
    let compared = match comparison.run().await {
        Ok(compared) => compared,
        Err(error) => return Ok(refuse(printer, &error)),
    };
    show_compared(printer, &compared)?;
    Ok(match compared.code {
        _ if refused => ExitCode::Error,
        0 if prepared.plan.unread.iter().any(Unread::may_hide_images) => ExitCode::Left,
        0 => ExitCode::Done,
        1 => ExitCode::Left,
        _ => ExitCode::Error,
    })
}

fn show_compared(printer: &Printer, compared: &Compared) -> io::Result<()> {
    if !compared.talk.is_empty() {
        printer.note(clean_lines(&compared.talk).trim_end());
    }
    unless_closed(printer.data(&compared.data))
}

fn refuse(printer: &Printer, error: &CompareError) -> ExitCode {
    printer.error(&error.to_string(), &[""; 0], error.hint().as_deref());
    ExitCode::Error
}

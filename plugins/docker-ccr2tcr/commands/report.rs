//! `docker ccr2tcr report`: reports as a page. The command is the library's.

use ccr2tcr::environment::Environment;
use ccr2tcr::page::{self, PageArgs};
use ccr2tcr::terminal::Printer;

use super::problems;
use crate::exit::ExitCode;

pub(crate) fn run(args: &PageArgs, printer: &Printer) -> ExitCode {
    match page::run(args, &Environment::from_process(), printer) {
        Ok(()) => ExitCode::Done,
        Err(error) => problems::plain(printer, &error.to_string(), Some(error.hint())),
    }
}

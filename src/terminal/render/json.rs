//! For programs: indented JSON.

use std::io;

use super::view::View;
use crate::terminal::Printer;

pub(super) fn print(printer: &Printer, view: &impl View) -> io::Result<()> {
    printer.json(view)
}

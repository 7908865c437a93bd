//! For programs: indented JSON.

use std::io;

use super::{Printer, View};

pub(super) fn print(printer: &Printer, view: &impl View) -> io::Result<()> {
    printer.json(view)
}

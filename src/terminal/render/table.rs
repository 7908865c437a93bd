//! For people: the table, then the lines, no wider than the terminal.

use std::io;

use super::view::View;
use crate::terminal::Printer;

pub(super) fn print(printer: &Printer, view: &impl View, wide: bool) -> io::Result<()> {
    if let Some(table) = view.table(wide) {
        printer.table(&table)?;
    }
    view.lines().iter().try_for_each(|line| printer.data_line(line))
}

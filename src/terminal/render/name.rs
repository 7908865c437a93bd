//! For pipes: one name a line.

use std::io;

use super::view::View;
use crate::terminal::{Printer, clean};

pub(super) fn print(printer: &Printer, view: &impl View) -> io::Result<()> {
    let names: String = view.names().iter().map(|name| clean(name).into_owned() + "\n").collect();
    printer.data(&names)
}

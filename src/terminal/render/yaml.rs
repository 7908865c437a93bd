//! For programs: the JSON form as YAML.

use std::io;

use super::view::View;
use crate::terminal::Printer;

pub(super) fn print(printer: &Printer, view: &impl View) -> io::Result<()> {
    printer.data(&serde_yaml::to_string(view).map_err(io::Error::other)?)
}

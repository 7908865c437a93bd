//! What a command found out, in the format that the user asked for.
//!
//! A command hands over a [`View`]; each format is a file here. A new one is a file, a variant of
//! [`OutputFormat`] and a line in [`render`].

mod json;
mod name;
mod table;
mod view;
mod yaml;

use std::io;

use super::Printer;

pub use view::View;

/// How data is printed on stdout. Which of these a command takes is for its plugin to declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// For people.
    Table,
    /// The same with more columns.
    Wide,
    /// For programs; stable and versioned.
    Json,
    /// The same as YAML.
    Yaml,
    /// One name a line.
    Name,
}

/// Prints a view.
///
/// # Errors
/// As the stream reports it; see [`is_closed`](super::is_closed).
pub fn render(printer: &Printer, format: OutputFormat, view: &impl View) -> io::Result<()> {
    match format {
        OutputFormat::Table => table::print(printer, view, false),
        OutputFormat::Wide => table::print(printer, view, true),
        OutputFormat::Json => json::print(printer, view),
        OutputFormat::Yaml => yaml::print(printer, view),
        OutputFormat::Name => name::print(printer, view),
    }
}

//! What `report` does.

use crate::diagnostic::{counted, human_bytes};
use crate::environment::Environment;
use crate::terminal::Printer;

use super::args::PageArgs;
use super::error::PageError;
use super::{html, output_file, read};
use crate::language::Lang;

/// Makes the page of these reports, and says so.
///
/// # Errors
/// [`PageError`] if a file is no report, or the page can't be written. Nothing is written then.
pub fn run(args: &PageArgs, environment: &Environment, printer: &Printer) -> Result<(), PageError> {
    output_file::check(&args.html)?;
    let sections = read::sections(&args.files)?;
    let lang = args.lang.unwrap_or_else(|| Lang::of(environment));
    let page = html::page(&sections, lang);
    output_file::write(&args.html, &page)?;
    let entries: usize = sections.iter().map(|section| section.entries.len()).sum();
    printer.note(&format!(
        "{} written: {} from {}, {}",
        args.html.display(),
        counted(entries, "entry", "entries"),
        counted(args.files.len(), "report", "reports"),
        human_bytes(page.len() as u64)
    ));
    Ok(())
}

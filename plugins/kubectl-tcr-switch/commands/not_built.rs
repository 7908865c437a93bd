//! What a command says that is declared but not built yet.

use ccr2tcr::terminal::Printer;

use crate::exit::ExitCode;
use crate::prompt::problems;

/// Says so.
pub(super) async fn not_built(name: &str, printer: &Printer) -> anyhow::Result<ExitCode> {
    problems::plain(printer, &format!("`{name}` is not built yet"), None);
    std::future::ready(Ok(ExitCode::Error)).await
}

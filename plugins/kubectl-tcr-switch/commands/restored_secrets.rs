//! What a rollback says of Secrets that the run has deleted.

use ccr2tcr::switch::{RestoreVerdict, SecretRestoration};
use ccr2tcr::terminal::Printer;

use crate::views::at;

/// What becomes of each.
pub(super) fn tell(printer: &Printer, secrets: &[SecretRestoration]) {
    for one in secrets {
        let at = at(&one.deleted.object());
        match &one.verdict {
            RestoreVerdict::Present => printer.note(&format!("{at}: it exists, and stays")),
            RestoreVerdict::Create => printer.note(&format!("{at}: created from the backup")),
            RestoreVerdict::Gone => {
                let gone = one.content_is_gone();
                printer.warning(&format!("{at}: {}", gone.message));
                printer.hint(&gone.hint.unwrap_or_default());
            }
            RestoreVerdict::Failed(why) => printer.warning(&format!("{at}: {}", why.message)),
        }
    }
}

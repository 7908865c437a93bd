//! The receiver's address: of a flag, a file or a variable.

use ccr2tcr::account::read_text;
use ccr2tcr::environment::Environment;
use ccr2tcr::secret::Secret;
use ccr2tcr::terminal::Printer;
use ccr2tcr::triggers::{Receiver, ReceiverError};

use crate::cli::ReceiverArgs;
use crate::commands::problems;
use crate::exit::ExitCode;

const VARIABLE: &str = "CCR2TCR_RECEIVER";

/// More than any address.
const FILE_LIMIT: u64 = 64 * 1024;

/// The receiver; `None` if none is named anywhere. `Err` is how the run ends.
pub(super) async fn read(
    args: &ReceiverArgs,
    environment: &Environment,
    printer: &Printer,
) -> Result<Option<Receiver>, ExitCode> {
    let refused =
        |error: ReceiverError| problems::plain(printer, &error.to_string(), Some(error.hint()));
    if let Some(given) = &args.receiver {
        return Receiver::of_flag(given).map(Some).map_err(refused);
    }
    if let Some(path) = &args.receiver_file {
        let text = read_text(path, FILE_LIMIT).await.map(Secret::from).map_err(|error| {
            let message = format!("can't read {}: {error}", path.display());
            problems::plain(printer, &message, Some("it should hold the address in one line"))
        })?;
        return Receiver::of(&text).map(Some).map_err(refused);
    }
    let set = environment.text(VARIABLE).map(Secret::from);
    set.map(|text| Receiver::of(&text)).transpose().map_err(refused)
}

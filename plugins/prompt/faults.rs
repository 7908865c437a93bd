//! A fault in this program: told as what it is, without a panic's own words.

use ccr2tcr::terminal::Printer;

/// From now on a panic is one line on stderr; the report and the exit code name what it cost.
pub(crate) fn admit_faults(printer: &Printer) {
    let printer = printer.clone();
    std::panic::set_hook(Box::new(move |fault| {
        let place = fault.location().map(ToString::to_string).unwrap_or_default();
        let hint = "please report it, with what -vv says";
        printer.error(&format!("this program has a fault, at {place}"), &[""; 0], Some(hint));
    }));
}

//! A panic is a bug: it is told in one line, without a backtrace.

use crate::terminal::Printer;

/// From now on a panic is one line on stderr; the report and the exit code name what it cost.
pub fn report_panics(printer: &Printer) {
    let printer = printer.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let hint = "please report it, with the output of -vv";
        printer.error(&format!("this is a bug in this program, at {place}"), &[""; 0], Some(hint));
    }));
}

//! Asking at the terminal before something is changed.

use std::io::{self, BufRead as _, IsTerminal as _};

use super::Stop;
use crate::terminal::Printer;

/// Why nothing is to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAgreed {
    /// There is nobody to ask, or the answer was not a yes.
    No,
    /// The run was interrupted at the question.
    Interrupted,
}

/// Asks for a yes. The question goes to stderr; only `y` or `yes` is one. `instead` is the hint where
/// there is no terminal.
///
/// # Errors
/// [`NotAgreed`], which has been told.
pub async fn confirm(
    printer: &Printer,
    stop: &Stop,
    question: &str,
    instead: &str,
) -> Result<(), NotAgreed> {
    let yes = |line: &str| matches!(line.to_lowercase().as_str(), "y" | "yes");
    ask(printer, stop, &format!("{question} [y/N]"), instead, yes).await
}

/// Asks for a text that shows that it was read: a name that has to be typed.
///
/// # Errors
/// [`NotAgreed`], which has been told.
pub async fn confirm_by_name(
    printer: &Printer,
    stop: &Stop,
    question: &str,
    name: &str,
    instead: &str,
) -> Result<(), NotAgreed> {
    let question = format!("{question}; type {name} to confirm:");
    ask(printer, stop, &question, instead, |line| line == name).await
}

async fn ask(
    printer: &Printer,
    stop: &Stop,
    question: &str,
    instead: &str,
    is_yes: impl Fn(&str) -> bool,
) -> Result<(), NotAgreed> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        printer.note("nothing was changed: no terminal to ask for confirmation");
        printer.hint(instead);
        return Err(NotAgreed::No);
    }
    printer.note(question);
    // On a thread of its own: nothing else would hear Ctrl-C while it waits for a line.
    let line = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    let answer = tokio::select! {
        line = line => match line {
            Ok(Ok(line)) if is_yes(line.trim()) => return Ok(()),
            _ => NotAgreed::No,
        },
        () = stop.soft.cancelled() => NotAgreed::Interrupted,
    };
    printer.note("nothing was changed");
    Err(answer)
}

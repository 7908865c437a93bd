//! What the proofs showed, for people and as data.

use serde::Serialize;

use crate::diagnostic::counted;
use crate::sources::{Before, Expected, Outcome, Proof, Proven};
use crate::terminal::Printer;

/// No more files are named that were not copied.
const SHOWN: usize = 12;

/// Tells what the commands showed.
pub(super) fn tell(printer: &Printer, proven: &Proven) {
    printer.heading(match &proven.before {
        Before::Files => "proof: these files before and after",
        Before::Head(_) => "proof: what is committed, and these files",
    });
    for proof in &proven.proofs {
        let told = proof.diagnostic();
        match proof.holds() {
            true => printer.note(&told.message),
            false => printer.warning(&told.message),
        }
        for line in said(&proof.outcome).lines() {
            printer.note(&format!("  {line}"));
        }
        if let Some(hint) = &told.hint {
            printer.hint(hint);
        }
    }
    for it in proven.not_copied.iter().take(SHOWN) {
        printer.note(&format!("not copied: {}: {}", it.path.display(), it.why));
    }
    if let Some(more @ 1..) = proven.not_copied.len().checked_sub(SHOWN) {
        printer.note(&format!("not copied: {}", counted(more, "more", "more")));
    }
}

/// What a command said itself, or rendered.
fn said(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Different { diff, .. } => diff,
        Outcome::FailsBefore(failure) | Outcome::FailsAfter(failure) => &failure.said,
        Outcome::Same { .. } | Outcome::RendersNothing => "",
    }
}

/// A proof as data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProofView<'a> {
    command: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<Expected>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    holds: bool,
    /// Lines that it renders.
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<usize>,
    /// Lines with new names.
    #[serde(skip_serializing_if = "Option::is_none")]
    mapped: Option<usize>,
    message: String,
    /// `same`, `different`, `fails-before`, `fails-after` or `renders-nothing`
    outcome: &'static str,
}

impl<'a> ProofView<'a> {
    pub(super) fn new(proof: &'a Proof) -> Self {
        let (outcome, lines, mapped, diff, expected) = match &proof.outcome {
            Outcome::Same { lines, mapped, expected } => {
                ("same", Some(*lines), Some(*mapped), None, Some(*expected))
            }
            Outcome::Different { diff, expected, .. } => {
                ("different", None, None, Some(diff.as_str()), Some(*expected))
            }
            Outcome::FailsBefore(_) => ("fails-before", None, None, None, None),
            Outcome::FailsAfter(_) => ("fails-after", None, None, None, None),
            Outcome::RendersNothing => ("renders-nothing", None, None, None, None),
        };
        Self {
            command: &proof.command,
            diff,
            expected,
            hint: proof.hint.as_deref(),
            holds: proof.holds(),
            lines,
            mapped,
            message: proof.diagnostic().message,
            outcome,
        }
    }
}

//! From what a run tells to the progress display.

use ccr2tcr::terminal::{ItemKind, Progress};
use ccr2tcr::transfer::{Event, Observer, Outcome};

/// Hands events on to the display.
pub(super) struct Watch(pub(super) Progress);

impl Observer for Watch {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Bytes(bytes) => self.0.bytes(bytes),
            Event::Mounted(bytes) | Event::Present(bytes) => self.0.mounted(bytes),
            Event::Settled(item) => self.0.item(match item.outcome {
                Outcome::Copied => ItemKind::Copied,
                Outcome::Equal => ItemKind::Equal,
                Outcome::Kept => ItemKind::Kept,
                Outcome::Conflict | Outcome::Failed => ItemKind::Failed,
                Outcome::Skipped => ItemKind::Skipped,
            }),
        }
    }
}

//! What a format is made from.

use serde::Serialize;

use crate::terminal::Table;

/// The result of a command: a documented structure that serialises as its JSON, `schemaVersion`
/// included, and knows how to show itself to people.
pub trait View: Serialize {
    /// As a table; `None` if there is none to show.
    fn table(&self, wide: bool) -> Option<Table>;

    /// Lines of text below the table, or instead of one.
    fn lines(&self) -> Vec<String> {
        Vec::new()
    }

    /// One name a line for `-o name`, as `deployment.apps/web`.
    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

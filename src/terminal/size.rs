//! How large the terminal is, at this moment: it may be resized while a run goes on.

use terminal_size::{Height, Width};

// Where the terminal doesn't say, as in some CI systems that pretend to be one.
const USUAL: (usize, usize) = (80, 24);

/// Columns and rows of the terminal.
#[must_use]
pub(super) fn terminal_size() -> (usize, usize) {
    terminal_size::terminal_size()
        .map_or(USUAL, |(Width(columns), Height(rows))| (columns.into(), rows.into()))
}

/// The columns of the terminal; 80 where it doesn't say.
#[must_use]
pub fn terminal_width() -> usize {
    terminal_size().0
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_size_is_never_useless() {
        let (columns, rows) = super::terminal_size();
        assert!(columns > 1 && rows > 0, "{columns} × {rows}");
    }
}

//! The terminal as indicatif gets to see it: a few columns narrower than it is, and never broken.
//!
//! indicatif fills each line with spaces to the last column, and lets the terminal wrap it there.
//! Here the lines end where their text does, so an echoed `^C` finds room behind the last one and
//! is gone with it. And indicatif panics where a write fails; here none does, for a run doesn't
//! end because nobody looks any more.

use parking_lot::Mutex;
use std::fmt::{self, Debug, Formatter, Write as _};
use std::io;
use std::sync::Arc;

use indicatif::TermLike;

use super::Stream;
use super::stream::lock;

/// Free at the end of each line, for an echoed `^C`.
const MARGIN: usize = 3;

/// Gives the columns and rows of the terminal at this moment.
pub(super) type Size = Arc<dyn Fn() -> (usize, usize) + Send + Sync>;

/// What is drawn, in one piece for each drawing.
pub(super) struct NarrowTerminal {
    out: Arc<Stream>,
    size: Size,
    drawing: Mutex<Drawing>,
}

/// How long a line at the foot of a terminal may be.
pub(super) fn room(columns: usize) -> usize {
    // indicatif subtracts the width of a character from it, which may be 2.
    columns.saturating_sub(MARGIN).max(2)
}

#[derive(Default)]
struct Drawing {
    unwritten: String,
    width: usize,
    column: usize,
    /// The length of each row that stands on the terminal, without the spaces at its end.
    rows: Vec<usize>,
}

impl NarrowTerminal {
    pub(super) fn new(out: Arc<Stream>, size: Size) -> Self {
        Self { out, size, drawing: Mutex::default() }
    }
}

impl Drawing {
    fn send(&mut self, count: usize, command: char) {
        if count > 0 {
            // Writing to a String can't fail.
            let _ = write!(self.unwritten, "\x1b[{count}{command}");
        }
    }

    fn write(&mut self, text: &str) {
        let is_filler = text.chars().all(|c| c == ' ');
        for c in text.chars() {
            if self.rows.is_empty() {
                self.begin_row();
            } else if self.column >= self.width {
                self.unwritten.push_str("\r\n");
                self.begin_row();
            }
            self.column += 1;
            if !is_filler {
                self.unwritten.push(c);
                if let Some(length) = self.rows.last_mut() {
                    *length = self.column;
                }
            }
        }
    }

    fn begin_row(&mut self) {
        self.rows.push(0);
        self.column = 0;
    }

    /// Rows more than were drawn, on a terminal that was made narrower than they are.
    fn wrapped(&self, columns: usize) -> usize {
        self.rows.iter().map(|length| length.saturating_sub(1) / columns.max(1)).sum()
    }
}

impl TermLike for NarrowTerminal {
    fn width(&self) -> u16 {
        let mut drawing = lock(&self.drawing);
        let width = u16::try_from(room((self.size)().0)).unwrap_or(u16::MAX);
        drawing.width = width.into();
        width
    }

    fn height(&self) -> u16 {
        u16::try_from((self.size)().1.saturating_sub(1)).unwrap_or(u16::MAX)
    }

    // Each drawing begins with this, from the end of the last row to the beginning of the first.
    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        let mut drawing = lock(&self.drawing);
        let wrapped = drawing.wrapped((self.size)().0);
        drawing.send(n + wrapped, 'A');
        if wrapped > 0 {
            drawing.unwritten.push_str("\r\x1b[J");
        }
        drawing.rows.clear();
        Ok(())
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        lock(&self.drawing).send(n, 'B');
        Ok(())
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        lock(&self.drawing).send(n, 'C');
        Ok(())
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        lock(&self.drawing).send(n, 'D');
        Ok(())
    }

    fn write_line(&self, s: &str) -> io::Result<()> {
        let mut drawing = lock(&self.drawing);
        drawing.write(s);
        drawing.unwritten.push_str("\r\n");
        drawing.begin_row();
        Ok(())
    }

    fn write_str(&self, s: &str) -> io::Result<()> {
        lock(&self.drawing).write(s);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        lock(&self.drawing).unwritten.push_str("\r\x1b[2K");
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        let unwritten = std::mem::take(&mut lock(&self.drawing).unwritten);
        if !unwritten.is_empty() {
            let _ = self.out.write(&unwritten);
        }
        Ok(())
    }
}

impl Debug for NarrowTerminal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("NarrowTerminal").finish_non_exhaustive()
    }
}

//! Lines at the foot of a terminal that are drawn anew in place, while other text scrolls by above.
//!
//! Here is only what to write; writing it is the printer's. Each line must be a few columns shorter
//! than the terminal is wide: an echoed `^C` then stays on the last line, and is gone with it.

use std::fmt::Write as _;

/// What stands at the foot now.
#[derive(Debug, Default)]
pub(super) struct Foot {
    lines: Vec<String>,
}

impl Foot {
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// What takes the lines off a terminal of so many columns, so that text can be written where
    /// they stood. [`Foot::drawn`] puts them back.
    pub(super) fn erased(&self, columns: usize) -> String {
        if self.is_empty() { String::new() } else { self.to_the_top(columns) + "\x1b[J" }
    }

    /// The lines, for a cursor at the beginning of an empty line.
    pub(super) fn drawn(&self) -> String {
        self.lines.join("\r\n")
    }

    /// What puts other lines in their place. Nothing is cleared before it is written over, so
    /// nothing flickers; the same lines are not written again.
    pub(super) fn replaced(&mut self, lines: Vec<String>, columns: usize) -> String {
        if lines == self.lines {
            return String::new();
        }
        let mut text = self.to_the_top(columns);
        for (index, line) in lines.iter().enumerate() {
            // Writing to a String can't fail.
            let _ = write!(text, "{}{line}\x1b[K", if index > 0 { "\r\n" } else { "" });
        }
        text.push_str("\x1b[J");
        self.lines = lines;
        text
    }

    // A terminal that was made narrower has wrapped the lines.
    fn to_the_top(&self, columns: usize) -> String {
        let rows = |line: &String| line.chars().count().div_ceil(columns.max(1)).max(1);
        match self.lines.iter().map(rows).sum::<usize>() {
            0 | 1 => "\r".to_owned(),
            rows => format!("\r\x1b[{}A", rows - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of a terminal that has been sent `text`; as much of one as [`Foot`] needs.
    fn screen(text: &str, columns: usize) -> Vec<String> {
        let mut rows = vec![Vec::new()];
        let (mut row, mut column) = (0, 0);
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            match c {
                '\r' => column = 0,
                '\n' => row += 1,
                '\x1b' => {
                    let sequence: String = rest.by_ref().skip(1).take(1).collect();
                    match sequence.as_str() {
                        "K" => rows[row].truncate(column),
                        "J" => {
                            rows[row].truncate(column);
                            rows.truncate(row + 1);
                        }
                        digit => {
                            assert_eq!(rest.next(), Some('A'));
                            row -= digit.parse::<usize>().unwrap();
                        }
                    }
                }
                c => {
                    if column == columns {
                        (row, column) = (row + 1, 0);
                        rows.resize(rows.len().max(row + 1), Vec::new());
                    }
                    let length = rows[row].len().max(column + 1);
                    rows[row].resize(length, ' ');
                    rows[row][column] = c;
                    column += 1;
                }
            }
            rows.resize(rows.len().max(row + 1), Vec::new());
        }
        rows.into_iter().map(String::from_iter).collect()
    }

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn new_lines_take_the_place_of_the_old_ones() {
        let mut foot = Foot::default();
        let mut sent = foot.replaced(lines(&["a long line", "two", "three"]), 40);
        sent += &foot.replaced(lines(&["short", "2"]), 40);
        assert_eq!(screen(&sent, 40), ["short", "2"]);
        assert_eq!(foot.replaced(lines(&["short", "2"]), 40), "", "nothing has changed");
    }

    #[test]
    fn other_text_stays_above() {
        let mut foot = Foot::default();
        let mut sent = foot.replaced(lines(&["one", "two"]), 40);
        sent += &(foot.erased(40) + "warning: slow\r\n" + &foot.drawn());
        sent += &foot.replaced(lines(&["1", "2"]), 40);
        assert_eq!(screen(&sent, 40), ["warning: slow", "1", "2"]);
    }

    #[test]
    fn nothing_is_left_over_at_the_end_even_if_a_ctrl_c_was_echoed() {
        let mut foot = Foot::default();
        let mut sent = "before\r\n".to_owned();
        sent += &(foot.replaced(lines(&["one", "two"]), 40) + "^C");
        sent += &(foot.erased(40) + "stopping\r\n" + &foot.drawn());
        sent += &foot.replaced(Vec::new(), 40);
        assert_eq!(screen(&sent, 40), ["before", "stopping", ""]);
        assert!(foot.is_empty());
    }

    #[test]
    fn a_terminal_that_was_made_narrower_is_cleaned_all_the_same() {
        let mut foot = Foot::default();
        let long = "x".repeat(30);
        // What was one row of 40 columns is two of 20.
        let mut sent = foot.replaced(lines(&[&long, "two"]), 40);
        sent += &foot.replaced(lines(&["1", "2"]), 20);
        assert_eq!(screen(&sent, 20), ["1", "2"]);
    }
}

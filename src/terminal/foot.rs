//! Lines at the foot of a terminal that are redrawn in place, while other text scrolls by above.
//!
//! Why not indicatif: it fills each line up to the last column, so that an echoed `^C` breaks the
//! line, and it panics when the terminal is gone.

use std::sync::Arc;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::Stream;

/// Free at the end of each line, for an echoed `^C`.
const MARGIN: usize = 3;

/// Gives the columns and rows of the terminal at this moment.
pub(super) type Size = Box<dyn Fn() -> (usize, usize) + Send + Sync>;

/// What stands at the foot now.
pub(super) struct Foot {
    out: Arc<Stream>,
    size: Size,
    lines: Vec<String>,
}

impl Foot {
    pub(super) fn new(out: Arc<Stream>, size: Size) -> Self {
        Self { out, size, lines: Vec::new() }
    }

    /// How long a line may be.
    pub(super) fn room(&self) -> usize {
        (self.size)().0.saturating_sub(MARGIN)
    }

    /// Takes the lines away while something else is printed where they stood.
    pub(super) fn above<T>(&self, print: impl FnOnce() -> T) -> T {
        self.write(&self.erased());
        let printed = print();
        self.write(&self.lines.join("\r\n"));
        printed
    }

    /// Puts other lines in their place, in one write; the same ones are not drawn again. What
    /// there is no room for is cut off.
    pub(super) fn replace(&mut self, lines: Vec<String>) {
        let rows = (self.size)().1.saturating_sub(1);
        let lines = lines.into_iter().take(rows).map(|line| cut(line, self.room())).collect();
        if lines != self.lines {
            let erased = self.erased();
            self.lines = lines;
            self.write(&(erased + &self.lines.join("\r\n")));
        }
    }

    /// Goes up to the first line, and clears from there on. On a terminal that was made narrower
    /// a line may take several rows.
    fn erased(&self) -> String {
        let columns = (self.size)().0.max(1);
        let rows = |line: &String| line.width().div_ceil(columns).max(1);
        match self.lines.iter().map(rows).sum() {
            0 => String::new(),
            1 => "\r\x1b[J".to_owned(),
            rows => format!("\x1b[{}A\r\x1b[J", rows - 1),
        }
    }

    fn write(&self, text: &str) {
        if !text.is_empty() {
            // A run doesn't end because its terminal is gone.
            let _ = self.out.write(text);
        }
    }
}

fn cut(mut line: String, room: usize) -> String {
    let mut width = 0;
    let fits = |(_, c): &(usize, char)| {
        width += c.width().unwrap_or(0);
        width <= room
    };
    let end = line.char_indices().take_while(fits).last().map_or(0, |(i, c)| i + c.len_utf8());
    line.truncate(end);
    line
}

#[cfg(test)]
pub(super) mod tests {
    use parking_lot::Mutex;
    use std::io::{self, Write};

    use super::super::printer::tests::Captured;
    use super::*;

    /// A terminal that understands what is sent here.
    #[derive(Default)]
    struct Screen {
        columns: usize,
        rows: Vec<Vec<char>>,
        row: usize,
        column: usize,
    }

    impl Screen {
        fn send(&mut self, text: &str) {
            let mut rest = text.chars();
            while let Some(c) = rest.next() {
                match c {
                    '\r' => self.column = 0,
                    // A terminal begins a new line for it.
                    '\n' => (self.row, self.column) = (self.row + 1, 0),
                    '\x1b' => self.act(&mut rest),
                    c => {
                        if self.column == self.columns {
                            (self.row, self.column) = (self.row + 1, 0);
                        }
                        let column = self.column;
                        let row = self.row();
                        row.resize(row.len().max(column + 1), ' ');
                        row[column] = c;
                        self.column += 1;
                    }
                }
            }
        }

        fn act(&mut self, rest: &mut std::str::Chars) {
            assert_eq!(rest.next(), Some('['));
            let (mut count, mut command) = (0, rest.next());
            while let Some(digit) = command.and_then(|c| c.to_digit(10)) {
                (count, command) = (count * 10 + digit as usize, rest.next());
            }
            match (count, command) {
                (count, Some('A')) => self.row -= count,
                (count, Some('B')) => self.row += count,
                (2, Some('K')) => self.row().clear(),
                (0, Some('J')) => {
                    let column = self.column;
                    self.row().truncate(column);
                    self.rows.truncate(self.row + 1);
                }
                other => panic!("{other:?}"),
            }
        }

        fn row(&mut self) -> &mut Vec<char> {
            self.rows.resize(self.rows.len().max(self.row + 1), Vec::new());
            &mut self.rows[self.row]
        }

        /// As terminals do it: what no longer fits into a row goes on in the next.
        fn make_narrower(&mut self, columns: usize) {
            let rows = std::mem::take(&mut self.rows);
            self.columns = columns;
            self.row = 0;
            for row in rows {
                (self.row, self.column) = (self.rows.len(), 0);
                self.send(&String::from_iter(row));
            }
        }

        fn text(mut self) -> Vec<String> {
            self.row();
            // Rows below the cursor that were cleared don't count.
            while self.rows.len() > self.row + 1 && self.rows.last().is_some_and(Vec::is_empty) {
                self.rows.pop();
            }
            self.rows.into_iter().map(String::from_iter).collect()
        }
    }

    /// The rows of a terminal that has been sent `text`.
    pub(in super::super) fn screen(text: &str, columns: usize) -> Vec<String> {
        let mut screen = Screen { columns, ..Screen::default() };
        screen.send(text);
        screen.text()
    }

    /// What a terminal of so many columns shows of the lines that are made for it.
    pub(in super::super) fn shown(
        columns: usize,
        lines: impl Fn(usize) -> Vec<String>,
    ) -> Vec<String> {
        let (mut foot, sent) = foot(columns);
        foot.replace(lines(foot.room()));
        screen(&sent.text(), columns)
    }

    fn foot(columns: usize) -> (Foot, Captured) {
        let sent = Captured::default();
        let stream = Arc::new(Stream::new(sent.clone()));
        (Foot::new(stream, Box::new(move || (columns, 24))), sent)
    }

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn new_lines_take_the_place_of_the_old_ones() {
        let (mut foot, sent) = foot(40);
        foot.replace(lines(&["a long line", "two", "three"]));
        foot.replace(lines(&["short", "2"]));
        assert_eq!(screen(&sent.text(), 40), ["short", "2"]);
        foot.replace(lines(&["1", "2", "3", "4"]));
        assert_eq!(screen(&sent.text(), 40), ["1", "2", "3", "4"]);
        let before = sent.text();
        foot.replace(lines(&["1", "2", "3", "4"]));
        assert_eq!(sent.text(), before, "nothing has changed");
    }

    #[test]
    fn lines_are_drawn_in_one_piece_however_often() {
        let (mut foot, sent) = foot(40);
        for count in 0..50 {
            let old = sent.text().len();
            foot.replace(lines(&[&format!("one {count}"), &format!("two {count}")]));
            let added = sent.text()[old..].to_owned();
            assert!(added.ends_with(&format!("one {count}\r\ntwo {count}")), "{added:?}");
        }
    }

    #[test]
    fn other_text_stays_above() {
        let (mut foot, sent) = foot(40);
        let mut out = sent.clone();
        foot.replace(lines(&["one", "two"]));
        foot.above(|| out.write_all(b"warning: slow\r\n").unwrap());
        foot.replace(lines(&["1", "2"]));
        assert_eq!(screen(&sent.text(), 40), ["warning: slow", "1", "2"]);
    }

    #[test]
    fn nothing_is_left_over_at_the_end_even_if_a_ctrl_c_was_echoed() {
        let (mut foot, sent) = foot(40);
        let mut out = sent.clone();
        out.write_all(b"before\r\n").unwrap();
        foot.replace(lines(&["one", &"x".repeat(foot.room())]));
        out.write_all(b"^C").unwrap();
        foot.above(|| out.write_all(b"stopping\r\n").unwrap());
        foot.replace(Vec::new());
        assert_eq!(screen(&sent.text(), 40), ["before", "stopping", ""]);
    }

    #[test]
    fn a_terminal_that_was_made_narrower_is_cleaned_all_the_same() {
        let columns = Arc::new(Mutex::new(40));
        let (now, sent) = (Arc::clone(&columns), Captured::default());
        let stream = Arc::new(Stream::new(sent.clone()));
        let mut foot = Foot::new(stream, Box::new(move || (*now.lock(), 24)));
        let mut screen = Screen { columns: 40, ..Screen::default() };
        foot.replace(lines(&[&"x".repeat(30), "two"]));
        screen.send(&sent.text());
        let drawn = sent.text().len();
        // What was one row of 40 columns is two of 20.
        screen.make_narrower(20);
        *columns.lock() = 20;
        let mut out = sent.clone();
        foot.above(|| out.write_all(b"between\r\n").unwrap());
        foot.replace(lines(&["1", "2"]));
        screen.send(&sent.text()[drawn..]);
        assert_eq!(screen.text(), ["between", "1", "2"]);
    }

    #[test]
    fn no_more_lines_are_drawn_than_the_terminal_has() {
        let (mut foot, sent) = foot(40);
        foot.replace(vec!["x".to_owned(); 30]);
        assert_eq!(screen(&sent.text(), 40).len(), 23);
        foot.replace(Vec::new());
        assert_eq!(screen(&sent.text(), 40), [""]);
    }

    #[test]
    fn a_terminal_without_any_room_is_no_reason_to_panic() {
        for columns in 0..5 {
            let (mut foot, _) = foot(columns);
            foot.replace(lines(&["one", "镜像仓库"]));
            foot.above(|| ());
            foot.replace(Vec::new());
        }
    }

    #[test]
    fn a_terminal_that_is_gone_ends_nothing() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::Error::other("Input/output error"))
            }
            fn flush(&mut self) -> io::Result<()> {
                Err(io::Error::other("Input/output error"))
            }
        }
        let mut foot = Foot::new(Arc::new(Stream::new(Gone)), Box::new(|| (40, 24)));
        foot.replace(lines(&["one", "two"]));
        assert_eq!(foot.above(|| 7), 7);
        foot.replace(Vec::new());
    }
}

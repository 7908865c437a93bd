//! Lines at the foot of a terminal that are drawn anew in place, while other text scrolls by above.
//!
//! indicatif draws them; on what, is in `narrow`.

use std::sync::Arc;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Stream;
use super::narrow::{NarrowTerminal, Size, room};

/// Of the whole of a bar.
const PER_MILLE: u64 = 1000;

// All bars get their texts first, and are then drawn at once: as often as whoever gives them
// likes. indicatif shall draw none by itself.
const SELDOM: u8 = 1;

/// A line: a bar between two texts, or only a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct FootLine {
    pub(super) before: String,
    pub(super) bar: Option<FootBar>,
    pub(super) after: String,
}

/// How long a bar is between its brackets, and how many thousandths of it are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FootBar {
    pub(super) share: u64,
    pub(super) length: usize,
}

impl FootLine {
    pub(super) fn text(text: String) -> Self {
        Self { after: text, ..Self::default() }
    }

    fn style(&self) -> ProgressStyle {
        let template = match self.bar {
            Some(bar) => format!("{{prefix}}[{{bar:{}}}]{{msg}}", bar.length),
            None => "{prefix}{msg}".to_owned(),
        };
        // A template that can't be read falls back to indicatif's own.
        ProgressStyle::with_template(&template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> ")
    }
}

/// What stands at the foot now.
pub(super) struct Foot {
    bars: Vec<ProgressBar>,
    lines: Vec<FootLine>,
    all: MultiProgress,
    size: Size,
}

impl Foot {
    pub(super) fn new(out: Arc<Stream>, size: Size) -> Self {
        let terminal = Box::new(NarrowTerminal::new(out, Arc::clone(&size)));
        let target = ProgressDrawTarget::term_like_with_hz(terminal, SELDOM);
        let all = MultiProgress::with_draw_target(target);
        Self { bars: Vec::new(), lines: Vec::new(), all, size }
    }

    /// How long a line may be.
    pub(super) fn room(&self) -> usize {
        room((self.size)().0)
    }

    /// Takes the lines away while something else is printed where they stood.
    pub(super) fn above<T>(&self, print: impl FnOnce() -> T) -> T {
        self.all.suspend(print)
    }

    /// Puts other lines in their place; the same ones are not drawn again.
    pub(super) fn replace(&mut self, lines: Vec<FootLine>) {
        if lines == self.lines {
            return;
        }
        for gone in self.bars.drain(lines.len().min(self.bars.len())..) {
            self.all.remove(&gone);
        }
        while self.bars.len() < lines.len() {
            let hidden = ProgressDrawTarget::hidden();
            let bar = ProgressBar::with_draw_target(Some(PER_MILLE), hidden);
            self.bars.push(self.all.add(bar));
        }
        for (bar, line) in self.bars.iter().zip(&lines) {
            bar.set_style(line.style());
            // An empty bar has no head, but one that has begun has.
            bar.set_position(line.bar.map_or(0, |bar| bar.share.max(1)));
            bar.set_prefix(line.before.clone());
            bar.set_message(line.after.clone());
        }
        match self.bars.last() {
            Some(bar) => bar.force_draw(),
            // What it writes to reports no errors.
            None => self.all.clear().unwrap_or_default(),
        }
        self.lines = lines;
    }
}

#[cfg(test)]
pub(super) mod tests {
    use parking_lot::Mutex;
    use std::io::{self, Write};

    use super::super::printer::tests::Captured;
    use super::super::stream::lock;
    use super::*;

    /// A terminal; as much of one as indicatif needs.
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
                    // A terminal makes a whole line break of it.
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
            // Rows that were cleared below the cursor are as if they had never been.
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
        lines: impl Fn(usize) -> Vec<FootLine>,
    ) -> Vec<String> {
        let (mut foot, sent) = foot(columns);
        foot.replace(lines(foot.room()));
        screen(&sent.text(), columns)
    }

    fn foot(columns: usize) -> (Foot, Captured) {
        let sent = Captured::default();
        let stream = Arc::new(Stream::new(sent.clone()));
        (Foot::new(stream, Arc::new(move || (columns, 24))), sent)
    }

    fn lines(lines: &[&str]) -> Vec<FootLine> {
        lines.iter().map(|line| FootLine::text((*line).to_owned())).collect()
    }

    fn bar(share: u64) -> String {
        let bar = Some(FootBar { share, length: 10 });
        shown(40, |_| vec![FootLine { bar, ..FootLine::default() }]).concat()
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
        let mut foot = Foot::new(stream, Arc::new(move || (*lock(&now), 24)));
        let mut screen = Screen { columns: 40, ..Screen::default() };
        foot.replace(lines(&[&"x".repeat(30), "two"]));
        screen.send(&sent.text());
        let drawn = sent.text().len();
        // What was one row of 40 columns is two of 20.
        screen.make_narrower(20);
        *lock(&columns) = 20;
        let mut out = sent.clone();
        foot.above(|| out.write_all(b"between\r\n").unwrap());
        foot.replace(lines(&["1", "2"]));
        screen.send(&sent.text()[drawn..]);
        assert_eq!(screen.text(), ["between", "1", "2"]);
    }

    #[test]
    fn no_more_lines_are_drawn_than_the_terminal_has() {
        let (mut foot, sent) = foot(40);
        foot.replace(vec![FootLine::text("x".to_owned()); 30]);
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
        let mut foot = Foot::new(Arc::new(Stream::new(Gone)), Arc::new(|| (40, 24)));
        foot.replace(lines(&["one", "two"]));
        assert_eq!(foot.above(|| 7), 7);
        foot.replace(Vec::new());
    }

    #[test]
    fn a_bar_is_full_at_a_hundred_percent_and_not_before() {
        assert_eq!(bar(0), "[>         ]");
        assert_eq!(bar(500), "[=====>    ]");
        assert_eq!(bar(999), "[=========>]");
        assert_eq!(bar(1000), "[==========]");
        assert_eq!(bar(2000), "[==========]");
    }
}

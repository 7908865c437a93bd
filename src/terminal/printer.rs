//! Where data and talk go: data to stdout, all else to stderr, both cleaned.

use std::env;
use std::io::{self, IsTerminal as _, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indicatif::MultiProgress;
use serde::Serialize;

use super::clean::is_dangerous;
use super::{Ink, Table, clean, clean_lines, colour_allowed, terminal_width};

/// One of the two streams of a [`Printer`].
pub struct Stream {
    out: Mutex<Box<dyn Write + Send>>,
    terminal: bool,
    colour: bool,
    width: Option<usize>,
}

impl Stream {
    /// A stream that writes to `out`, without colour and without a width.
    #[must_use]
    pub fn new(out: impl Write + Send + 'static) -> Self {
        Self { out: Mutex::new(Box::new(out)), terminal: false, colour: false, width: None }
    }

    /// Says that the stream is a terminal; whether it gets colour depends on `TERM` and `NO_COLOR`.
    #[must_use]
    pub fn on_terminal(mut self) -> Self {
        let (term, no_color) = (env::var_os("TERM"), env::var_os("NO_COLOR"));
        self.terminal = true;
        self.colour = colour_allowed(true, term.as_deref(), no_color.as_deref());
        self.width = Some(terminal_width());
        self
    }

    fn write(&self, text: &str) -> io::Result<()> {
        let mut out = lock(&self.out);
        out.write_all(text.as_bytes())?;
        out.flush()
    }
}

/// Prints for one run. Clones print to the same streams.
#[derive(Clone)]
pub struct Printer(Arc<Streams>);

struct Streams {
    data: Stream,
    talk: Stream,
    // Set while bars are drawn: whatever else is printed goes above them.
    bars: Mutex<Option<MultiProgress>>,
}

impl Printer {
    /// A printer on the two streams.
    #[must_use]
    pub fn new(data: Stream, talk: Stream) -> Self {
        Self(Arc::new(Streams { data, talk, bars: Mutex::new(None) }))
    }

    /// A printer on this process's stdout and stderr.
    #[must_use]
    pub fn standard() -> Self {
        let (mut data, mut talk) = (Stream::new(io::stdout()), Stream::new(io::stderr()));
        if io::stdout().is_terminal() {
            data = data.on_terminal();
        }
        if io::stderr().is_terminal() {
            talk = talk.on_terminal();
        }
        Self::new(data, talk)
    }

    /// Text for stdout as it stands, line breaks included; none is added.
    ///
    /// # Errors
    /// As the stream reports it; see [`is_closed`].
    pub fn data(&self, text: &str) -> io::Result<()> {
        self.above_the_bars(|| self.0.data.write(&clean_lines(text))).map_err(|error| {
            match error.kind() {
                io::ErrorKind::BrokenPipe => io::Error::new(error.kind(), StdoutClosed),
                _ => error,
            }
        })
    }

    /// One line for stdout.
    ///
    /// # Errors
    /// As the stream reports it; see [`is_closed`].
    pub fn data_line(&self, text: &str) -> io::Result<()> {
        self.data(&format!("{}\n", clean(text)))
    }

    /// A table for stdout, no wider than the terminal if that is where it goes.
    ///
    /// # Errors
    /// As the stream reports it; see [`is_closed`].
    pub fn table(&self, table: &Table) -> io::Result<()> {
        self.data(&table.render(self.0.data.width))
    }

    /// JSON for stdout, indented. What a terminal might act on is escaped rather than taken out,
    /// so the reader gets the very same strings.
    ///
    /// # Errors
    /// As the stream reports it; see [`is_closed`].
    pub fn json(&self, value: &impl Serialize) -> io::Result<()> {
        use std::fmt::Write as _;
        let json = serde_json::to_string_pretty(value)?;
        let mut text = String::with_capacity(json.len() + 1);
        for c in json.chars() {
            if is_dangerous(c) && c != '\n' {
                // All of them lie in the basic plane. Writing to a String can't fail.
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            } else {
                text.push(c);
            }
        }
        text.push('\n');
        self.data(&text)
    }

    /// The title of what follows, for stderr.
    pub fn heading(&self, text: &str) {
        let colour = self.0.talk.colour;
        self.say(&Ink::Bold.paint(&clean(text), colour));
    }

    /// Something worth knowing, for stderr.
    pub fn note(&self, text: &str) {
        self.say(&clean_lines(text));
    }

    /// `warning: …`, for stderr.
    pub fn warning(&self, text: &str) {
        self.labelled("warning:", Ink::Yellow, text);
    }

    /// `hint: …`, for stderr: the next thing to type.
    pub fn hint(&self, text: &str) {
        self.labelled("hint:", Ink::Cyan, text);
    }

    /// `error: what happened`, its causes indented below, and the hint, for stderr.
    pub fn error<Cause: AsRef<str>>(&self, message: &str, causes: &[Cause], hint: Option<&str>) {
        self.labelled("error:", Ink::Red, message);
        for cause in causes {
            self.say(&format!("  {}", indented(cause.as_ref())));
        }
        if let Some(hint) = hint {
            self.hint(hint);
        }
    }

    /// A writer for log lines: cleaned, to stderr, above the bars.
    #[must_use]
    pub fn talk_writer(&self) -> TalkWriter {
        TalkWriter(self.clone())
    }

    /// Whether stderr is a terminal on which bars can be drawn.
    pub(super) fn can_draw(&self) -> bool {
        self.0.talk.terminal && env::var_os("TERM").is_none_or(|term| term != "dumb")
    }

    /// Sets, or with `None` ends, the bars that other lines have to stay above of.
    pub(super) fn set_bars(&self, bars: Option<MultiProgress>) {
        *lock(&self.0.bars) = bars;
    }

    fn labelled(&self, label: &str, ink: Ink, text: &str) {
        let label = ink.paint(label, self.0.talk.colour);
        self.say(&format!("{label} {}", indented(text)));
    }

    // A run doesn't end because nobody reads its talk any more.
    fn say(&self, cleaned: &str) {
        let _ = self.above_the_bars(|| self.0.talk.write(&format!("{cleaned}\n")));
    }

    fn above_the_bars<T>(&self, print: impl FnOnce() -> T) -> T {
        let bars = lock(&self.0.bars).clone();
        match bars {
            Some(bars) => bars.suspend(print),
            None => print(),
        }
    }
}

/// Whether a [`Printer`] failed because nobody reads its data any more, as in `… | head`. That is
/// no error to report: the program leaves without a word.
///
/// A pipe or connection that broke elsewhere is none of these.
#[must_use]
pub fn is_closed(error: &io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<StdoutClosed>()).is_some()
}

#[derive(Debug, thiserror::Error)]
#[error("stdout is closed")]
struct StdoutClosed;

/// Writes log lines through a [`Printer`].
pub struct TalkWriter(Printer);

impl Write for TalkWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.0.say(clean_lines(&text).trim_end_matches('\n'));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn indented(text: &str) -> String {
    clean_lines(text).trim_end().replace('\n', "\n  ")
}

// What these locks guard is whole after every statement, so a panic elsewhere spoils nothing.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What was written, for a test to read.
    #[derive(Clone, Default)]
    pub(in super::super) struct Captured(Arc<Mutex<Vec<u8>>>);

    impl Captured {
        pub(in super::super) fn text(&self) -> String {
            String::from_utf8(lock(&self.0).clone()).unwrap()
        }
    }

    impl Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            lock(&self.0).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    pub(in super::super) fn printer() -> (Printer, Captured, Captured) {
        let (data, talk) = (Captured::default(), Captured::default());
        (Printer::new(Stream::new(data.clone()), Stream::new(talk.clone())), data, talk)
    }

    #[test]
    fn data_and_talk_go_separate_ways() {
        let (printer, data, talk) = printer();
        printer.data_line("one\ntwo").unwrap();
        printer.data("three\nfour\n").unwrap();
        printer.note("five");
        printer.warning("six");
        assert_eq!(data.text(), "one two\nthree\nfour\n");
        assert_eq!(talk.text(), "five\nwarning: six\n");
    }

    #[test]
    fn an_error_has_its_causes_and_a_hint_and_no_blank_lines() {
        let (printer, _, talk) = printer();
        printer.error("can't sync", &["shop/web:v1", "denied\nfor you"], Some("docker login"));
        assert_eq!(
            talk.text(),
            "error: can't sync\n  shop/web:v1\n  denied\n  for you\nhint: docker login\n"
        );
    }

    #[test]
    fn colour_marks_the_label_only_and_text_can_not_bring_its_own() {
        let talk = Captured::default();
        let mut stream = Stream::new(talk.clone());
        stream.colour = true;
        let printer = Printer::new(Stream::new(io::sink()), stream);
        printer.hint("type \x1b[31mthis");
        assert_eq!(talk.text(), "\x1b[36mhint:\x1b[0m type this\n");
    }

    #[test]
    fn json_keeps_every_character_but_shows_none_that_acts() {
        let (printer, data, _) = printer();
        let wish = vec!["a\u{9b}31m\u{202e}\u{7f}\x1b"];
        printer.json(&wish).unwrap();
        assert!(!data.text().contains(['\u{9b}', '\u{202e}', '\u{7f}', '\x1b']));
        assert_eq!(serde_json::from_str::<Vec<String>>(&data.text()).unwrap(), wish);
    }

    #[test]
    fn a_closed_stdout_is_told_to_the_caller_and_a_closed_stderr_is_not() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let printer = Printer::new(Stream::new(Closed), Stream::new(Closed));
        assert!(is_closed(&printer.data_line("x").unwrap_err()));
        assert!(!is_closed(&io::ErrorKind::BrokenPipe.into()), "a connection broke, not stdout");
        printer.error("x", &["y"], None);
    }

    #[test]
    fn log_lines_are_cleaned() {
        let (printer, _, talk) = printer();
        printer.talk_writer().write_all(b"INFO \x1b[1mhost\x1b[0m answered\n").unwrap();
        assert_eq!(talk.text(), "INFO host answered\n");
    }
}

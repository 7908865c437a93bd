//! What goes where: data to stdout, messages to stderr, both cleaned.
//!
//! How a message looks is in `message`; what stays at the foot of the terminal in `foot`.

use parking_lot::Mutex;
use std::env;
use std::io::{self, IsTerminal as _, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use super::foot::Foot;
use super::message::{Level, Message, escaped};
use super::size::terminal_size;
use super::wrap::wrap;
use super::{Stream, Table, clean, clean_lines};
use crate::diagnostic::CommonError;
use crate::language::Lang;

/// Prints for one run. Clones print to the same streams.
#[derive(Clone)]
pub struct Printer(Arc<Streams>);

struct Streams {
    data: Stream,
    talk: Arc<Stream>,
    talks_json: AtomicBool,
    /// What explains errors, and which it has explained.
    lang: Mutex<(Lang, Vec<CommonError>)>,
    foot: Mutex<Bottom>,
}

/// What is held while anything is printed, so that lines come whole and in order.
struct Bottom {
    foot: Foot,
    is_over: bool,
}

impl Printer {
    /// A printer on the two streams.
    #[must_use]
    pub fn new(data: Stream, talk: Stream) -> Self {
        let (talk, talks_json) = (Arc::new(talk), AtomicBool::new(false));
        let foot = Foot::new(Arc::clone(&talk), Box::new(terminal_size));
        let foot = Mutex::new(Bottom { foot, is_over: false });
        let lang = Mutex::new((Lang::En, Vec::new()));
        Self(Arc::new(Streams { data, talk, talks_json, lang, foot }))
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
        self.above_the_foot(|| self.0.data.write(&clean_lines(text))).map_err(stdout_error)
    }

    /// Bytes for stdout: as they are in a file or a pipe; on a terminal without what it might act on.
    ///
    /// # Errors
    /// As the stream reports it; see [`is_closed`].
    pub fn bytes(&self, bytes: &[u8]) -> io::Result<()> {
        match self.0.data.width() {
            Some(_) => self.data(&String::from_utf8_lossy(bytes)),
            None => self.above_the_foot(|| self.0.data.write_bytes(bytes)).map_err(stdout_error),
        }
    }

    /// One line for stdout; on a terminal it is wrapped.
    ///
    /// # Errors
    /// As the stream reports it; see [`is_closed`].
    pub fn data_line(&self, text: &str) -> io::Result<()> {
        let line = clean(text);
        let line = self.0.data.width().map_or_else(|| line.to_string(), |width| wrap(&line, width));
        self.data(&(line + "\n"))
    }

    /// A table for stdout, no wider than the terminal if that is where it goes.
    ///
    /// # Errors
    /// As the stream reports it; see [`is_closed`].
    pub fn table(&self, table: &Table) -> io::Result<()> {
        self.data(&table.render(self.0.data.width()))
    }

    /// JSON for stdout, indented. What a terminal might act on is escaped, not removed: the reader
    /// gets the same strings.
    ///
    /// # Errors
    /// As the stream reports it; see [`is_closed`].
    pub fn json(&self, value: &impl Serialize) -> io::Result<()> {
        let mut text = escaped(&serde_json::to_string_pretty(value)?);
        text.push('\n');
        self.data(&text)
    }

    /// From now on each line of stderr is a JSON object, and [`Printer::event`] prints.
    pub fn talk_json(&self) {
        self.0.talks_json.store(true, Ordering::Relaxed);
    }

    /// From now on [`Printer::explain`] explains in this language.
    pub fn speak(&self, lang: Lang) {
        self.0.lang.lock().0 = lang;
    }

    /// A line of JSON for stderr after [`Printer::talk_json`]; nothing before.
    pub fn event(&self, event: &impl Serialize) {
        if self.talks_json() {
            let bottom = self.0.foot.lock();
            if !bottom.is_over {
                self.write_event(event);
            }
        }
    }

    /// Clears the foot of the terminal and draws it no more; after [`Printer::talk_json`], `last`
    /// is the last line.
    pub fn close(&self, last: &impl Serialize) {
        let mut bottom = self.0.foot.lock();
        bottom.foot.replace(Vec::new());
        if self.talks_json() && !bottom.is_over {
            self.write_event(last);
        }
        bottom.is_over = true;
    }

    /// The title of what follows, for stderr.
    pub fn heading(&self, text: &str) {
        self.say(&Message::new(Level::Heading, text));
    }

    /// Something worth knowing, for stderr.
    pub fn note(&self, text: &str) {
        self.say(&Message::new(Level::Note, text));
    }

    /// `warning: …`, for stderr.
    pub fn warning(&self, text: &str) {
        self.say(&Message::new(Level::Warning, text));
    }

    /// `hint: …`, for stderr: the next thing to type.
    pub fn hint(&self, text: &str) {
        self.say(&Message::new(Level::Hint, text));
    }

    /// `error: what happened`, its causes indented below, and the hint, for stderr.
    pub fn error<Cause: AsRef<str>>(&self, message: &str, causes: &[Cause], hint: Option<&str>) {
        self.say(&Message::new(Level::Error, message).with_causes(causes));
        if let Some(hint) = hint {
            self.hint(hint);
        }
    }

    /// Below an error and its hint, which are English: what it means and what to do, if another
    /// language is spoken. Each is explained once; machines are spared it.
    pub fn explain(&self, error: Option<CommonError>) {
        let Some(error) = error.filter(|_| !self.talks_json()) else { return };
        let explanation = {
            let (lang, told) = &mut *self.0.lang.lock();
            if told.contains(&error) {
                return;
            }
            told.push(error);
            lang.explains(error)
        };
        if let Some(text) = explanation {
            self.say(&Message::new(Level::Explanation, &text));
        }
    }

    /// A writer for log lines: cleaned, to stderr, above the foot.
    #[must_use]
    pub fn talk_writer(&self) -> TalkWriter {
        TalkWriter(self.clone())
    }

    /// Whether stderr is a terminal on which lines can be drawn in place.
    pub(super) fn can_draw(&self) -> bool {
        self.0.talk.terminal && env::var_os("TERM").is_none_or(|term| term != "dumb")
    }

    /// Puts lines at the foot of the terminal, in place of those that stand there; `lines` is
    /// given how long they may be. Everything else is printed above them.
    pub(super) fn set_foot(&self, lines: impl FnOnce(usize) -> Vec<String>) {
        let mut bottom = self.0.foot.lock();
        if !bottom.is_over {
            let lines = lines(bottom.foot.room());
            bottom.foot.replace(lines);
        }
    }

    fn say(&self, message: &Message) {
        if self.talks_json() {
            return self.event(message);
        }
        let text = message.as_text(self.0.talk.colour, self.0.talk.width());
        let _ = self.above_the_foot(|| self.0.talk.write(&text));
    }

    fn talks_json(&self) -> bool {
        self.0.talks_json.load(Ordering::Relaxed)
    }

    fn write_event(&self, event: &impl Serialize) {
        // Events are plain structures, which always serialise.
        if let Ok(json) = serde_json::to_string(event) {
            let _ = self.0.talk.write(&(escaped(&json) + "\n"));
        }
    }

    fn above_the_foot<T>(&self, print: impl FnOnce() -> T) -> T {
        self.0.foot.lock().foot.above(print)
    }
}

/// Whether a [`Printer`] failed because its reader is gone, as in `… | head`. That is
/// no error to report: the program exits silently.
///
/// A pipe or connection that broke elsewhere is none of these.
#[must_use]
pub fn is_closed(error: &io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<StdoutClosed>()).is_some()
}

/// Turns a reader that is gone into success: for commands whose exit code says more.
///
/// # Errors
/// Those of a [`Printer`] that are not [`is_closed`].
pub fn unless_closed(printed: io::Result<()>) -> io::Result<()> {
    printed.or_else(|error| if is_closed(&error) { Ok(()) } else { Err(error) })
}

fn stdout_error(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::BrokenPipe => io::Error::new(error.kind(), StdoutClosed),
        kind => io::Error::new(kind, StdoutFailed(error)),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("stdout is closed")]
struct StdoutClosed;

#[derive(Debug, thiserror::Error)]
#[error("stdout can't be written: {0}")]
struct StdoutFailed(io::Error);

/// Writes log lines through a [`Printer`].
pub struct TalkWriter(Printer);

impl Write for TalkWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.0.say(&Message::new(Level::Log, &text));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::foot::tests::screen;
    use super::*;

    /// What was written, for a test to read.
    #[derive(Clone, Default)]
    pub(in super::super) struct Captured(Arc<Mutex<Vec<u8>>>);

    impl Captured {
        pub(in super::super) fn text(&self) -> String {
            String::from_utf8(self.0.lock().clone()).unwrap()
        }
    }

    impl Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().write(bytes)
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
    fn an_error_and_its_hint_are_two_things_said() {
        let (printer, _, talk) = printer();
        printer.error("can't sync", &["denied"], Some("docker login"));
        assert_eq!(talk.text(), "error: can't sync\n  denied\nhint: docker login\n");
    }

    #[test]
    fn an_error_is_explained_once_and_to_people_who_do_not_read_english_alone() {
        let (printer, _, talk) = printer();
        printer.explain(Some(CommonError::Quota));
        assert_eq!(talk.text(), "");
        let (printer, _, talk) = self::printer();
        printer.speak(Lang::Zh);
        printer.explain(None);
        printer.explain(Some(CommonError::Quota));
        printer.explain(Some(CommonError::Quota));
        assert!(talk.text().starts_with("说明: 配额已用完。"), "{}", talk.text());
        assert_eq!(talk.text().lines().count(), 1);
        let (printer, _, talk) = self::printer();
        printer.speak(Lang::Zh);
        printer.talk_json();
        printer.explain(Some(CommonError::Quota));
        assert_eq!(talk.text(), "");
    }

    #[test]
    fn for_machines_every_line_of_talk_is_json_and_nothing_follows_the_last() {
        let (printer, data, talk) = printer();
        printer.event(&["for people this is nothing"]);
        printer.talk_json();
        printer.error("can't\x1b[1m sync", &["a\nb"], Some("docker login"));
        printer.talk_writer().write_all(b"INFO host answered\n").unwrap();
        printer.data_line("data stays as it is").unwrap();
        printer.close(&["the end"]);
        printer.note("too late");
        let lines: Vec<serde_json::Value> =
            talk.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let message =
            |level, text| serde_json::json!({"type": "message", "level": level, "text": text});
        let mut error = message("error", "can't sync");
        error["causes"] = serde_json::json!(["a\nb"]);
        assert_eq!(
            lines,
            [
                error,
                message("hint", "docker login"),
                message("log", "INFO host answered"),
                serde_json::json!(["the end"])
            ]
        );
        assert_eq!(data.text(), "data stays as it is\n");
    }

    #[test]
    fn text_goes_above_the_foot_and_the_foot_is_gone_at_the_end() {
        let (printer, _, talk) = printer();
        printer.set_foot(|_| vec!["[==>  ]".to_owned()]);
        printer.note("hello");
        assert_eq!(screen(&talk.text(), 80), ["hello", "[==>  ]"]);
        printer.close(&());
        printer.set_foot(|_| vec!["too late".to_owned()]);
        assert_eq!(screen(&talk.text(), 80), ["hello", ""]);
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
        assert!(unless_closed(printer.data_line("x")).is_ok());
        assert!(unless_closed(Err(io::ErrorKind::BrokenPipe.into())).is_err());
        printer.error("x", &["y"], None);
    }

    #[test]
    fn log_lines_are_cleaned() {
        let (printer, _, talk) = printer();
        printer.talk_writer().write_all(b"INFO \x1b[1mhost\x1b[0m answered\n").unwrap();
        assert_eq!(talk.text(), "INFO host answered\n");
    }
}

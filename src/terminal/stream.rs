//! One of the two streams of a printer.

use parking_lot::Mutex;
use std::env;
use std::io::{self, Write};

use super::{colour_allowed, terminal_width};

/// One of the two streams of a [`Printer`](super::Printer).
pub struct Stream {
    out: Mutex<Box<dyn Write + Send>>,
    pub(super) terminal: bool,
    pub(super) colour: bool,
}

impl Stream {
    /// A stream that writes to `out`, without colour and without a width.
    #[must_use]
    pub fn new(out: impl Write + Send + 'static) -> Self {
        Self { out: Mutex::new(Box::new(out)), terminal: false, colour: false }
    }

    /// Says that the stream is a terminal; whether it gets colour depends on `TERM` and `NO_COLOR`.
    #[must_use]
    pub fn on_terminal(mut self) -> Self {
        let (term, no_color) = (env::var_os("TERM"), env::var_os("NO_COLOR"));
        self.terminal = true;
        self.colour = colour_allowed(true, term.as_deref(), no_color.as_deref());
        self
    }

    /// The columns at this moment, if it is a terminal.
    pub(super) fn width(&self) -> Option<usize> {
        self.terminal.then(terminal_width)
    }

    pub(super) fn write(&self, text: &str) -> io::Result<()> {
        self.write_bytes(text.as_bytes())
    }

    pub(super) fn write_bytes(&self, bytes: &[u8]) -> io::Result<()> {
        let mut out = self.out.lock();
        out.write_all(bytes)?;
        out.flush()
    }
}

//! How far a run has come: bars on a terminal, elsewhere a line every few seconds.

mod count;
mod display;

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::Printer;
use count::{Counters, Rate};
use display::Display;

pub use count::{ItemKind, Totals};

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProgressMode {
    /// Bars if stderr is a terminal, lines if not.
    #[default]
    Auto,
    /// A line every five seconds, wherever it goes.
    Plain,
    /// Nothing.
    None,
}

// Often enough to look alive, rare enough to cost nothing.
const REDRAW: Duration = Duration::from_millis(150);
const LINE: Duration = Duration::from_secs(5);

/// Progress of one run. All methods take `&self`, from any thread; counting takes no lock.
///
/// Dropping it finishes it.
pub struct Progress {
    counters: Arc<Counters>,
    printer: Printer,
    ticker: Mutex<Option<(Sender<()>, JoinHandle<()>)>>,
}

impl Progress {
    /// Starts to show progress towards `totals` on `printer`'s stderr.
    #[must_use]
    pub fn new(mode: ProgressMode, totals: Totals, printer: &Printer) -> Self {
        match mode {
            ProgressMode::None => Self::start(None, LINE, totals, printer),
            ProgressMode::Auto if printer.can_draw() => {
                Self::start(Some(Display::bars(printer)), REDRAW, totals, printer)
            }
            ProgressMode::Auto | ProgressMode::Plain => {
                Self::start(Some(Display::lines(printer)), LINE, totals, printer)
            }
        }
    }

    fn start(
        display: Option<Display>,
        period: Duration,
        totals: Totals,
        printer: &Printer,
    ) -> Self {
        let counters = Arc::new(Counters::new(totals));
        let ticker = display.and_then(|display| tick(display, period, Arc::clone(&counters)));
        Self { counters, printer: printer.clone(), ticker: Mutex::new(ticker) }
    }

    /// Bytes have crossed from one side to the other.
    pub fn bytes(&self, count: u64) {
        self.counters.crossed(count);
    }

    /// Bytes of the plan need not cross: the target has them, or mounted them.
    pub fn mounted(&self, bytes: u64) {
        self.counters.mounted(bytes);
    }

    /// An item of the plan is done.
    pub fn item(&self, kind: ItemKind) {
        self.counters.item(kind);
    }

    /// Prints a line above the bars.
    pub fn message(&self, text: &str) {
        self.printer.note(text);
    }

    /// Shows `note` behind the counts until another takes its place, such as the name of a host
    /// that asks for patience. An empty one takes it away.
    pub fn set_note(&self, note: &str) {
        self.counters.set_note(note);
    }

    /// Takes the bars away and stops counting time.
    pub fn finish(&self) {
        let ticker = self.ticker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((wake, thread)) = ticker {
            drop(wake);
            // A display that panicked has shown its last; the run itself is not touched.
            let _ = thread.join();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

// A thread, not a task: it has to go on while the runtime is busy. It ends when the sender is
// dropped. Without it a run goes on unseen.
fn tick(
    display: Display,
    period: Duration,
    counters: Arc<Counters>,
) -> Option<(Sender<()>, JoinHandle<()>)> {
    let (wake, woken) = channel::<()>();
    let show = move || {
        let mut rate = Rate::default();
        while woken.recv_timeout(period) == Err(RecvTimeoutError::Timeout) {
            display.show(&counters.snapshot(&mut rate));
        }
        display.end();
    };
    let thread = std::thread::Builder::new().name("progress".to_owned()).spawn(show).ok()?;
    Some((wake, thread))
}

#[cfg(test)]
mod tests {
    use super::super::printer::tests::printer;
    use super::*;

    const TAGS: Totals = Totals { items: 10, noun: "tags", bytes: Some(1000) };

    #[test]
    fn a_run_shorter_than_the_first_line_shows_nothing() {
        let (printer, data, talk) = printer();
        let progress = Progress::new(ProgressMode::Auto, TAGS, &printer);
        progress.bytes(10);
        progress.item(ItemKind::Copied);
        progress.finish();
        progress.finish();
        assert_eq!((data.text(), talk.text()), (String::new(), String::new()));
    }

    #[test]
    fn without_a_terminal_a_line_comes_each_period_until_it_is_finished() {
        let (printer, _, talk) = printer();
        let period = Duration::from_millis(5);
        let progress = Progress::start(Some(Display::lines(&printer)), period, TAGS, &printer);
        progress.item(ItemKind::Copied);
        progress.message("shop/web is large");
        while !talk.text().contains("1 of 10 tags") {
            std::thread::sleep(period);
        }
        progress.finish();
        let text = talk.text();
        assert!(text.starts_with("shop/web is large\n") || text.contains("\nshop/web is large\n"));
        std::thread::sleep(period * 4);
        assert_eq!(talk.text(), text, "nothing is shown after the end");
    }

    #[test]
    fn messages_are_shown_even_if_progress_is_not() {
        let (printer, _, talk) = printer();
        Progress::new(ProgressMode::None, TAGS, &printer).message("hello");
        assert_eq!(talk.text(), "hello\n");
    }
}

//! How far a run has come: bars on a terminal, elsewhere a line every few seconds, JSON for
//! machines.
//!
//! `count` counts, `tally` and `pace` calculate, `snapshot` is the state at one moment; `words` and
//! `bars` show it to people, `feed` to machines.

mod bars;
mod blobs;
mod count;
mod feed;
mod hosts;
mod pace;
mod snapshot;
mod tally;
mod words;

use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::Printer;
use count::Counters;
use snapshot::{Snapshot, Watcher};

pub use count::{ItemKind, Totals};
pub use hosts::HostLoad;
pub use snapshot::AskHosts;

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ProgressMode {
    /// Bars on a terminal, lines elsewhere
    #[default]
    Auto,
    /// A line every five seconds
    Plain,
    /// For programs: each line of stderr is a JSON object
    Json,
    /// Nothing
    None,
}

/// Progress of one run. All methods take `&self`, from any thread; counting bytes takes no lock.
///
/// Dropping it finishes it.
pub struct Progress {
    counters: Arc<Counters>,
    ticker: Mutex<Option<(Sender<()>, JoinHandle<()>)>>,
}

impl Progress {
    /// Starts to show progress towards `totals` on `printer`'s stderr. `hosts` is asked each time
    /// for the requests of each host.
    #[must_use]
    pub fn new(mode: ProgressMode, totals: Totals, hosts: AskHosts, printer: &Printer) -> Self {
        let display = Display::of(mode, printer);
        if display == Some(Display::Json) {
            printer.talk_json();
            printer.event(&feed::Start::of(&totals));
        }
        let period = display.map(Display::period).unwrap_or_default();
        Self::start(display, period, totals, hosts, printer)
    }

    fn start(
        display: Option<Display>,
        period: Duration,
        totals: Totals,
        hosts: AskHosts,
        printer: &Printer,
    ) -> Self {
        let counters = Arc::new(Counters::new(totals));
        let ticker = display.and_then(|display| {
            let watcher = Watcher::new(hosts);
            tick(display, period, watcher, Arc::clone(&counters), printer.clone())
        });
        Self { counters, ticker: Mutex::new(ticker) }
    }

    /// Bytes have crossed from one side to the other.
    pub fn bytes(&self, count: u64) {
        self.counters.crossed(count);
    }

    /// Bytes need not cross: the target took them from another of its repositories.
    pub fn mounted(&self, bytes: u64) {
        self.counters.mounted(bytes);
    }

    /// Bytes need not cross: the target had them.
    pub fn present(&self, bytes: u64) {
        self.counters.present(bytes);
    }

    /// An item of the plan is done. `planned` are its bytes in the plan's total, `moved` those
    /// that the methods above were given while it was under way.
    pub fn item(&self, kind: ItemKind, planned: u64, moved: u64) {
        self.counters.item(kind, planned, moved);
    }

    /// A blob of repository `name` begins to move, or again if its `id` is known. It gets a
    /// line of its own if it is large and takes long.
    pub fn blob_started(&self, id: u64, name: &str, digest: &str, size: u64) {
        self.counters.blobs.started(id, name, digest, size);
    }

    /// So many bytes more of a blob have moved.
    pub fn blob_moved(&self, id: u64, bytes: u64) {
        self.counters.blobs.moved(id, bytes);
    }

    /// A blob no longer moves, whatever the reason.
    pub fn blob_ended(&self, id: u64) {
        self.counters.blobs.ended(id);
    }

    /// Takes the bars away and stops counting time.
    pub fn finish(&self) {
        let ticker = self.ticker.lock().take();
        if let Some((wake, thread)) = ticker {
            drop(wake);
            // If the display panicked, the run goes on without it.
            let _ = thread.join();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

/// The ways to show a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Display {
    Bars,
    Lines,
    Json,
}

impl Display {
    fn of(mode: ProgressMode, printer: &Printer) -> Option<Self> {
        match mode {
            ProgressMode::Auto if printer.can_draw() => Some(Self::Bars),
            ProgressMode::Auto | ProgressMode::Plain => Some(Self::Lines),
            ProgressMode::Json => Some(Self::Json),
            ProgressMode::None => None,
        }
    }

    fn period(self) -> Duration {
        match self {
            // Often enough to look alive, rare enough to cost nothing.
            Self::Bars => Duration::from_millis(150),
            Self::Lines => Duration::from_secs(5),
            Self::Json => Duration::from_secs(1),
        }
    }

    fn show(self, now: &Snapshot, printer: &Printer) {
        match self {
            Self::Bars => printer.set_foot(|width| bars::lines(now, width)),
            Self::Lines => printer.note(&words::line(now)),
            Self::Json => printer.event(&feed::Moment::of(now)),
        }
    }

    fn end(self, now: &Snapshot, printer: &Printer) {
        match self {
            Self::Bars => printer.set_foot(|_| Vec::new()),
            Self::Lines => {}
            // Programs that add up need the last numbers, too.
            Self::Json => printer.event(&feed::Moment::of(now)),
        }
    }
}

// A thread, not a task: it has to go on while the runtime is busy. It ends when the sender is
// dropped. If it can't be started, the run goes on without progress.
fn tick(
    display: Display,
    period: Duration,
    mut watcher: Watcher,
    counters: Arc<Counters>,
    printer: Printer,
) -> Option<(Sender<()>, JoinHandle<()>)> {
    let (wake, woken) = channel::<()>();
    let show = move || {
        while woken.recv_timeout(period) == Err(RecvTimeoutError::Timeout) {
            display.show(&watcher.look(&counters), &printer);
        }
        display.end(&watcher.look(&counters), &printer);
    };
    let thread = std::thread::Builder::new().name("progress".to_owned()).spawn(show).ok()?;
    Some((wake, thread))
}

#[cfg(test)]
mod tests {
    use super::super::foot::tests::screen;
    use super::super::printer::tests::printer;
    use super::*;

    const TAGS: Totals = Totals { items: 10, noun: "tags", failed: "failed", bytes: Some(1000) };

    fn nobody() -> AskHosts {
        Box::new(Vec::new)
    }

    #[test]
    fn a_run_shorter_than_the_first_line_shows_nothing() {
        let (printer, data, talk) = printer();
        let progress = Progress::new(ProgressMode::Auto, TAGS, nobody(), &printer);
        progress.bytes(10);
        progress.item(ItemKind::Copied, 10, 10);
        progress.finish();
        progress.finish();
        assert_eq!((data.text(), talk.text()), (String::new(), String::new()));
    }

    #[test]
    fn without_a_terminal_a_line_comes_each_period_until_it_is_finished() {
        let (printer, _, talk) = printer();
        let period = Duration::from_millis(5);
        let progress = Progress::start(Some(Display::Lines), period, TAGS, nobody(), &printer);
        progress.item(ItemKind::Copied, 10, 10);
        while !talk.text().contains("1 of 10 tags: 1 copied; 10 B of 1000 B") {
            std::thread::sleep(period);
        }
        progress.finish();
        let text = talk.text();
        std::thread::sleep(period * 4);
        assert_eq!(talk.text(), text, "nothing is shown after the end");
    }

    #[test]
    fn bars_are_drawn_in_place_and_gone_at_the_end() {
        let (printer, _, talk) = printer();
        let period = Duration::from_millis(5);
        let progress = Progress::start(Some(Display::Bars), period, TAGS, nobody(), &printer);
        progress.bytes(500);
        while !talk.text().contains("50%  500 B of 1000 B") {
            std::thread::sleep(period);
        }
        progress.finish();
        assert_eq!(screen(&talk.text(), 80), [""]);
    }

    #[test]
    fn machines_get_the_first_and_the_last_numbers_of_the_shortest_run() {
        let (printer, _, talk) = printer();
        let progress = Progress::new(ProgressMode::Json, TAGS, nobody(), &printer);
        progress.item(ItemKind::Copied, 10, 10);
        progress.finish();
        let lines: Vec<serde_json::Value> =
            talk.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((&lines[0]["type"], &lines[0]["bytes"]), (&"start".into(), &1000.into()));
        let last = lines.last().unwrap();
        assert_eq!((&last["type"], &last["items"]["copied"]), (&"progress".into(), &1.into()));
    }

    #[test]
    fn whoever_wants_none_gets_none() {
        let (printer, _, talk) = printer();
        let period = Duration::from_millis(1);
        let display = Display::of(ProgressMode::None, &printer);
        let progress = Progress::start(display, period, TAGS, nobody(), &printer);
        std::thread::sleep(period * 20);
        progress.finish();
        assert_eq!(talk.text(), "");
    }
}

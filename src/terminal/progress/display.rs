//! The two ways to show a snapshot, and its words.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::super::{Printer, human_bytes, human_count, human_duration};
use super::count::Snapshot;

pub(super) struct Display {
    printer: Printer,
    bars: Option<Bars>,
}

struct Bars {
    bytes: ProgressBar,
    counts: ProgressBar,
}

impl Display {
    pub(super) fn lines(printer: &Printer) -> Self {
        Self { printer: printer.clone(), bars: None }
    }

    pub(super) fn bars(printer: &Printer) -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let bar = |template| {
            // A template that can't be read falls back to indicatif's own.
            let style = ProgressStyle::with_template(template)
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            all.add(ProgressBar::new(0).with_style(style.progress_chars("=> ")))
        };
        let bars =
            Bars { bytes: bar("[{bar:24}] {percent:>3}%  {wide_msg}"), counts: bar("{wide_msg}") };
        printer.set_bars(Some(all));
        Self { printer: printer.clone(), bars: Some(bars) }
    }

    pub(super) fn show(&self, now: &Snapshot) {
        let Some(bars) = &self.bars else {
            let (counts, bytes) = (counts(now), bytes(now));
            return self.printer.note(&format!("{counts}; {bytes}"));
        };
        // Without an estimate, or past it, the items tell how far it is.
        let (done, total) = match now.bytes_total() {
            Some(total) => (now.bytes_done(), total),
            None => (now.items_done(), now.totals.items.max(now.items_done())),
        };
        bars.bytes.set_length(total);
        bars.bytes.set_position(done);
        bars.bytes.set_message(bytes(now));
        bars.counts.set_message(counts(now));
    }

    pub(super) fn end(&self) {
        if let Some(bars) = &self.bars {
            bars.bytes.finish_and_clear();
            bars.counts.finish_and_clear();
            self.printer.set_bars(None);
        }
    }
}

fn counts(now: &Snapshot) -> String {
    use std::fmt::Write as _;
    let (done, all) = (human_count(now.items_done()), human_count(now.totals.items));
    let mut text = format!("{done} of {all} {}", now.totals.noun);
    let mut separator = ": ";
    for (word, count) in now.items.into_iter().filter(|&(_, count)| count > 0) {
        // Writing to a String can't fail.
        let _ = write!(text, "{separator}{} {word}", human_count(count));
        separator = ", ";
    }
    if !now.note.is_empty() {
        let _ = write!(text, " ({})", now.note);
    }
    text
}

fn bytes(now: &Snapshot) -> String {
    let mut text = human_bytes(now.bytes_done());
    if let Some(total) = now.bytes_total() {
        text = format!("{text} of {}", human_bytes(total));
    }
    if now.mounted > 0 {
        text = format!("{text} ({} already there)", human_bytes(now.mounted));
    }
    if let Some(rate) = now.per_second {
        text = format!("{text}, {}/s", human_bytes(rate));
    }
    if let Some(left) = now.time_left() {
        text = format!("{text}, {} left", human_duration(left));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::count::{Counters, ItemKind, Rate, Totals};
    use super::*;

    const GIB: u64 = 1 << 30;

    fn snapshot(bytes: Option<u64>) -> Snapshot {
        let counters = Counters::new(Totals { items: 1234, noun: "tags", bytes });
        for _ in 0..3 {
            counters.item(ItemKind::Copied);
        }
        counters.item(ItemKind::Failed);
        counters.crossed(GIB);
        counters.snapshot(&mut Rate::default())
    }

    #[test]
    fn counts_name_only_what_happened() {
        let mut now = snapshot(None);
        assert_eq!(counts(&now), "4 of 1,234 tags: 3 copied, 1 failed");
        now.note = "ccr.ccs.tencentyun.com asks for patience".into();
        assert!(counts(&now).ends_with("1 failed (ccr.ccs.tencentyun.com asks for patience)"));
    }

    #[test]
    fn bytes_show_rate_and_time_left() {
        let mut now = snapshot(Some(40 * GIB));
        now.per_second = Some(39 << 20);
        assert_eq!(bytes(&now), "1.0 GiB of 40.0 GiB, 39.0 MiB/s, 17m 4s left");
        now.mounted = GIB;
        assert!(bytes(&now).starts_with("2.0 GiB of 40.0 GiB (1.0 GiB already there), "));
    }

    #[test]
    fn more_bytes_than_expected_do_not_look_broken() {
        let mut now = snapshot(Some(GIB / 2));
        now.per_second = Some(GIB);
        assert_eq!(bytes(&now), "1.0 GiB, 1.0 GiB/s");
        assert_eq!(now.bytes_total(), None);
    }

    #[test]
    fn a_stalled_run_promises_nothing() {
        let mut now = snapshot(Some(2 * GIB));
        now.per_second = Some(0);
        assert_eq!(bytes(&now), "1.0 GiB of 2.0 GiB, 0 B/s");
    }
}

//! A snapshot as lines for the foot of a terminal of any width. How they are drawn is in `foot`.

use super::blobs::Blob;
use super::snapshot::Snapshot;
use super::words;
use crate::diagnostic::human_bytes;
use crate::terminal::wrap::{Piece, fill};

const BAR: usize = 24;
const SHORTEST_BAR: usize = 10;
const BLOB_BAR: usize = 20;

/// The lines: the run as a whole first, blobs under way last. Lines are broken at `width`, and cut
/// where even a phrase is longer.
pub(super) fn lines(now: &Snapshot, width: usize) -> Vec<String> {
    let mut lines = whole(now, width);
    let not_moved = words::not_moved(now).map(|text| format!("; {text}")).unwrap_or_default();
    let texts = std::iter::once(words::counts(now) + &not_moved).chain(words::hosts(now));
    lines.extend(texts.flat_map(|text| wrapped(&text, width)));
    lines.extend(now.blobs.iter().map(|blob| of_blob(blob, width)));
    lines
}

/// `[===>        ]  30%  12.1 GiB of 40.2 GiB, 85.0 MiB/s, 5m 31s left`
fn whole(now: &Snapshot, width: usize) -> Vec<String> {
    let percent = format!(" {:>3}%", now.share / 10);
    let parts = [words::bytes(now), words::rate(now), words::time_left(now)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let text = parts.join(", ");
    // Brackets, percentage, and two spaces before the text.
    let beside = width.saturating_sub(2 + percent.len() + 2 + text.len());
    if beside >= SHORTEST_BAR {
        let line = format!("{}{percent}  {text}", bar(now.share, beside.min(BAR)));
        return vec![line.trim_end().to_owned()];
    }
    let alone = width.saturating_sub(2 + percent.len());
    let mut lines = vec![match alone >= SHORTEST_BAR {
        true => bar(now.share, alone.min(BAR)) + &percent,
        false => percent.trim_start().to_owned(),
    }];
    lines.extend(wrapped(&text, width));
    lines
}

/// `shop/web  sha256:1a2b3c4d5e6f  [====>     ] 210 MiB of 512 MiB`, or as much of it as fits.
fn of_blob(blob: &Blob, width: usize) -> String {
    // As wide as the longest number, so that nothing shifts while it grows.
    let widest = words::blob(blob).len() - human_bytes(blob.moved).len() + "1023 MiB".len();
    let text = format!("{:>widest$}", words::blob(blob));
    let names = [format!("{}  {}  ", blob.name, blob.digest), format!("{}  ", blob.name)];
    let beside_a_bar = names.into_iter().find(|name| {
        // Brackets, and a space before the text.
        name.len() + 2 + BLOB_BAR + 1 + text.len() <= width
    });
    if let Some(before) = beside_a_bar {
        let share = u128::from(blob.moved) * 1000 / u128::from(blob.size.max(1));
        let share = u64::try_from(share).unwrap_or(1000);
        return format!("{before}{} {text}", bar(share, BLOB_BAR));
    }
    let room = width.saturating_sub(2 + text.len());
    format!("{}  {text}", shortened(&blob.name, room))
}

/// `[=====>    ]`, `share` in thousandths. An empty bar has a head, a full one has none.
fn bar(share: u64, length: usize) -> String {
    let filled = usize::try_from(share.min(1000)).unwrap_or(1000) * length / 1000;
    let head = if filled < length { ">" } else { "" };
    format!("[{:<length$}]", "=".repeat(filled) + head)
}

/// Breaks behind commas and their like.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let ends = text.match_indices([',', ';', ':']).map(|(end, _)| end + 1);
    let ends = ends.filter(|end| text[*end..].starts_with(' ')).chain([text.len()]);
    let mut start = 0;
    let phrases = ends.map(|end| text[std::mem::replace(&mut start, end)..end].trim());
    fill(phrases.map(Piece::word), width, "")
}

/// The end of a name says more than its beginning does.
fn shortened(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let end = text.chars().skip(length + 1 - width.max(1));
    std::iter::once('…').chain(end).take(width).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::blobs::Blobs;
    use super::super::hosts::HostLoad;
    use super::super::snapshot::tests::{MIB, in_the_middle};
    use super::*;
    use crate::terminal::foot::tests::shown;

    fn with_a_blob() -> Snapshot {
        let blobs = Blobs::default();
        blobs.started(1, "shop/web", "sha256:1a2b3c4d5e6f", 512 * MIB);
        blobs.moved(1, 210 * MIB);
        let later = std::time::Instant::now() + Duration::from_secs(5);
        Snapshot { blobs: blobs.shown(later), ..in_the_middle() }
    }

    #[test]
    fn a_terminal_of_eighty_columns_shows_all_in_a_few_lines() {
        let mut now = with_a_blob();
        now.hosts = vec![HostLoad {
            host: "ccr.ccs.tencentyun.com".to_owned(),
            requests: 1311,
            retries: 14,
            throttled: 3,
            pause: Duration::from_secs(12),
        }];
        now.retrying = vec!["ccr.ccs.tencentyun.com".to_owned()];
        assert_eq!(
            shown(80, |width| lines(&now, width)),
            [
                "[======>                ]  30%  12.1 GiB of 40.2 GiB, 85.0 MiB/s, 5m 31s left",
                "1,204 of 4,002 tags: 1,190 copied, 12 equal, 2 failed; 3.1 GiB not moved",
                "ccr.ccs.tencentyun.com is throttling: waiting 12s",
                "ccr.ccs.tencentyun.com: 14 requests retried",
                "shop/web  sha256:1a2b3c4d5e6f  [========>           ]  210 MiB of 512 MiB",
            ]
        );
    }

    #[test]
    fn a_narrow_terminal_gets_more_lines_and_loses_nothing_that_counts() {
        let now = with_a_blob();
        assert_eq!(
            shown(40, |width| lines(&now, width)),
            [
                "[=======>                ]  30%",
                "12.1 GiB of 40.2 GiB, 85.0 MiB/s,",
                "5m 31s left",
                "1,204 of 4,002 tags: 1,190 copied,",
                "12 equal, 2 failed; 3.1 GiB not moved",
                "shop/web   210 MiB of 512 MiB",
            ]
        );
    }

    #[test]
    fn no_line_ever_reaches_the_last_columns() {
        let now = with_a_blob();
        for columns in 5..300 {
            for line in shown(columns, |width| lines(&now, width)) {
                assert!(line.chars().count() + "^C".len() < columns, "{columns}: {line}");
            }
        }
    }

    #[test]
    fn a_long_name_is_cut_in_front() {
        assert_eq!(shortened("platform/deep/worker", 10), "…ep/worker");
        assert_eq!(shortened("web", 10), "web");
        assert_eq!(shortened("web", 0), "");
    }

    #[test]
    fn a_bar_is_full_at_a_hundred_percent_and_not_before() {
        assert_eq!(bar(0, 10), "[>         ]");
        assert_eq!(bar(500, 10), "[=====>    ]");
        assert_eq!(bar(999, 10), "[=========>]");
        assert_eq!(bar(1000, 10), "[==========]");
        assert_eq!(bar(2000, 10), "[==========]");
    }
}

//! A bar of how many are done, kept and left.

use maud::{Markup, html};

use crate::diagnostic::human_count;
use crate::language::Lang;
use crate::page::entry::Counts;

/// What is there is seen, however small its part: in hundredths of a percent.
const LEAST: u64 = 60;

const WHOLE: u64 = 10_000;

/// The bar of these, as long as its place.
pub(super) fn of(counts: Counts, lang: Lang) -> Markup {
    in_all(counts, counts.total(), lang)
}

/// The same as a part of `total`; the rest stays empty.
pub(super) fn in_all(counts: Counts, total: u64, lang: Lang) -> Markup {
    let parts = widths([counts.done, counts.kept, counts.open, counts.failed], total);
    let rects = ["done", "kept", "open", "failed"].into_iter().zip(parts).scan(0, |end, one| {
        let (class, width) = one;
        *end += width;
        Some((class, *end - width, width))
    });
    html! {
        svg.bar role="img" aria-label=(label(counts, lang)) {
            @for (class, at, width) in rects.filter(|(_, _, width)| *width > 0) {
                rect class=(class) x=(percent(at)) width=(percent(width)) height="100%" {}
            }
        }
    }
}

fn label(counts: Counts, lang: Lang) -> String {
    let Counts { done, kept, .. } = counts;
    let [done, kept, left] = [done, kept, counts.left()].map(human_count);
    match lang {
        Lang::En => format!("{done} done, {kept} kept, {left} left"),
        Lang::Zh => format!("完成 {done}，保留 {kept}，未完成 {left}"),
    }
}

/// In hundredths of a percent, each that is there at least [`LEAST`], all together no more than the
/// whole.
fn widths(parts: [u64; 4], total: u64) -> [u64; 4] {
    // After an earlier run there may have been more: a later one may list an image once less.
    let total = total.max(parts.iter().sum());
    if total == 0 {
        return [0; 4];
    }
    let share = |part: u64| u128::from(part) * u128::from(WHOLE) / u128::from(total);
    let mut widths = parts.map(|part| match part {
        0 => 0,
        _ => u64::try_from(share(part)).unwrap_or(WHOLE).max(LEAST),
    });
    let over = widths.iter().sum::<u64>().saturating_sub(WHOLE);
    if let Some(largest) = widths.iter_mut().max() {
        *largest -= over;
    }
    widths
}

fn percent(hundredths: u64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_hundred_thousand_is_seen_and_the_bar_is_no_longer_for_it() {
        assert_eq!(widths([99_999, 0, 0, 1], 100_000), [9940, 0, 0, 60]);
        assert_eq!(widths([1, 1, 1, 1], 4), [2500; 4]);
        assert_eq!(widths([1, 0, 0, 0], 2), [5000, 0, 0, 0]);
        assert_eq!(widths([0; 4], 0), [0; 4]);
        assert_eq!(widths([2, 1, 1, 0], 1), [5000, 2500, 2500, 0]);
        assert_eq!(percent(9940), "99.40%");
    }
}

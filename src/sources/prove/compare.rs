//! Comparing what was rendered of the old files with what is rendered of the new ones.

use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use super::diff::Difference;
use super::encoded;
use super::expected::{Renamed, is_checksum};
use super::pattern::Random;
use super::proof::Expected;

/// How long the search for the shortest difference goes on; then it is a longer one.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a comparison shows.
#[derive(Debug)]
pub(super) struct Comparison {
    /// Lines of the old rendering.
    pub(super) lines: usize,
    /// How many of them have a new name.
    pub(super) mapped: usize,
    /// What differs and may.
    pub(super) expected: Expected,
    /// What differs and may not: lines, and the start of it as a unified diff.
    pub(super) different: Option<(usize, String)>,
}

/// Compares two renderings of the old files, which differ where they are random, with one of the new
/// ones. `map` is what the rewrite makes of something rendered.
pub(super) fn compare(
    before: &[u8],
    again: &[u8],
    after: &[u8],
    map: &dyn Fn(&[u8]) -> Vec<u8>,
) -> Comparison {
    let deadline = Instant::now() + PATIENCE;
    let mapped = map(before);
    let count = lines(before).iter().zip(lines(&mapped)).filter(|(old, new)| **old != *new).count();
    let renamed = Renamed::between(&mapped, after);
    let old = renamed.apply(&mapped);
    let (old, new) = (lines(&old), lines(after));
    let (random, settled) = match before == again {
        true => (Random::default(), None),
        false => {
            let again = map(again);
            let again = renamed.apply(&again);
            (Random::between(&old, &lines(&again), deadline), Some(map(after)))
        }
    };
    let settled = settled.as_deref().map(lines);
    let is_settled = |index: usize| {
        settled.as_ref().is_none_or(|settled| settled.get(index) == Some(&new[index]))
    };
    let expected = Expected { renamed: renamed.len(), ..Expected::default() };
    let random = &random;
    let mut judge = Judge { old: &old, new: &new, random, is_settled: &is_settled, map, expected };
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, Some(deadline));
    let is_other = |op: &DiffOp| !matches!(op, DiffOp::Equal { .. });
    let others = ops.into_iter().filter(is_other);
    let others: Vec<_> = others.filter(|op| !judge.is_expected(op)).collect();
    let expected = judge.expected;
    let different = (!others.is_empty()).then(|| {
        let ranges = others.iter().map(|op| (op.old_range(), op.new_range()));
        let difference = Difference { old: &old, new: &new };
        let lines = others.iter().map(|op| op.old_range().len().max(op.new_range().len())).sum();
        (lines, difference.unified(ranges))
    });
    Comparison { lines: old.len(), mapped: count, expected, different }
}

/// Lines with their ends.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

/// Says which differences may be.
struct Judge<'a> {
    old: &'a [&'a [u8]],
    new: &'a [&'a [u8]],
    random: &'a Random,
    /// Whether nothing is left to rewrite in this line of the new rendering. Something random could
    /// hide it.
    is_settled: &'a dyn Fn(usize) -> bool,
    map: &'a dyn Fn(&[u8]) -> Vec<u8>,
    expected: Expected,
}

impl Judge<'_> {
    fn is_expected(&mut self, op: &DiffOp) -> bool {
        let (old, new) = (op.old_range(), op.new_range());
        let mut expected = self.expected;
        if old.len() == new.len()
            && old.clone().zip(new.clone()).all(|pair| self.is_line_expected(pair, &mut expected))
        {
            self.expected = expected;
            return true;
        }
        let (old, new) = ((self.old, old), (self.new, new));
        let is_encoded = encoded::is_mapped_when_unfolded(old, new, self.map);
        self.expected.encoded += usize::from(is_encoded);
        is_encoded
    }

    fn is_line_expected(&self, (at, to): (usize, usize), expected: &mut Expected) -> bool {
        let (old, new) = (self.old[at], self.new[to]);
        let count = if is_checksum(old, new) {
            &mut expected.checksums
        } else if self.random.explains(at, new) && (self.is_settled)(to) {
            &mut expected.random
        } else if encoded::is_mapped(old, new, self.map) {
            &mut expected.encoded
        } else {
            return false;
        };
        *count += 1;
        true
    }
}

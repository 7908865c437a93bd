//! What two renderings of the same files have in common, where they aren't the same.

use std::collections::HashMap;
use std::time::Instant;

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

/// A longer line isn't looked at word by word.
const LONGEST: usize = 64 * 1024;
/// Letters and digits that must stand between two random parts not to be one of them by accident.
const FEWEST: usize = 4;

/// Lines of one rendering that another one of the same files doesn't have, by their number from 0.
#[derive(Debug, Default)]
pub(super) struct Random {
    lines: HashMap<usize, Pattern>,
}

impl Random {
    /// Compares two renderings, line by line.
    pub(super) fn between(one: &[&[u8]], other: &[&[u8]], deadline: Instant) -> Self {
        let mut lines = HashMap::new();
        let deadline = Some(deadline);
        for op in capture_diff_slices_deadline(Algorithm::Myers, one, other, deadline) {
            let old = op.old_range();
            if matches!(op, DiffOp::Equal { .. }) {
                continue;
            }
            let pairs = old.len() == op.new_range().len();
            for (at, index) in old.enumerate() {
                let pattern = match pairs {
                    true => Pattern::of(one[index], other[op.new_range().start + at], deadline),
                    false => Pattern::anything(),
                };
                lines.insert(index, pattern);
            }
        }
        Self { lines }
    }

    /// Whether this line is that one but for what is random.
    pub(super) fn explains(&self, index: usize, line: &[u8]) -> bool {
        self.lines.get(&index).is_some_and(|pattern| pattern.matches(line))
    }
}

/// A line with gaps for anything: what stands between them. One piece has no gap.
#[derive(Debug, PartialEq, Eq)]
struct Pattern(Vec<Vec<u8>>);

impl Pattern {
    fn anything() -> Self {
        Self(vec![Vec::new(), Vec::new()])
    }

    /// What both lines have in common.
    fn of(one: &[u8], other: &[u8], deadline: Option<Instant>) -> Self {
        let (words, others) = (words(one), words(other));
        let algorithm = match one.len().max(other.len()) > LONGEST {
            true => return Self::around(&words, &others),
            false => Algorithm::Myers,
        };
        let mut pieces = vec![Vec::new()];
        let ops = capture_diff_slices_deadline(algorithm, &words, &others, deadline);
        for (index, op) in ops.iter().enumerate() {
            let text = words[op.old_range()].concat();
            let is_between = index > 0 && index + 1 < ops.len();
            let is_short = text.iter().filter(|byte| byte.is_ascii_alphanumeric()).count() < FEWEST;
            if !matches!(op, DiffOp::Equal { .. }) || (is_between && is_short) {
                if pieces.len() == 1 || pieces.last().is_some_and(|piece| !piece.is_empty()) {
                    pieces.push(Vec::new());
                }
            } else if let Some(piece) = pieces.last_mut() {
                piece.extend(text);
            }
        }
        // Nor are signs of base64 beside a gap more than an accident.
        let is_sign = |byte: &&u8| b"+/=".contains(byte);
        let last = pieces.len() - 1;
        for (index, piece) in pieces.iter_mut().enumerate() {
            if index > 0 {
                piece.drain(..piece.iter().take_while(is_sign).count());
            }
            if index < last {
                piece.truncate(piece.len() - piece.iter().rev().take_while(is_sign).count());
            }
        }
        Self(pieces)
    }

    /// The words at the start and at the end that both have.
    fn around(words: &[&[u8]], others: &[&[u8]]) -> Self {
        let start = words.iter().zip(others).take_while(|(one, other)| one == other).count();
        let (words_left, others_left) = (&words[start..], &others[start..]);
        let pairs = words_left.iter().rev().zip(others_left.iter().rev());
        let end = pairs.take_while(|(one, other)| one == other).count();
        Self(vec![words[..start].concat(), words[words.len() - end..].concat()])
    }

    fn matches(&self, line: &[u8]) -> bool {
        let [first, middle @ .., last] = self.0.as_slice() else {
            return self.0.first().is_some_and(|only| only == line);
        };
        let Some(mut rest) = line.strip_prefix(first.as_slice()) else { return false };
        let Some(inner) = rest.strip_suffix(last.as_slice()) else { return false };
        rest = inner;
        // The leftmost place of each leaves the most for those that follow.
        for piece in middle {
            let Some(at) = memchr::memmem::find(rest, piece) else { return false };
            rest = &rest[at + piece.len()..];
        }
        true
    }
}

/// Runs of letters and digits, and what stands between them byte by byte.
fn words(line: &[u8]) -> Vec<&[u8]> {
    line.chunk_by(|a, b| a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn pattern(one: &str, other: &str) -> Pattern {
        Pattern::of(one.as_bytes(), other.as_bytes(), None)
    }

    #[test]
    fn what_differs_may_be_anything_and_what_is_the_same_may_not() {
        let image = |tag: &str| format!("image: t.tencentcloudcr.com/shop/web:{tag}  # {tag}");
        let random = pattern(&image("aB3d"), &image("x9Yz"));
        assert!(random.matches(image("0000").as_bytes()));
        assert!(!random.matches(image("0000").replace("web", "api").as_bytes()));
        assert!(!random.matches(b"image: ccr.ccs.tencentyun.com/shop/web:0000  # 0000"));
        assert!(!random.matches(b""));
    }

    #[test]
    fn signs_that_two_random_texts_share_are_random_too() {
        let random = pattern("password: \"a/b+c3==\"", "password: \"xyz/1+Q==\"");
        assert!(random.matches(b"password: \"nothingOfThat\""), "{random:?}");
        assert!(!random.matches(b"password: none"));
    }

    #[test]
    fn a_long_line_is_compared_at_its_ends() {
        let line = |word: &str| format!("start {word} {} end", "x ".repeat(LONGEST));
        let random = pattern(&line("a"), &line("b"));
        assert!(random.matches(line("c").as_bytes()));
        assert!(!random.matches(line("c").replace("end", "END").as_bytes()));
    }

    #[test]
    fn lines_that_come_and_go_are_random_as_a_whole() {
        let one: Vec<&[u8]> = vec![b"a", b"1", b"b", b"r", b"s", b"c"];
        let other: Vec<&[u8]> = vec![b"a", b"2", b"b", b"t", b"c"];
        let deadline = Instant::now() + Duration::from_secs(5);
        let random = Random::between(&one, &other, deadline);
        assert_eq!(random.lines.len(), 3);
        assert!(random.explains(1, b"3") && random.explains(3, b"anything"));
        assert!(!random.explains(0, b"a") && !random.explains(2, b"x"));
    }
}

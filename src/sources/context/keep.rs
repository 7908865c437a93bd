//! The marker that says that a name stays: `ccr2tcr:keep`.

use memchr::{memchr, memmem, memrchr};

use crate::sources::find::Found;
use crate::sources::span::Span;

/// What the marker is.
const MARKER: &[u8] = b"ccr2tcr:keep";

/// Which lines of a file are marked.
#[derive(Debug, Default)]
pub(super) struct Kept(Vec<Span>);

impl Kept {
    /// A marker counts for its own line. Where that is a comment, or none of `found` stands on it,
    /// it counts for the next line, too.
    pub(super) fn of(bytes: &[u8], found: &[Found]) -> Self {
        let mut kept = Vec::new();
        let mut at = 0;
        while let Some(length) = memmem::find(&bytes[at..], MARKER) {
            let marker = at + length;
            let start = memrchr(b'\n', &bytes[at..marker]).map_or(at, |end| at + end + 1);
            let end = line_end(bytes, marker);
            let next = (end + 1).min(bytes.len());
            let first = found.partition_point(|it| it.span.start < start);
            let is_alone = found.get(first).is_none_or(|it| it.span.start >= end);
            let line = bytes[start..end].trim_ascii_start();
            let is_comment = line.first().is_some_and(|byte| b"#/*;<-%{'".contains(byte));
            let last = if is_alone || is_comment { line_end(bytes, next) } else { end };
            kept.push(start..last);
            at = next;
        }
        Self(kept)
    }

    /// Whether the byte at `at` is on a marked line.
    pub(super) fn contains(&self, at: usize) -> bool {
        let next = self.0.partition_point(|span| span.start <= at);
        // A line may be marked twice: by its own marker, and by the one above.
        self.0[..next].iter().rev().take(2).any(|span| span.contains(&at))
    }
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |length| from + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::find::What;

    /// The lines of `text` on which `x` is kept, counted from 1.
    fn kept(text: &str) -> Vec<usize> {
        let found: Vec<Found> = text
            .match_indices('X')
            .map(|(at, _)| Found { span: at..at + 1, what: What::Pattern })
            .collect();
        let kept = Kept::of(text.as_bytes(), &found);
        let lines = text.split('\n').enumerate().filter_map(|(line, text_of_line)| {
            let start = text_of_line.as_ptr() as usize - text.as_ptr() as usize;
            let at = start + text_of_line.find('X')?;
            kept.contains(at).then_some(line + 1)
        });
        lines.collect()
    }

    #[test]
    fn a_marker_is_for_its_line_or_the_next() {
        assert_eq!(kept("X # ccr2tcr:keep\nX\n"), [1]);
        assert_eq!(kept("X\n# ccr2tcr:keep: DR\nX\nX"), [3]);
        assert_eq!(kept("# X stays, ccr2tcr:keep\r\nX\r\n"), [1, 2]);
        assert_eq!(kept("X # ccr2tcr:keep\nX # ccr2tcr:keep\nX"), [1, 2]);
        assert_eq!(kept("# ccr2tcr:keep\nX # ccr2tcr:keep\nX"), [2]);
        assert_eq!(kept("\"//\": \"ccr2tcr:keep\",\nX"), [2]);
        assert_eq!(kept("X\nccr2tcr:keep"), [0; 0]);
        assert_eq!(kept("ccr2tcr:keep ccr2tcr:keep X"), [1]);
        assert_eq!(kept(""), [0; 0]);
    }
}

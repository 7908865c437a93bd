//! Small questions about bytes at a position, which any position may be asked.

/// Whether `byte` may stand in a host, or in a part of a path.
pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

/// How many bytes are `of` from `at` on, at most `most`.
pub(super) fn run(bytes: &[u8], at: usize, most: usize, of: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().take(most).take_while(|&&byte| of(byte)).count()
}

/// How many bytes are `of` right before `at`, at most `most`.
pub(super) fn run_before(bytes: &[u8], at: usize, most: usize, of: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(..at).unwrap_or_default();
    rest.iter().rev().take(most).take_while(|&&byte| of(byte)).count()
}

/// The byte right before `at`.
pub(super) fn before(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at.checked_sub(1)?).copied()
}

/// Whether `text`, which is in lower case, stands at `at`, in whatever case.
pub(super) fn has(bytes: &[u8], at: usize, text: &str) -> bool {
    bytes.get(at..at + text.len()).is_some_and(|it| it.eq_ignore_ascii_case(text.as_bytes()))
}

/// Where `text`, which is in lower case, begins if it ends at `end`, in whatever case.
pub(super) fn ends(bytes: &[u8], end: usize, text: &str) -> Option<usize> {
    end.checked_sub(text.len()).filter(|&start| has(bytes, start, text))
}

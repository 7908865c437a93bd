//! Text in files that other programs write: with a byte order mark, in UTF-16, or no text at all.

use std::io::{self, Read};

/// The mark that some editors and shells put before UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Bytes that are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// UTF-16 that doesn't say so, or breaks off.
    #[error("it is UTF-16 without a byte order mark, or cut short: save it as UTF-8")]
    Utf16,
    /// Another encoding, or no text.
    #[error("line {line} is not UTF-8: save the file as UTF-8")]
    NotUtf8 {
        /// Counted from 1.
        line: usize,
    },
}

/// The same bytes without a byte order mark.
#[must_use]
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(MARK).unwrap_or(bytes)
}

/// The text of a file: UTF-8 with or without a byte order mark, or UTF-16 with one, which is what
/// `PowerShell` redirects to files.
///
/// # Errors
/// [`NotText`] if it is neither.
pub fn decode(bytes: Vec<u8>) -> Result<String, NotText> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        let whole = String::from_utf16(&units).ok().filter(|_| bytes.len().is_multiple_of(2));
        whole.ok_or(NotText::Utf16)
    };
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => return wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => return wide(rest, u16::from_be_bytes),
        // Latin letters in UTF-16 are valid UTF-8 with NUL between.
        [0, 1..=255, 0, 1..=255, ..] | [1..=255, 0, 1..=255, 0, ..] => {
            return Err(NotText::Utf16);
        }
        _ => {}
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let read = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        NotText::NotUtf8 { line: read.split(|&byte| byte == b'\n').count() }
    })?;
    if text.as_bytes().starts_with(MARK) {
        text.drain(..MARK.len());
    }
    Ok(text)
}

/// [`decode`] for all that a reader gives.
///
/// # Errors
/// What the reader reports, and [`NotText`] as [`io::ErrorKind::InvalidData`].
pub fn read(mut from: impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    decode(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_not_part_of_the_text() {
        assert_eq!(decode(b"\xef\xbb\xbfa\r\nb".to_vec()), Ok("a\r\nb".to_owned()));
        assert_eq!(decode("\u{feff}\u{feff}a".into()), Ok("\u{feff}a".to_owned()));
        assert_eq!(decode(Vec::new()), Ok(String::new()));
        assert_eq!(without_mark(b"\xef\xbb\xbf{}"), b"{}");
    }

    #[test]
    fn what_a_windows_shell_writes_is_read() {
        assert_eq!(decode(b"\xff\xfea\0\xe9\0".to_vec()), Ok("aé".to_owned()));
        assert_eq!(decode(b"\xfe\xff\0a\0b".to_vec()), Ok("ab".to_owned()));
    }

    #[test]
    fn what_is_no_text_is_named() {
        for utf16 in [&b"a\0b\0"[..], b"\0a\0b", b"\xff\xfea\0b", b"\xff\xfe\0\xd8"] {
            assert_eq!(decode(utf16.to_vec()), Err(NotText::Utf16), "{utf16:?}");
        }
        assert_eq!(decode(b"a\ncaf\xe9".to_vec()), Err(NotText::NotUtf8 { line: 2 }));
        let error = read(&b"a\0b\0"[..]).unwrap_err();
        assert!(error.to_string().contains("UTF-16"), "{error}");
    }
}

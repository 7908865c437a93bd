//! Escapes of other formats, and how they write a slash, a colon and an at sign.

use super::bytes::{before, has, run, run_before};
use super::found::Slash;

/// What ends in front of a name, and begins in front of that: the `n` of `\n`, the `2F` of `%2F`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Escape {
    /// Where it begins.
    pub(super) start: usize,
    /// Behind it.
    pub(super) end: usize,
    /// The character that it stands for; any control character is a line feed here.
    pub(super) stands_for: char,
}

impl Escape {
    /// The escape that has its sign right in front of `at`, and something behind it.
    pub(super) fn around(bytes: &[u8], at: usize) -> Option<Self> {
        match before(bytes, at)? {
            b'\\' => Self::of_backslash(bytes, at),
            b'%' => Self::of_percent(bytes, at),
            b'[' | b';' => Self::of_terminal(bytes, at),
            _ => None,
        }
    }

    /// Of JSON, C and shells: `\n`, `\u000a`, `\U0000000a`, `\x0a`, `\012`.
    fn of_backslash(bytes: &[u8], at: usize) -> Option<Self> {
        let signs = run_before(bytes, at, at, |byte| byte == b'\\');
        let (length, stands_for) = match *bytes.get(at)? {
            b'u' => (5, hex(bytes, at + 1, 4)?),
            b'U' => (9, hex(bytes, at + 1, 8)?),
            b'x' => (3, hex(bytes, at + 1, 2)?),
            b'a' | b'b' | b'e' | b'f' | b'n' | b'r' | b't' | b'v' => (1, '\n'),
            b'0'..=b'7' => {
                let length = run(bytes, at, 3, |byte| matches!(byte, b'0'..=b'7'));
                (length, number(bytes, at, length, 8)?)
            }
            _ => return None,
        };
        let start = at - signs;
        Some(Self { start, end: at + length, stands_for })
    }

    /// Of URLs: `%2F`, also where the percent sign is encoded again, `%252F`.
    fn of_percent(bytes: &[u8], at: usize) -> Option<Self> {
        let mut code = at;
        while has(bytes, code, "25") && hex(bytes, code + 2, 2).is_some() {
            code += 2;
        }
        let stands_for = hex(bytes, code, 2)?;
        Some(Self { start: at - 1, end: code + 2, stands_for })
    }

    /// Colours of terminals: `\e[0m`, `\033[1;32m`.
    fn of_terminal(bytes: &[u8], at: usize) -> Option<Self> {
        let digits = run(bytes, at, 3, |byte| byte.is_ascii_digit());
        let end = at + digits + 1;
        let is_colour = digits > 0 && bytes.get(end - 1) == Some(&b'm');
        is_colour.then_some(Self { start: at - 1, end, stands_for: '\n' })
    }
}

fn hex(bytes: &[u8], at: usize, length: usize) -> Option<char> {
    number(bytes, at, length, 16)
}

fn number(bytes: &[u8], at: usize, length: usize, radix: u32) -> Option<char> {
    let digits = bytes.get(at..at + length)?;
    let value = digits.iter().try_fold(0_u32, |value, &digit| {
        value.checked_mul(radix)?.checked_add(char::from(digit).to_digit(radix)?)
    })?;
    char::from_u32(value)
}

/// The ways of writing a slash. In the second place, how it is written there.
const SLASHES: [(Slash, &str); 5] = [
    (Slash::Plain, "/"),
    (Slash::Backslash, "\\/"),
    (Slash::Percent, "%2f"),
    (Slash::Entity, "&#47;"),
    (Slash::Entity, "&#x2f;"),
];

/// The slash at `at`, and its length.
pub(super) fn slash_at(bytes: &[u8], at: usize) -> Option<(Slash, usize)> {
    let found = SLASHES.iter().find(|(_, text)| has(bytes, at, text));
    found.map(|(slash, text)| (*slash, text.len()))
}

/// Where the slash begins that ends at `end`.
pub(super) fn slash_before(bytes: &[u8], end: usize) -> Option<usize> {
    // The longer ones first: `\/` ends in a slash, too.
    SLASHES.iter().rev().find_map(|(_, text)| super::bytes::ends(bytes, end, text))
}

/// The length of the colon at `at`.
pub(super) fn colon_at(bytes: &[u8], at: usize) -> Option<usize> {
    [":", "%3a", "&#58;"].iter().find(|text| has(bytes, at, text)).map(|text| text.len())
}

/// The length of the at sign at `at`.
pub(super) fn at_sign_at(bytes: &[u8], at: usize) -> Option<usize> {
    ["@", "%40", "&#64;"].iter().find(|text| has(bytes, at, text)).map(|text| text.len())
}

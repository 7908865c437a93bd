//! Cleaning text that came from a registry, an API or a file before a terminal sees it.
//!
//! An escape sequence in a repository's description could move the cursor, rewrite what was
//! printed, or set the window's title (kubernetes#101695); an override of the writing direction
//! makes one name look like another.

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

/// `text` as one line: control characters, escape sequences and direction overrides are gone,
/// and each line break or tab is a space.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    cleaned(text, false)
}

/// As [`clean`], with line breaks and tabs kept. A carriage return is not kept: it would let a
/// line overwrite itself.
#[must_use]
pub fn clean_lines(text: &str) -> Cow<'_, str> {
    cleaned(text, true)
}

fn cleaned(text: &str, keep_lines: bool) -> Cow<'_, str> {
    let is_kept = |c: char| !is_dangerous(c) || (keep_lines && matches!(c, '\n' | '\t'));
    if text.chars().all(is_kept) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            _ if is_kept(c) => clean.push(c),
            '\r' if rest.peek() == Some(&'\n') => {}
            '\n' | '\t' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push(' '),
            _ => skip_sequence(c, &mut rest),
        }
    }
    Cow::Owned(clean)
}

/// Whether a terminal might act on `c` rather than show it.
pub(super) fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200e}' | '\u{200f}'      // Arabic letter mark, left-to-right and back
            | '\u{2028}' | '\u{2029}'                // line and paragraph separator
            | '\u{202a}'..='\u{202e}'                // embeddings and overrides
            | '\u{2066}'..='\u{2069}') // isolates
}

// The shapes are those of ECMA-48: CSI (5.4), control strings (5.6), other escapes (ISO 2022).
fn skip_sequence(first: char, rest: &mut Peekable<Chars<'_>>) {
    let introducer = if first == '\x1b' {
        match rest.peek() {
            Some(&c @ ('[' | ']' | 'P' | 'X' | '^' | '_')) => {
                rest.next();
                c
            }
            _ => return skip_while_then_one(rest, ' '..='/', '0'..='~'),
        }
    } else {
        match first {
            '\u{9b}' => '[',
            '\u{9d}' | '\u{90}' | '\u{98}' | '\u{9e}' | '\u{9f}' => ']',
            _ => return,
        }
    };
    if introducer == '[' {
        skip_while_then_one(rest, ' '..='?', '@'..='~');
    } else {
        skip_string(rest);
    }
}

fn skip_while_then_one(
    rest: &mut Peekable<Chars<'_>>,
    middle: std::ops::RangeInclusive<char>,
    last: std::ops::RangeInclusive<char>,
) {
    while rest.next_if(|c| middle.contains(c)).is_some() {}
    rest.next_if(|c| last.contains(c));
}

// A string without its end would swallow all that follows, and so hide it: only its introducer
// is dropped then.
fn skip_string(rest: &mut Peekable<Chars<'_>>) {
    let mut ahead = rest.clone();
    while let Some(c) = ahead.next() {
        let ended = match c {
            '\x07' | '\u{9c}' => true,
            '\x1b' => ahead.next_if_eq(&'\\').is_some(),
            _ => false,
        };
        if ended {
            *rest = ahead;
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(clean("团队/app:v1 – ok"), Cow::Borrowed(_)));
        assert!(matches!(clean_lines("a\n\tb\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn escape_sequences_go_as_a_whole() {
        for (dirty, want) in [
            ("\x1b[31mred\x1b[0m", "red"),
            ("\x1b[38;5;1mred", "red"),
            ("\u{9b}31mred", "red"),
            ("\x1b]0;title\x07text", "text"),
            ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
            ("\u{9d}0;title\u{9c}text", "text"),
            ("\x1bP1$r0m\x1b\\text", "text"),
            ("\x1b(Btext", "text"),
            ("\x1bctext", "text"),
            ("text\x1b", "text"),
            ("text\x1b[", "text"),
            ("\x1b]0;never ended", "0;never ended"),
        ] {
            assert_eq!(clean(dirty), want, "{dirty:?}");
        }
    }

    #[test]
    fn control_characters_and_direction_overrides_go() {
        assert_eq!(clean("a\0b\x08c\x7fd\u{80}e"), "abcde");
        assert_eq!(clean("app\u{202e}gpj.exe\u{2066}\u{200f}"), "appgpj.exe");
    }

    #[test]
    fn a_line_break_becomes_a_space_unless_lines_are_wanted() {
        assert_eq!(clean("one\r\ntwo\tthree\u{2028}four\rfive"), "one two three four five");
        assert_eq!(clean_lines("one\r\ntwo\tthree\rfour"), "one\ntwo\tthree four");
    }
}

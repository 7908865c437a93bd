//! Parts of a name that are made elsewhere: variables, templates, placeholders.
//!
//! None of them ends on another line, and none is long.

use super::bytes::{before, has, run};
use super::steering::steering;

/// How long a part may be, in bytes.
const LONGEST: usize = 256;

/// How many brackets are looked at for the one that a template begins with.
const DEEPEST: usize = 8;

/// Brackets that hold a template whatever stands around them, the longer ones first.
const BRACKETS: [(&str, &str); 15] = [
    ("{{", "}}"),
    ("{%", "%}"),
    ("${", "}"),
    ("$(", ")"),
    ("$[", "]"),
    ("#{", "}"),
    ("~{", "}"),
    ("%{", "}"),
    ("%(", ")"),
    ("%[", "]"),
    ("((", "))"),
    ("[[", "]]"),
    ("<<", ">>"),
    ("<%", "%>"),
    ("{", "}"),
];

/// Elements of HTML that stand right behind text, and are no placeholders.
const ELEMENTS: [&str; 16] = [
    "a", "b", "br", "code", "div", "em", "hr", "i", "li", "p", "pre", "span", "strong", "td", "th",
    "tr",
];

/// What stands in front of a template.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Around {
    /// Whether a part of the name begins here, or a word in it.
    pub(super) is_start: bool,
    /// The byte in front of the whole name. What it opens, it closes behind the name.
    pub(super) opening: Option<u8>,
}

/// The length of the template at `at`.
pub(super) fn length(bytes: &[u8], at: usize, around: Around) -> Option<usize> {
    let rest = &bytes[at..bytes.len().min(at + LONGEST)];
    let rest = &rest[..run(rest, 0, LONGEST, |byte| byte != b'\n' && byte != b'\r')];
    let opens = |byte: u8| around.opening == Some(byte);
    match rest.first()? {
        b'$' => variable(rest),
        b'\\' => {
            // Of a heredoc, or a string in a string: `\${TAG}`. In Markdown and patterns: `\_`, `\.`.
            let signs = run(rest, 0, 4, |byte| byte == b'\\');
            match rest.get(signs)? {
                b'$' => Some(signs + variable(&rest[signs..])?),
                b'_' | b'-' | b'.' if signs == 1 => Some(2),
                b'd' | b'D' | b's' | b'S' | b'w' | b'W' if around.is_start => Some(signs + 1),
                _ => None,
            }
        }
        b'%' => bracketed(rest).or_else(|| percent(rest)),
        b'<' => bracketed(rest).or_else(|| placeholder(rest, "<", ">")),
        b'&' => placeholder(rest, "&lt;", "&gt;"),
        // What is hidden from readers: `CCR/shop/w*****`.
        b'*' if rest.starts_with(b"***") => Some(run(rest, 0, LONGEST, |byte| byte == b'*')),
        // Of globs; not the end of a comment or of Markdown's emphasis.
        b'*' if around.is_start => Some(run(rest, 0, 2, |byte| byte == b'*')),
        b'*' if !opens(b'*') => rest.get(1).is_none_or(|byte| !b"*/".contains(byte)).then_some(1),
        b'.' if around.is_start => matches!(rest.get(1), Some(b'*' | b'+')).then_some(2),
        b'@' if around.is_start => enclosed(rest, b'@'),
        b'`' if around.is_start && !opens(b'`') => {
            let length = rest[1..].iter().position(|&byte| byte == b'`')? + 2;
            (length > 2).then_some(length)
        }
        b'[' | b'(' => bracketed(rest).or_else(|| hint(rest).filter(|_| around.is_start)),
        _ => bracketed(rest),
    }
}

/// Whether a template begins at `at`, wherever it ends.
pub(super) fn opens(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    let signs: [&[u8]; 6] = [b"{{", b"{%", b"${", b"$(", b"#{", b"<%"];
    signs.iter().any(|sign| rest.starts_with(sign))
}

/// `$TAG`, `${TAG:-v1}`, `$(git describe)`, `$$TAG` where the first one is an escape, `$env:TAG`.
fn variable(rest: &[u8]) -> Option<usize> {
    let escaped = usize::from(rest.starts_with(b"$$"));
    let rest = &rest[escaped..];
    if let Some(length) = bracketed(rest) {
        return Some(escaped + length);
    }
    let word = |at: usize| {
        let begins = rest.get(at).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
        let length = run(rest, at, LONGEST, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if begins { length } else { 0 }
    };
    let mut end = 1 + word(1);
    if end == 1 {
        // `$1`
        end += run(rest, 1, 1, |byte| byte.is_ascii_digit());
    }
    // PowerShell's; of a shell it would be `$env` and a tag.
    if rest.starts_with(b"$env:") && rest.get(5).is_some_and(u8::is_ascii_uppercase) {
        end = 5 + word(5);
    }
    (end > 1).then_some(escaped + end)
}

/// `%s`, `%-10s`, `%VERSION%`; not `%20`.
fn percent(rest: &[u8]) -> Option<usize> {
    if let Some(length) = enclosed(rest, b'%') {
        return Some(length);
    }
    let flags = run(rest, 1, 4, |byte| matches!(byte, b'-' | b'+' | b'#' | b'.' | b'0'..=b'9'));
    // Of the others, `%02d` is likelier than the code of a control character.
    let is_code = match rest.get(1..3) {
        Some([b'2'..=b'7', low]) => low.is_ascii_hexdigit(),
        Some([b'0', low]) => matches!(low, b'9' | b'a' | b'A' | b'd' | b'D'),
        _ => false,
    };
    let verb = rest.get(1 + flags)?;
    (verb.is_ascii_alphabetic() && !is_code).then_some(flags + 2)
}

/// A word between two signs: `@VERSION@`, `%VERSION%`.
fn enclosed(rest: &[u8], sign: u8) -> Option<usize> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let length = run(rest, 1, LONGEST, is_word);
    let begins = rest.get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    (begins && rest.get(1 + length) == Some(&sign)).then_some(length + 2)
}

/// A placeholder for people: `<namespace>`, `<命名空间>`; not `</image>`, `<br>`.
fn placeholder(rest: &[u8], open: &str, close: &str) -> Option<usize> {
    let text = rest.strip_prefix(open.as_bytes())?;
    let text = &text[..text.iter().position(|byte| matches!(byte, b'<' | b'>' | b'&' | b'"'))?];
    let word = &text[..run(text, 0, LONGEST, |byte| byte.is_ascii_alphanumeric())];
    let is_element = ELEMENTS.iter().any(|name| word.eq_ignore_ascii_case(name.as_bytes()));
    let begins = text.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    let end = open.len() + text.len();
    (begins && !is_element && has(rest, end, close)).then_some(end + close.len())
}

/// The same in other brackets, or a choice in a pattern: `[namespace]`, `(web|api)`.
fn hint(rest: &[u8]) -> Option<usize> {
    let closing = if rest[0] == b'[' { b']' } else { b')' };
    let length = rest[1..].iter().position(|&byte| byte == closing)? + 2;
    let is_plain = !rest[..length].iter().any(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    (length > 2 && is_plain).then_some(length)
}

/// What the brackets at the start of `rest` hold, with them, and what ends with them.
fn bracketed(rest: &[u8]) -> Option<usize> {
    let (open, close) = BRACKETS.iter().find(|(open, _)| rest.starts_with(open.as_bytes()))?;
    // A bracket of the same kind that opens in it closes in it.
    let (opening, closing) = match open.as_bytes().last()? {
        b'{' => (b'{', b'}'),
        b'(' => (b'(', b')'),
        b'[' => (b'[', b']'),
        _ => return plain_end(rest, open.len(), close),
    };
    let mut depth = 0_usize;
    for (at, &byte) in rest.iter().enumerate() {
        if byte == opening {
            depth += 1;
        } else if byte == closing {
            depth -= 1;
            if depth == 0 {
                let is_next = |of: fn(&u8) -> bool| rest.get(at + 1).is_some_and(of);
                return match *open {
                    "%(" | "%[" => is_next(u8::is_ascii_alphabetic).then_some(at + 2),
                    "#{" if is_next(|&byte| byte == b'#') => Some(at + 2),
                    _ => Some(at + 1),
                };
            }
        }
    }
    None
}

fn plain_end(rest: &[u8], from: usize, close: &str) -> Option<usize> {
    let mut windows = rest.get(from..)?.windows(close.len());
    windows.position(|it| it == close.as_bytes()).map(|at| from + at + close.len())
}

/// Where the template begins that ends right before `end`, and gives text there.
///
/// Words of Helm and Jinja that only steer give none: `{{ if .Values.hk }}ccr.ccs…`.
pub(super) fn start_before(bytes: &[u8], end: usize) -> Option<usize> {
    let last = match before(bytes, end)? {
        // `%(region)sccr.ccs…`
        b's' => before(bytes, end - 1).filter(|byte| b")]".contains(byte))?,
        last => last,
    };
    let opening = match last {
        b'}' => b'{',
        b')' => b'(',
        b']' => b'[',
        b'>' => b'<',
        b'@' | b'%' => last,
        _ => return None,
    };
    let line = (end.saturating_sub(LONGEST)..end - 1).rev();
    let line = line.take_while(|&at| !matches!(bytes[at], b'\n' | b'\r'));
    let mut starts = line.filter(|&at| bytes[at] == opening).take(DEEPEST);
    // A sign may stand in front of the bracket.
    let start = starts.find_map(|at| {
        let both = [at.checked_sub(1), Some(at)];
        both.into_iter().flatten().find(|&at| ends_at(bytes, at, end))
    })?;
    let text = &bytes[start..end];
    let is_template = match opening {
        b'[' => [b"[[", b"$[", b"%["].iter().any(|it| text.starts_with(*it)) || is_of_region(text),
        b'(' => text.starts_with(b"$") || text.starts_with(b"%") || text.starts_with(b"(("),
        // `<image>ccr.ccs…` is an element.
        b'<' => text.starts_with(b"<%") || text.starts_with(b"<<") || is_of_region(text),
        b'@' => !text.iter().any(u8::is_ascii_lowercase),
        _ => true,
    };
    (is_template && steering(text).is_none()).then_some(start)
}

fn ends_at(bytes: &[u8], at: usize, end: usize) -> bool {
    let around = Around { is_start: true, opening: None };
    length(&bytes[..end], at, around) == Some(end - at)
}

/// Whether a placeholder is for the part of a host that is the region's.
fn is_of_region(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text).to_ascii_lowercase();
    ["region", "prefix", "地域", "前缀"].iter().any(|word| text.contains(word))
}

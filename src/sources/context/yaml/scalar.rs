//! What the text of a scalar means: escapes, lines, numbers.

use super::structure::{Scalar, Style};
use crate::sources::context::FieldValue;
use crate::sources::span::Span;

/// The scalar at `span`, without quotes, in `bytes`. Not for block scalars.
pub(super) fn read(bytes: &[u8], span: Span, style: Style) -> Scalar<'_> {
    let raw = String::from_utf8_lossy(&bytes[span.clone()]);
    let text = match style {
        Style::Single if raw.contains(['\'', '\n', '\r']) => folded(&raw).replace("''", "'").into(),
        Style::Double if raw.contains(['\\', '\n', '\r']) => unescaped(&raw).into(),
        Style::Plain | Style::Tagged if raw.contains(['\n', '\r']) => folded(&raw).into(),
        _ => raw,
    };
    Scalar { text, span, style }
}

/// What a scalar is as the value of a field.
pub(super) fn value(scalar: &Scalar<'_>) -> FieldValue {
    let text = &*scalar.text;
    if !matches!(scalar.style, Style::Plain | Style::Alias) {
        return FieldValue::Text(text.to_owned());
    }
    if matches!(text, "" | "~" | "null" | "Null" | "NULL") {
        return FieldValue::Text(String::new());
    }
    match text.parse::<i64>() {
        Ok(number) if number.to_string() == text => FieldValue::Integer(number),
        _ if is_lossy(text) => FieldValue::Lossy,
        _ => FieldValue::Text(text.to_owned()),
    }
}

/// Whether a program reads something else than text: YAML 1.1, as go-yaml and `PyYAML` have it, or
/// 1.2.
fn is_lossy(text: &str) -> bool {
    const WORDS: [&str; 8] = ["true", "false", "yes", "no", "on", "off", "y", "n"];
    if text.len() <= 5 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return true;
    }
    let number = text.strip_prefix(['+', '-']).unwrap_or(text);
    if [".inf", ".nan"].iter().any(|word| word.eq_ignore_ascii_case(number)) {
        return true;
    }
    let based = |prefix, is: fn(char) -> bool| {
        number
            .strip_prefix(prefix)
            .is_some_and(|rest: &str| !rest.is_empty() && rest.chars().all(is))
    };
    based("0x", |c| c.is_ascii_hexdigit() || c == '_')
        || based("0o", |c| ('0'..='7').contains(&c) || c == '_')
        || based("0b", |c| matches!(c, '0' | '1' | '_'))
        || number.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && number.replace('_', "").parse::<f64>().is_ok()
}

/// Lines of a flow scalar as one: a line end is a space, and empty lines are line ends.
fn folded(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut empty = 0;
    let lines = || raw.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let last = lines().count() - 1;
    for (at, line) in lines().enumerate() {
        let line = if at == 0 { line } else { line.trim_start_matches([' ', '\t']) };
        let line = if at == last { line } else { line.trim_end_matches([' ', '\t']) };
        if at > 0 && at < last && line.is_empty() {
            empty += 1;
            continue;
        }
        if at > 0 {
            match empty {
                0 => text.push(' '),
                _ => text.extend(std::iter::repeat_n('\n', empty)),
            }
            empty = 0;
        }
        text.push_str(line);
    }
    text
}

/// The text of a double-quoted scalar, in YAML or JSON. What is no escape stays.
fn unescaped(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['\\', '\n', '\r']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = match rest.strip_prefix('\\') {
            None => fold_here(rest, &mut text),
            Some(escape) => unescape(escape, &mut text),
        };
    }
    text.push_str(rest);
    text
}

/// Folds the line end that `rest` begins with, and the empty lines behind it.
fn fold_here<'r>(rest: &'r str, text: &mut String) -> &'r str {
    let content = rest.trim_start_matches([' ', '\t', '\r', '\n']);
    let lines = rest[..rest.len() - content.len()].matches('\n').count().max(1);
    text.truncate(text.trim_end_matches([' ', '\t']).len());
    match lines {
        1 => text.push(' '),
        more => text.extend(std::iter::repeat_n('\n', more - 1)),
    }
    content
}

/// What a backslash in front of `rest` means; gives what follows.
fn unescape<'r>(rest: &'r str, text: &mut String) -> &'r str {
    let Some(first) = rest.chars().next() else {
        text.push('\\');
        return rest;
    };
    let after = &rest[first.len_utf8()..];
    let plain = match first {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\x0b',
        'f' => '\x0c',
        'r' => '\r',
        'e' => '\x1b',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        ' ' | '"' | '\'' | '/' | '\\' => first,
        // The line goes on in the next one.
        '\n' => return after.trim_start_matches([' ', '\t']),
        '\r' => return after.strip_prefix('\n').unwrap_or(after).trim_start_matches([' ', '\t']),
        'x' | 'u' | 'U' => {
            let digits = match first {
                'x' => 2,
                'u' => 4,
                _ => 8,
            };
            if let Some((character, after)) = code_point(after, digits) {
                text.push(character);
                return after;
            }
            text.push('\\');
            return rest;
        }
        _ => {
            text.push('\\');
            return rest;
        }
    };
    text.push(plain);
    after
}

/// The character that so many hexadecimal digits name, with a second half if it is a surrogate.
fn code_point(text: &str, digits: usize) -> Option<(char, &str)> {
    let number = |text: &str| u32::from_str_radix(text.get(..digits)?, 16).ok();
    let (high, rest) = (number(text)?, &text[digits..]);
    if let Some(character) = char::from_u32(high) {
        return Some((character, rest));
    }
    let second = rest.strip_prefix("\\u")?;
    let low = number(second)?;
    let pair = [u16::try_from(high).ok()?, u16::try_from(low).ok()?];
    let character = char::decode_utf16(pair).next()?.ok()?;
    Some((character, &second[digits..]))
}

/// The text of a block scalar, whose lines are `raw`, indented by `indent`. `chomp` is what stands
/// behind `|` or `>`: `-`, `+` or nothing.
pub(super) fn block(raw: &[u8], indent: usize, style: Style, chomp: Option<u8>) -> String {
    let raw = String::from_utf8_lossy(raw);
    let lines = raw.split_inclusive('\n').map(|line| {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let spaces = line.len() - line.trim_start_matches(' ').len();
        &line[spaces.min(indent)..]
    });
    let mut text = String::with_capacity(raw.len());
    // Line ends that are held back until it is known what follows.
    let (mut ends, mut was_indented, mut is_first) = (0, false, true);
    for line in lines {
        if line.is_empty() {
            ends += 1;
            continue;
        }
        let is_indented = line.starts_with([' ', '\t']);
        let folds = style == Style::Folded && !is_first && !was_indented && !is_indented;
        match ends {
            1 if folds => text.push(' '),
            more if folds => text.extend(std::iter::repeat_n('\n', more - 1)),
            all => text.extend(std::iter::repeat_n('\n', all)),
        }
        text.push_str(line);
        (ends, was_indented, is_first) = (1, is_indented, false);
    }
    match chomp {
        Some(b'-') => {}
        Some(b'+') => text.extend(std::iter::repeat_n('\n', ends)),
        _ if text.is_empty() => {}
        _ => text.push('\n'),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn double(raw: &str) -> String {
        read(raw.as_bytes(), 0..raw.len(), Style::Double).text.into_owned()
    }

    #[test]
    fn escapes_are_undone() {
        assert_eq!(double(r"a\/b\u002fc\x2Fd\U0000002Fe"), "a/b/c/d/e");
        assert_eq!(double(r#"\"q\" \\ \n"#), "\"q\" \\ \n");
        assert_eq!(double(r"\ud83d\ude00 \ud83d"), "😀 \\ud83d");
        assert_eq!(double("one\n  two\n\n  three \\\n  four"), "one two\nthree four");
        // What is no escape stays.
        assert_eq!(double(r"\q \u00 \"), r"\q \u00 \");
    }

    #[test]
    fn lines_of_plain_and_single_quoted_text_are_one() {
        let read = |raw: &str, style| read(raw.as_bytes(), 0..raw.len(), style).text.into_owned();
        assert_eq!(read("it''s\r\n  so", Style::Single), "it's so");
        assert_eq!(read("a\n\n  b\n  c", Style::Plain), "a\nb c");
    }

    #[test]
    fn a_number_that_reads_as_it_was_written_is_one() {
        let value = |text: &'static str, style| value(&read(text.as_bytes(), 0..text.len(), style));
        for (text, expected) in [
            ("7", FieldValue::Integer(7)),
            ("-12", FieldValue::Integer(-12)),
            ("", FieldValue::Text(String::new())),
            ("null", FieldValue::Text(String::new())),
            ("v1", FieldValue::Text("v1".to_owned())),
            ("1.2.3", FieldValue::Text("1.2.3".to_owned())),
            ("2024-01-01", FieldValue::Text("2024-01-01".to_owned())),
            ("nano", FieldValue::Text("nano".to_owned())),
        ] {
            assert_eq!(value(text, Style::Plain), expected, "{text}");
        }
        for lossy in [
            "1.10",
            "007",
            "+7",
            "0x1f",
            "0o17",
            "1e3",
            "1_000",
            ".5",
            "12e45",
            "true",
            "YES",
            "on",
            "No",
            ".inf",
            "99999999999999999999",
        ] {
            assert_eq!(value(lossy, Style::Plain), FieldValue::Lossy, "{lossy}");
            let text = FieldValue::Text(lossy.to_owned());
            assert_eq!(value(lossy, Style::Single), text, "{lossy}");
            assert_eq!(value(lossy, Style::Tagged), text, "{lossy}");
        }
    }

    #[test]
    fn block_scalars_keep_or_fold_their_lines() {
        let raw = b"  a\n    b\n\n  c\n  d\n\n";
        assert_eq!(block(raw, 2, Style::Literal, None), "a\n  b\n\nc\nd\n");
        assert_eq!(block(raw, 2, Style::Folded, None), "a\n  b\n\nc d\n");
        assert_eq!(block(raw, 2, Style::Folded, Some(b'-')), "a\n  b\n\nc d");
        assert_eq!(block(raw, 2, Style::Literal, Some(b'+')), "a\n  b\n\nc\nd\n\n");
        assert_eq!(block(b"", 0, Style::Literal, None), "");
    }
}

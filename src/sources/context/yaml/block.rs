//! Block scalars, `|` and `>`, and lines that are nothing but actions of a template.

use super::scalar;
use super::structure::{Scalar, Style};
use super::text::Text;

/// A block scalar, and where the line behind it begins.
pub(super) struct Block<'a> {
    pub(super) scalar: Scalar<'a>,
    pub(super) next: usize,
}

/// `|`, `>2-`
struct Header {
    style: Style,
    chomp: Option<u8>,
    indent: Option<usize>,
}

/// The block scalar whose header is at `at`, in a block that is indented by `indent`.
pub(super) fn read<'a>(text: Text<'a, '_>, at: usize, indent: isize) -> Option<Block<'a>> {
    let header = header(text, at)?;
    let outer = usize::try_from(indent).ok();
    let mut inner = header.indent.map(|more| outer.unwrap_or_default() + more);
    let body = text.next_line(at);
    let (mut line, mut end, mut start) = (body, body, None);
    while line < text.bytes.len() && !text.is_marker(line) {
        let spaces = text.rest(line).iter().take_while(|byte| **byte == b' ').count();
        let content = line + spaces;
        let next = text.next_line(line);
        let is_below = outer.is_none_or(|outer| spaces > outer);
        let is_blank = text.skip_blanks(content) >= text.line_end(content);
        if is_blank && inner.is_none_or(|inner| spaces <= inner) {
            end = next;
        } else if !is_below {
            // What an action leaves behind may well be indented.
            let Some(actions) = actions_end(text, content) else { break };
            line = text.next_line(actions);
            continue;
        } else if inner.is_some_and(|inner| spaces < inner) && text.bytes[content] == b'#' {
            break;
        } else {
            let inner = *inner.get_or_insert(spaces);
            start.get_or_insert(line + inner.min(spaces));
            end = next;
        }
        line = next;
    }
    let inner = inner.unwrap_or_default();
    let value = scalar::block(&text.bytes[body..end], inner, header.style, header.chomp);
    let start = start.unwrap_or(end);
    let span = start..start + text.bytes[start..end].trim_ascii_end().len();
    Some(Block { scalar: Scalar { text: value.into(), span, style: header.style }, next: end })
}

fn header(text: Text<'_, '_>, at: usize) -> Option<Header> {
    let style = match text.get(at)? {
        b'|' => Style::Literal,
        b'>' => Style::Folded,
        _ => return None,
    };
    let mut header = Header { style, chomp: None, indent: None };
    let mut end = at + 1;
    while let Some(byte) = text.get(end).filter(|byte| !byte.is_ascii_whitespace()) {
        match byte {
            b'-' | b'+' if header.chomp.is_none() => header.chomp = Some(byte),
            b'1'..=b'9' if header.indent.is_none() => {
                header.indent = Some(usize::from(byte - b'0'));
            }
            _ => return None,
        }
        end += 1;
    }
    text.is_over(text.skip_blanks(end)).then_some(header)
}

/// Where the actions end that stand at `at`, if nothing else is on their lines.
pub(super) fn actions_end(text: Text<'_, '_>, at: usize) -> Option<usize> {
    let mut end = text.actions.at(at)?.end;
    loop {
        let next = text.skip_blanks(end);
        match text.actions.at(next) {
            Some(action) => end = action.end,
            None => return (next >= text.line_end(next)).then_some(end),
        }
    }
}

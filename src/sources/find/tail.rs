//! What follows a host in a reference: the path, tag and digest.

use std::ops::Range;

use super::bytes::{is_name, run};
use super::escape::{at_sign_at, colon_at, slash_at};
use super::found::{Segment, Slash};
use super::steering::{Steering, may_be_version, steering};
use super::template::{self, Around};
use crate::image::Digest;
use crate::sources::span::Span;

/// How long a name may be: a repository 255 bytes, a tag 128, a digest 135, and templates in them.
const LONGEST: usize = 1024;

/// How long a tag may be with the template that may leave it out.
const LONGEST_BLOCK: usize = 256;

/// What follows a host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tail {
    /// Behind all of it.
    pub(super) end: usize,
    pub(super) slash: Slash,
    pub(super) path: Vec<Segment>,
    pub(super) ends_in_slash: bool,
    pub(super) tag: Option<Segment>,
    pub(super) digest: Option<Segment>,
}

/// Reads a tail.
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    /// The byte in front of the whole name.
    pub(super) opening: Option<u8>,
    /// Whether none of what is looked for stands in these bytes.
    pub(super) is_free: &'a dyn Fn(Span) -> bool,
}

impl Reader<'_> {
    /// The tail that begins at `start`, right behind a host.
    pub(super) fn read(&self, start: usize) -> Tail {
        let mut tail = Tail { end: start, ..Tail::default() };
        let limit = start.saturating_add(LONGEST);
        while let Some((slash, length)) = slash_at(self.bytes, tail.end) {
            if !tail.path.is_empty() && slash != tail.slash {
                break;
            }
            let at = tail.end + length;
            let part = self.part(at, limit);
            tail.slash = slash;
            tail.end = part.as_ref().map_or(at, |part| part.span.end);
            tail.ends_in_slash = part.is_none();
            let Some(part) = part else { break };
            tail.path.push(part);
        }
        if tail.path.is_empty() || tail.ends_in_slash {
            return tail;
        }
        tail.tag = match colon_at(self.bytes, tail.end) {
            Some(colon) => {
                let at = tail.end + colon;
                // With a slash behind it, a host begins another name there.
                let is_host = |tag: &Segment| {
                    slash_at(self.bytes, tag.span.end).is_some()
                        && !(self.is_free)(tag.span.clone())
                };
                let tag = self.part(at, limit).filter(|tag| !is_host(tag));
                tag.or_else(|| self.concatenated(at))
            }
            None => self.optional_version(tail.end),
        };
        tail.end = tail.tag.as_ref().map_or(tail.end, |tag| tag.span.end);
        if let Some(sign) = at_sign_at(self.bytes, tail.end) {
            tail.digest = self.digest(tail.end + sign, limit);
        }
        if let Some(digest) = &tail.digest {
            tail.end = digest.span.end;
        } else if let Some(last) = tail.tag.as_mut().or(tail.path.last_mut()) {
            self.end_of_sentence(last);
            tail.end = last.span.end;
        }
        tail
    }

    /// A part of a path, or a tag, at `start`.
    fn part(&self, start: usize, limit: usize) -> Option<Segment> {
        let mut at = start;
        let mut is_template = false;
        let mut is_start = true;
        let mut opened = 0_usize;
        while at < limit {
            let around = Around { is_start, opening: self.opening };
            if let Some(length) = self.template(at, around) {
                let text = &self.bytes[at..at + length];
                match steering(text) {
                    // Of a block around the whole name.
                    Some(Steering::Closes | Steering::Turns) if opened == 0 => break,
                    Some(Steering::Closes) => opened -= 1,
                    Some(Steering::Opens) => opened += 1,
                    _ => {}
                }
                if at > start && may_be_version(text, self.bytes.get(at + length).copied()) {
                    break;
                }
                at += length;
                is_template = true;
                is_start = true;
                continue;
            }
            match self.bytes.get(at) {
                Some(b'.' | b'-') if at == start => break,
                Some(&byte) if is_name(byte) => {
                    at += 1;
                    is_start = matches!(byte, b'.' | b'-' | b'_');
                }
                _ => {
                    // One that ends on another line, say.
                    is_template |= template::opens(self.bytes, at);
                    break;
                }
            }
        }
        // What is too long is not known to its end.
        (at > start).then(|| self.segment(start..at, is_template || at >= limit))
    }

    /// A tag or digest that may be left out, with what decides that. It takes the place of a tag.
    fn optional_version(&self, start: usize) -> Option<Segment> {
        let around = Around { is_start: false, opening: self.opening };
        let end = start + self.template(start, around)?;
        let text = self.bytes.get(start..end)?;
        let next = self.bytes.get(end).copied();
        if !may_be_version(text, next) {
            return None;
        }
        let Some(Steering::Opens) = steering(text) else {
            return Some(self.segment(start..end, true));
        };
        let block = self.block_end(end).filter(|&at| (self.is_free)(end..at));
        Some(self.segment(start..block.unwrap_or(end + 1), true))
    }

    /// Where the block ends, on this line, that is open at `at`.
    fn block_end(&self, mut at: usize) -> Option<usize> {
        let limit = at + LONGEST_BLOCK;
        let around = Around::default();
        let mut opened = 1_usize;
        while at < limit && !matches!(self.bytes.get(at), None | Some(b'\n' | b'\r')) {
            let is_brace = self.bytes[at] == b'{';
            let length = is_brace.then(|| template::length(self.bytes, at, around)).flatten();
            let length = length.unwrap_or(1);
            match steering(&self.bytes[at..at + length]) {
                Some(Steering::Opens) => opened += 1,
                Some(Steering::Closes) => opened -= 1,
                _ => {}
            }
            at += length;
            if opened == 0 {
                return Some(at);
            }
        }
        None
    }

    fn template(&self, at: usize, around: Around) -> Option<usize> {
        // A slash or an at sign in another spelling is none.
        if self.bytes.get(at).is_none_or(|&byte| byte.is_ascii_alphanumeric())
            || slash_at(self.bytes, at).is_some()
        {
            return None;
        }
        let length = template::length(self.bytes, at, around)?;
        (self.is_free)(at..at + length).then_some(length)
    }

    /// `"CCR/shop/web:" + tag`: the text ends at `at`, and what it is joined with is made elsewhere.
    /// So is what a template that can't be read to its end begins with.
    fn concatenated(&self, at: usize) -> Option<Segment> {
        let goes_on = self.is_quote(at) || template::opens(self.bytes, at);
        goes_on.then(|| self.segment(at..at, true))
    }

    fn is_quote(&self, at: usize) -> bool {
        let signs = run(self.bytes, at, 8, |byte| byte == b'\\');
        matches!(self.bytes.get(at + signs), Some(b'"' | b'\'' | b'`'))
    }

    /// A digest at `start`: all of one, or what stands in its place.
    fn digest(&self, start: usize, limit: usize) -> Option<Segment> {
        let word = run(self.bytes, start, 16, |byte| byte.is_ascii_alphanumeric());
        let colon = colon_at(self.bytes, start + word).filter(|_| word > 0);
        let Some(colon) = colon else {
            let around = Around { is_start: true, opening: self.opening };
            let is_template = self.template(start, around).is_some();
            return is_template
                .then(|| self.part(start, limit))
                .flatten()
                .or_else(|| self.concatenated(start));
        };
        let code = start + word + colon;
        let end = self.part(code, limit).map_or(code, |part| part.span.end);
        let mut digest = self.segment(start..end, true);
        if colon > 1 {
            digest.text = digest.text.replacen(&digest.text[word..word + colon], ":", 1);
        }
        digest.is_template = digest.text.parse::<Digest>().is_err();
        Some(digest)
    }

    /// A full stop belongs to the sentence, an underscore to Markdown if one stands in front of the
    /// name. With a hyphen in front of a quote, the text goes on elsewhere.
    fn end_of_sentence(&self, last: &mut Segment) {
        last.is_template |= last.text.ends_with('-') && self.is_quote(last.span.end);
        let signs: &[char] = if self.opening == Some(b'_') { &['.', '_'] } else { &['.'] };
        let kept = last.text.trim_end_matches(signs).len();
        last.span.end -= last.text.len() - kept;
        last.text.truncate(kept);
    }

    fn segment(&self, span: Range<usize>, is_template: bool) -> Segment {
        let text = String::from_utf8_lossy(&self.bytes[span.clone()]).into_owned();
        let is_word = |text: &str| text.len() > 4 && text.starts_with("__") && text.ends_with("__");
        let is_template = is_template || is_word(&text);
        Segment { span, text, is_template }
    }
}

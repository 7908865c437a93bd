//! What stands outside of all scalars: in comments, and in actions of templates.

use memchr::{memchr, memrchr};

use super::actions;
use super::rules::in_code;
use super::text::Text;
use crate::sources::context::Purpose;
use crate::sources::span::Span;

/// So much of an action is looked at in front of a place, in bytes.
const NEAR: usize = 512;

/// Looks at places in their order, each line once.
pub(super) struct Outside<'a, 't> {
    text: Text<'a, 't>,
    /// Where the line ends that was looked at last.
    line_end: usize,
    /// Where its comment begins.
    comment: Option<usize>,
}

impl<'a, 't> Outside<'a, 't> {
    pub(super) fn new(text: Text<'a, 't>) -> Self {
        Self { text, line_end: 0, comment: None }
    }

    /// The purpose of what stands at `found`.
    pub(super) fn purpose(&mut self, found: &Span) -> Purpose {
        let at = found.start;
        if let Some(action) = self.text.actions.around(at) {
            let bytes = self.text.bytes;
            if actions::is_comment(&bytes[action.clone()]) {
                return Purpose::Comment;
            }
            let text = |span: Span| String::from_utf8_lossy(&bytes[span]).into_owned();
            let before = text(action.start.max(at.saturating_sub(NEAR))..at);
            let end = found.end.max(action.end.min(found.end + NEAR));
            let purpose = in_code(&before, &text(found.clone()), &text(found.end..end));
            return purpose.unwrap_or(Purpose::Reference);
        }
        if at >= self.line_end {
            self.look_at_line(at);
        }
        let is_comment = self.comment.is_some_and(|comment| comment < at);
        if is_comment { Purpose::Comment } else { Purpose::Reference }
    }

    fn look_at_line(&mut self, at: usize) {
        let bytes = self.text.bytes;
        let start = memrchr(b'\n', &bytes[self.line_end..at]);
        let mut sign = start.map_or(self.line_end, |end| self.line_end + end + 1);
        self.line_end = self.text.next_line(at);
        self.comment = loop {
            match memchr(b'#', &bytes[sign..self.line_end]) {
                None => break None,
                Some(found) if self.text.is_over(sign + found) => break Some(sign + found),
                Some(found) => sign += found + 1,
            }
        };
    }
}

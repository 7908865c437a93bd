//! What stands outside of all scalars: in comments, and in actions of templates.

use memchr::{memchr, memrchr};

use super::actions;
use super::text::Text;
use crate::sources::context::Purpose;

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

    /// The purpose of what stands at `at`.
    pub(super) fn purpose(&mut self, at: usize) -> Purpose {
        let action = self.text.actions.around(at);
        if action.clone().is_some_and(|action| actions::is_comment(&self.text.bytes[action])) {
            return Purpose::Comment;
        }
        if at >= self.line_end {
            self.look_at_line(at);
        }
        let is_comment = self.comment.is_some_and(|comment| comment < at) && action.is_none();
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

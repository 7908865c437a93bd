//! Lines of YAML: which belong together, by how far they are indented.

use std::ops::Range;

/// A text in double quotes, which YAML reads as JSON does.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The lines of a YAML file in block style.
pub(super) struct Lines<'a> {
    lines: Vec<&'a [u8]>,
    /// For each line, that of the key or list that it stands directly below.
    parents: Vec<Option<usize>>,
}

impl<'a> Lines<'a> {
    /// With their ends.
    pub(super) fn of(text: &'a [u8]) -> Self {
        let lines: Vec<_> = text.split_inclusive(|byte| *byte == b'\n').collect();
        let parents = Vec::with_capacity(lines.len());
        let mut this = Self { lines, parents };
        let mut open: Vec<usize> = Vec::new();
        for at in 0..this.lines.len() {
            // A comment that was changed stands below nothing.
            if this.has_content(at) {
                while open.pop_if(|above| !this.is_above(*above, at)).is_some() {}
                this.parents.push(open.last().copied());
                open.push(at);
            } else {
                this.parents.push(None);
            }
        }
        this
    }

    /// Whether the first of two lines, if nothing between them is as far to the left, has the second
    /// one below it. The items of a list may stand right below its key.
    fn is_above(&self, above: usize, at: usize) -> bool {
        self.depth(above) < self.depth(at)
            || self.depth(above) == self.depth(at) && self.is_item(at) && !self.is_item(above)
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'a [u8]> {
        self.lines.iter().copied()
    }

    /// The lines of the keys that `line` is below, from the outside to the inside, and last the
    /// lines that it can't be without: all of a list, for one can't be overlaid in part, all of a
    /// text in several lines, and else itself.
    pub(super) fn around(&self, line: usize) -> (Vec<usize>, Range<usize>) {
        let mut above = self.above(line);
        above.push(line);
        // A key of a list, or of a text in several lines, and nothing below it.
        let whole = above.iter().position(|at| self.is_item(*at) || self.opens_text(*at));
        let Some(whole) = whole else {
            above.pop();
            return (above, self.block(line));
        };
        let start = match self.is_item(above[whole]) {
            true => above[..whole].last().copied().unwrap_or(0),
            false => above[whole],
        };
        above.truncate(above.iter().take_while(|at| **at < start).count());
        (above, self.block(start))
    }

    /// The line of the outermost key that `line` is below, and all that is below that.
    pub(super) fn outermost(&self, line: usize) -> Range<usize> {
        self.block(self.above(line).first().copied().unwrap_or(line))
    }

    /// From a line to the last that is deeper; of a key, also the items of its list.
    fn block(&self, start: usize) -> Range<usize> {
        let mut end = start + 1;
        for at in (start + 1..self.lines.len()).filter(|at| self.has_content(*at)) {
            // Braces that close stand as far to the left as what they close.
            let is_closing =
                self.depth(at) == self.depth(start) && matches!(self.text(at), [b'}' | b']', ..]);
            if !self.is_above(start, at) && !is_closing {
                break;
            }
            end = at + 1;
        }
        start..end
    }

    /// Lines that open what `line` stands in, from the outside to the inside.
    fn above(&self, line: usize) -> Vec<usize> {
        let above = std::iter::successors(self.parents[line], |at| self.parents[*at]);
        let mut above: Vec<usize> = above.collect();
        above.reverse();
        above
    }

    fn text(&self, at: usize) -> &[u8] {
        self.lines[at].trim_ascii()
    }

    fn depth(&self, at: usize) -> usize {
        self.lines[at].len() - self.lines[at].trim_ascii_start().len()
    }

    fn is_item(&self, at: usize) -> bool {
        self.text(at).starts_with(b"- ") || self.text(at) == b"-"
    }

    /// Whether the line is neither blank nor a comment. In a text of several lines one may look like
    /// that, and is counted to it all the same.
    fn has_content(&self, at: usize) -> bool {
        !self.text(at).is_empty() && !self.text(at).starts_with(b"#")
    }

    /// Whether a text in several lines follows: `key: |`.
    fn opens_text(&self, at: usize) -> bool {
        let Some(value) = self.text(at).rsplit(|byte| *byte == b' ').next() else { return false };
        let is_mark = |byte: &u8| b"+-123456789".contains(byte);
        value
            .split_first()
            .is_some_and(|(first, rest)| matches!(first, b'|' | b'>') && rest.iter().all(is_mark))
    }
}

//! Anchors, aliases and tags as the readers of text meet them.

use std::collections::HashMap;

use super::structure::Builder;
use super::text::Text;
use crate::sources::span::Span;

/// The anchors of a document: where each name was given last.
#[derive(Debug, Default)]
pub(super) struct Anchors<'a>(HashMap<&'a [u8], usize>);

impl<'a> Anchors<'a> {
    /// Takes note of the anchor or tag at `at`. Gives where the node begins, or the line ends.
    pub(super) fn property(
        &mut self,
        text: Text<'a, '_>,
        at: usize,
        in_flow: bool,
        builder: &mut Builder<'a, '_>,
    ) -> usize {
        let word = word(text.rest(at), in_flow);
        match word.split_first() {
            Some((b'&', name)) => {
                self.0.insert(name, at + 1);
                builder.anchor(at + 1);
            }
            _ => builder.tag(is_text_tag(word)),
        }
        text.skip_blanks(at + word.len())
    }

    /// Takes note of an alias.
    pub(super) fn alias(&self, text: Text<'a, '_>, span: Span, builder: &mut Builder<'a, '_>) {
        let written = &text.bytes[span.clone()];
        let id = written.get(1..).and_then(|name| self.0.get(name)).copied();
        builder.alias(id.unwrap_or_default(), String::from_utf8_lossy(written), span);
    }

    /// Anchors are of one document.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// The word that a property or an alias is.
pub(super) fn word(rest: &[u8], in_flow: bool) -> &[u8] {
    let ends = |byte: &u8| {
        byte.is_ascii_whitespace() || in_flow && matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
    };
    &rest[..rest.iter().position(ends).unwrap_or(rest.len()).max(1).min(rest.len())]
}

/// Whether what a tag is in front of is text, whatever it looks like.
fn is_text_tag(tag: &[u8]) -> bool {
    !matches!(tag, b"!!int" | b"!!float" | b"!!bool" | b"!!null")
}

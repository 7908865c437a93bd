//! YAML as `granit-parser` reads it. From the first document on that it can't read, the reader of
//! lines takes over.

use std::borrow::Cow;

use granit_parser::{Event, Parser, ScalarStyle};

use super::lines;
use super::structure::{Builder, Scalar, Style};
use super::text::Text;
use crate::sources::span::Span;

/// Reads all documents of a file that is `source`.
pub(super) fn read<'a>(source: &'a str, text: Text<'a, '_>, builder: &mut Builder<'a, '_>) {
    let options = granit_parser::options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        simple_key_max_lookahead: 4096,
    };
    // Where the last document ended that was read to its end, and what was known then.
    let (mut end, mut mark) = (0, builder.mark());
    for event in Parser::new_from_str_with_options(source, options) {
        let event = event.map(|(event, span)| (event, span.byte_range().unwrap_or_default()));
        // An action reads as a map in a map, which it isn't.
        let is_sound = |(event, span): &(Event<'_>, Span)| {
            !matches!(event, Event::MappingStart(..)) || text.actions.at(span.start).is_none()
        };
        let Some((event, span)) = event.ok().filter(is_sound) else {
            builder.back_to(mark);
            return lines::read(text, end, builder);
        };
        match event {
            Event::DocumentStart(..) => builder.document(span.start),
            Event::DocumentEnd => (end, mark) = (span.end, builder.mark()),
            Event::MappingStart(_, anchor, _) => {
                builder.anchor(anchor);
                builder.open_map();
            }
            Event::SequenceStart(_, anchor, _) => {
                builder.anchor(anchor);
                builder.open_list();
            }
            Event::MappingEnd | Event::SequenceEnd => builder.close(),
            Event::Alias(anchor) => builder.alias(anchor, source[span.clone()].into(), span),
            Event::UnresolvedAlias(_) => builder.alias(0, source[span.clone()].into(), span),
            Event::Scalar(value, style, anchor, tag) => {
                builder.anchor(anchor);
                builder.tag(tag.is_some_and(|tag| {
                    !["int", "float", "bool", "null"]
                        .iter()
                        .any(|it| tag.is_yaml_core_schema_tag(it))
                }));
                builder.scalar(scalar(source, value, style, span));
            }
            _ => {}
        }
    }
}

fn scalar<'a>(source: &str, value: Cow<'a, str>, style: ScalarStyle, span: Span) -> Scalar<'a> {
    let inner = span.start + 1..span.end.saturating_sub(1).max(span.start + 1);
    let trimmed = span.start..span.start + source[span.clone()].trim_end().len();
    match style {
        ScalarStyle::SingleQuoted => Scalar { text: value, span: inner, style: Style::Single },
        ScalarStyle::DoubleQuoted => Scalar { text: value, span: inner, style: Style::Double },
        ScalarStyle::Literal => Scalar { text: value, span: trimmed, style: Style::Literal },
        ScalarStyle::Folded => Scalar { text: value, span: trimmed, style: Style::Folded },
        // It says `~` where nothing stands, and the end of the key if there is one.
        _ if span.is_empty() => {
            let behind = source[span.start..].trim_start_matches([' ', '\t']);
            let colon = source.len() - behind.len();
            let at = if behind.starts_with(':') { colon + 1 } else { span.start };
            Scalar { text: "".into(), span: at..at, style: Style::Plain }
        }
        ScalarStyle::Plain => Scalar { text: value, span: trimmed, style: Style::Plain },
    }
}

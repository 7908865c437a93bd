//! What tests of readers share.

use super::read;
use crate::sources::find::{Found, Name, Segment, Slash, What};

const CCR: &str = "ccr.ccs.tencentyun.com";

/// What is said of each place that is found in `text`, with `CCR` for its host: place, purpose, and
/// the fields beside it.
pub(super) fn said(path: &str, text: &str) -> Vec<String> {
    let text = text.replace("CCR", CCR);
    let found = found(&text);
    let reading = read(path, text.as_bytes(), &found);
    let said = reading.contexts.iter().map(|context| {
        let fields = context.map.map(|map| {
            let fields = reading.maps[map].0.iter();
            let fields = fields.map(|field| format!("{}={}", field.key, &text[field.span.clone()]));
            format!(" [{}]", fields.collect::<Vec<_>>().join(" "))
        });
        let kept = if context.is_marked_to_keep { " kept" } else { "" };
        let fields = fields.unwrap_or_default().replace(CCR, "CCR");
        format!("{}: {:?}{fields}{kept}", context.place, context.purpose)
    });
    said.collect()
}

pub(super) fn found(text: &str) -> Vec<Found> {
    text.match_indices(CCR).map(|(at, _)| place(text, at)).collect()
}

fn place(text: &str, at: usize) -> Found {
    let scheme = text[..at].strip_suffix("://").map_or(at, |before| {
        before.rfind(|it: char| !it.is_ascii_alphabetic()).map_or(0, |end| end + 1)
    });
    let is_part = |it: char| it.is_ascii_alphanumeric() || ".-_${}%".contains(it);
    let mut host_end = at + CCR.len();
    if text[host_end..].starts_with(":443") {
        host_end += 4;
    }
    let mut end = host_end;
    let mut part = |sign: char| {
        let rest = text[end..].strip_prefix(sign)?;
        let length = rest.find(|it: char| !is_part(it)).unwrap_or(rest.len());
        let span = end + 1..end + 1 + length;
        end = span.end;
        let text = &text[span.clone()];
        Some(Segment { span, text: text.to_owned(), is_template: text.contains(['$', '{', '%']) })
    };
    let mut path: Vec<Segment> = std::iter::from_fn(|| part('/')).collect();
    let ends_in_slash = path.last().is_some_and(|last| last.text.is_empty());
    path.retain(|part| !part.text.is_empty());
    let tag = part(':').filter(|tag| !tag.text.is_empty());
    let name = Name {
        host: CCR.parse().unwrap(),
        host_span: at..host_end,
        scheme: scheme..at,
        slash: Slash::Plain,
        path,
        ends_in_slash,
        tag,
        digest: None,
    };
    Found { span: scheme..end, what: What::Name(name) }
}

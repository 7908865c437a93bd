//! Another library must say the same of attributes: their keys, values and places.

use std::collections::BTreeMap;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::Body;
use proptest::prelude::*;

use super::read;
use crate::image::CcrHosts;
use crate::sources::context::{FieldValue, Fields};
use crate::sources::find::Finder;
use crate::sources::span::Span;

/// The strings that are the whole value of an attribute of a block that names CCR: by where they
/// begin, with all strings of that block.
fn expected(body: &Body, text: &str, all: &mut BTreeMap<usize, Vec<(String, String)>>) {
    let strings: Vec<(String, String, Span)> = body
        .attributes()
        .filter_map(|attribute| {
            let Expression::String(value) = &attribute.value else { return None };
            let span = attribute.value.span()?;
            Some((
                attribute.key.to_string(),
                value.value().to_owned(),
                span.start + 1..span.end - 1,
            ))
        })
        .collect();
    let fields: Vec<(String, String)> =
        strings.iter().map(|(key, value, _)| (key.clone(), value.clone())).collect();
    for (_, value, span) in &strings {
        if value.starts_with("ccr.ccs.tencentyun.com") {
            assert_eq!(&text[span.clone()], value);
            all.insert(span.start, fields.clone());
        }
    }
    for block in body.blocks() {
        expected(&block.body, text, all);
    }
}

fn actual(text: &str) -> BTreeMap<usize, Vec<(String, String)>> {
    let found = Finder::new(&CcrHosts::default()).find(text.as_bytes());
    let outline = read(text.as_bytes(), &found);
    let strings = |fields: &Fields| {
        let strings = fields.0.iter().filter_map(|field| match &field.value {
            FieldValue::Text(text) if field.is_verbatim => Some((field.key.clone(), text.clone())),
            _ => None,
        });
        strings.collect()
    };
    let placed = found.iter().zip(&outline.meanings).filter_map(|(found, meaning)| {
        Some((found.span.start, strings(&outline.maps[meaning.map?])))
    });
    placed.collect()
}

fn value() -> impl Strategy<Value = String> {
    let values = vec![
        "\"ccr.ccs.tencentyun.com/shop/web:v1\"",
        "\"ccr.ccs.tencentyun.com\"",
        "\"shop/web\"",
        "\"a } b { c\"",
        "\"镜像\"",
        "12",
        "true",
        "var.x",
        "null",
        "[\"ccr.ccs.tencentyun.com/shop/web\", 2]",
        "upper(\"ccr.ccs.tencentyun.com/shop/web\")",
        "{ image = \"x\" }",
        "var.a ? \"ccr.ccs.tencentyun.com/shop/a\" : \"b\"",
        "<<EOT\nccr.ccs.tencentyun.com/shop/web\n} x = \"y\"\nEOT",
    ];
    prop::sample::select(values).prop_map(str::to_owned)
}

fn body(depth: u32) -> BoxedStrategy<String> {
    let end =
        prop::sample::select(vec!["\n", " # x = \"y\"\n", "\n\n", "\n// } {\n", "\n/* x\n} */\n"]);
    let attribute =
        (0_u32..1000, prop::sample::select(vec!["image", "tag", "server", "a-b"]), value(), end)
            .prop_map(|(number, key, value, end)| {
                let end = if value.starts_with("<<") { "\n" } else { end };
                format!("{key}_{number} = {value}{end}")
            });
    if depth == 0 {
        return prop::collection::vec(attribute, 0..4).prop_map(|lines| lines.concat()).boxed();
    }
    let block =
        (prop::sample::select(vec!["spec", "resource \"a\" \"b\"", "x y"]), body(depth - 1))
            .prop_map(|(head, body)| format!("{head} {{\n{body}}}\n"));
    let line = prop_oneof![3 => attribute, 1 => block];
    prop::collection::vec(line, 0..5).prop_map(|lines| lines.concat()).boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn attributes_are_those_of_the_other_library(text in body(3)) {
        if let Ok(parsed) = hcl_edit::parser::parse_body(&text) {
            let mut all = BTreeMap::new();
            expected(&parsed, &text, &mut all);
            prop_assert_eq!(actual(&text), all, "{}", text);
        }
    }
}

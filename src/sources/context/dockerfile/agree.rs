//! Another library must say the same of what `FROM` and `COPY --from` name.

use parse_dockerfile::{Flag, Instruction, parse};
use proptest::prelude::*;

use super::read;
use crate::image::CcrHosts;
use crate::sources::context::Purpose;
use crate::sources::find::Finder;
use crate::sources::span::Span;

/// The images with CCR's host that the other library finds.
fn expected(text: &str) -> Option<Vec<Span>> {
    let parsed = parse(text).ok()?;
    let mut spans = Vec::new();
    let mut from_flag = |options: &[Flag<'_>]| {
        let from = options.iter().filter(|flag| flag.name.value == "from");
        spans.extend(from.filter_map(|flag| Some(flag.value.as_ref()?.span.clone())));
    };
    let mut images = Vec::new();
    for instruction in &parsed.instructions {
        let instruction = match instruction {
            Instruction::Onbuild(onbuild) => &*onbuild.instruction,
            other => other,
        };
        match instruction {
            Instruction::From(from) => images.push(from.image.span.clone()),
            Instruction::Copy(copy) => from_flag(&copy.options),
            Instruction::Add(add) => from_flag(&add.options),
            _ => {}
        }
    }
    spans.extend(images);
    spans.retain(|span| text[span.clone()].contains("tencentyun"));
    spans.sort_by_key(|span| span.start);
    Some(spans)
}

/// Those that are found here.
fn actual(text: &str) -> Vec<Span> {
    let found = Finder::new(&CcrHosts::default()).find(text.as_bytes());
    let outline = read(text.as_bytes(), &found);
    let images = found.iter().zip(outline.meanings).filter(|(_, meaning)| {
        let place = meaning.place.trim_start_matches("ONBUILD ");
        meaning.purpose == Purpose::Container
            && matches!(place, "FROM" | "COPY --from" | "ADD --from")
    });
    images.map(|(found, _)| found.span.clone()).collect()
}

fn image() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("ccr.ccs.tencentyun.com/shop/web:v1".to_owned()),
        Just("hkccr.ccs.tencentyun.com/shop/web".to_owned()),
        Just("ccr.ccs.tencentyun.com/shop/web:${TAG}".to_owned()),
        Just("alpine:3".to_owned()),
        Just("${BASE}".to_owned()),
    ]
}

/// Blanks between words, with or without an end of line.
fn blank() -> impl Strategy<Value = String> {
    let blanks = vec![
        " ",
        "  ",
        "\t",
        " \\\n ",
        " \\  \n",
        " \\\r\n\t",
        " \\\n# FROM ccr.ccs.tencentyun.com/x/y\n ",
    ];
    prop::sample::select(blanks).prop_map(str::to_owned)
}

fn instruction() -> impl Strategy<Value = String> {
    let image_line = (blank(), image(), blank()).prop_flat_map(|(a, image, b)| {
        let lines = vec![
            format!("FROM{a}{image}"),
            format!("from{a}--platform=linux/amd64{b}{image}"),
            format!("FROM{a}{image}{b}AS{a}stage"),
            format!("COPY{a}--from={image}{b}/a{a}/b"),
            format!("COPY{a}--chown=1:1{b}--from={image}{b}/a{a}/b"),
            format!("ONBUILD{a}COPY{b}--from={image}{b}/a{a}/b"),
            format!("ARG{a}BASE={image}"),
            format!("LABEL{a}base=\"{image}\""),
            format!("ENV{a}IMAGE={image}{b}X=y"),
            format!("RUN{a}docker{b}pull{a}{image}"),
            format!("RUN{a}<<EOF\nFROM {image}\nCOPY --from={image} a b\nEOF"),
            format!("COPY{a}<<EOF{b}/Dockerfile\nFROM {image}\n  EOF x\nEOF"),
            format!("# FROM {image}"),
            format!("  # COPY --from={image} a b"),
            format!("CMD [\"FROM\",{a}\"{image}\"]"),
            format!("WORKDIR{a}/FROM"),
            String::new(),
        ];
        prop::sample::select(lines)
    });
    (prop::sample::select(vec!["", "  ", "\t"]), image_line)
        .prop_map(|(indent, line)| format!("{indent}{line}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn images_are_those_of_the_other_library(
        lines in prop::collection::vec(instruction(), 1..8),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let text = format!("FROM scratch{end}{}{end}", lines.join(end));
        if let Some(expected) = expected(&text) {
            prop_assert_eq!(actual(&text), expected, "{}", text);
        }
    }
}

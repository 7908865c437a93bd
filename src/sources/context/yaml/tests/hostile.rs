//! Whatever bytes come: no panic, no time that grows faster than the file, places that are there.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{CCR, find};
use crate::sources::context::{Reading, read};

/// What takes time in its square takes minutes with so many bytes.
const SIZE: usize = 64 << 10;

fn sound(path: &str, bytes: &[u8]) -> Reading {
    let found = find(bytes);
    let reading = read(path, bytes, &found);
    assert_eq!(reading.contexts.len(), found.len());
    for context in &reading.contexts {
        assert!(context.place.len() < 600, "{}", context.place);
        assert!(context.map.is_none_or(|map| map < reading.maps.len()));
    }
    for field in reading.maps.iter().flat_map(|map| &map.0) {
        assert!(field.span.start <= field.span.end && field.span.end <= bytes.len());
    }
    reading
}

#[test]
fn much_of_anything_are_read_soon() {
    let name = format!("{CCR}/a/b:v1");
    let lines = format!("- image: {name}\n  tag: v1\n");
    let flow = format!("{{a: {name}, ");
    let comments = format!("# {name} ");
    let keys = format!("{name}: {name}\n");
    let merges = format!("a: &a {{b: {name}, c: 1}}\n");
    for part in [
        "[",
        "{",
        "a: {",
        "a: [\n",
        "- ",
        "- - - -\n",
        "&a ",
        "&a",
        "!t ",
        "*a",
        "? ",
        ": ",
        "a:\n ",
        "\"",
        "'",
        "a: \"\n",
        "a: '\n",
        "|\n",
        ">",
        "#",
        "---\n",
        "{{",
        "{%",
        "}}",
        "\\",
        "\u{feff}",
        "\0",
        "\t",
        "a: |\n  {{",
        "//",
        "/*",
        "[a: ",
        "[\"a\":",
        "{\"a\":",
        "[1,",
        "a: b: ",
        "镜",
        "\r",
        "%",
        &name,
        &lines,
        &flow,
        &comments,
        &keys,
        &merges,
    ] {
        let text = part.repeat(SIZE / part.len());
        for path in ["x.yaml", "x.json"] {
            let start = Instant::now();
            sound(path, text.as_bytes());
            let took = start.elapsed();
            assert!(took < Duration::from_secs(20), "{path} {part:?}: {took:?}");
        }
    }
}

#[test]
fn much_below_one_key_is_read_soon() {
    let item = format!("\"--a={CCR}/b\", $X, {{name: a.b, value: {CCR}}}, ");
    for key in ["args", "env", "parameters", "images", "containers", "x"] {
        for depth in [0, 200] {
            let items = item.repeat(SIZE / item.len());
            let text = format!("{}{key}: [{items}]", "{a: ".repeat(depth));
            let start = Instant::now();
            sound("x.yaml", text.as_bytes());
            assert!(start.elapsed() < Duration::from_secs(20), "{key}: {:?}", start.elapsed());
        }
    }
}

#[test]
fn lines_that_are_indented_more_and_more_are_read_soon() {
    for part in ["a:", "- a", "a: {", "a: \"", "a: |", "a: {{ x }}", "{% x %}", "a: b"] {
        let lines = (0..1500).map(|depth| format!("{}{part}\n", " ".repeat(depth)));
        let text: String = lines.chain([CCR.to_owned()]).collect();
        let start = Instant::now();
        sound("x.yaml", text.as_bytes());
        assert!(start.elapsed() < Duration::from_secs(20), "{part:?}: {:?}", start.elapsed());
    }
}

#[test]
fn what_nests_too_deep_is_said() {
    for text in ["[".repeat(300) + CCR, "- ".repeat(300) + CCR, "{a: ".repeat(300) + CCR] {
        let reading = sound("x.yaml", text.as_bytes());
        assert!(reading.unreadable.is_some_and(|why| why.contains("256")), "{text}");
    }
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "\n", "\n  ", "\n    ", " ", ": ", "- ", "a", "key", CCR, "ccr.ccs.tencentyun.com/a/b:v1", "{", "}",
            "[", "]", ",", "\"", "'", "|", ">-", "#", "&a ", "*a", "!t ", "<<", "---\n", "{{ ", " }}",
            "{% if %}", "\\", "\\n", "//", "/*", "*/", "\r\n", "\t", "镜", "? ", "=", "image: ", "name",
        ])
        .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(pieces in prop::collection::vec(piece(), 0..60), json: bool) {
        let text = pieces.concat();
        sound(if json { "x.json" } else { "x.yaml" }, text.as_bytes());
    }

    #[test]
    fn any_bytes_are_read(mut bytes in prop::collection::vec(any::<u8>(), 0..80), at in 0_usize..80) {
        let at = at.min(bytes.len());
        bytes.splice(at..at, CCR.bytes());
        sound("x.yaml", &bytes);
        sound("x.json", &bytes);
    }
}

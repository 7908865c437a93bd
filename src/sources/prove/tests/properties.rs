//! What holds whatever is rendered.

use proptest::prelude::*;

use super::super::compare::compare;
use super::*;

/// Lines as renderers print them, and others.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("image: ccr.example/shop/web:v1".to_owned()),
        3 => Just("  - a: b".to_owned()),
        2 => "[a-c]{0,3}",
        1 => Just("---".to_owned()),
        1 => Just("metadata:".to_owned()),
        1 => Just("  checksum/a: 0123456789abcdef".to_owned()),
        1 => Just("name: app-k57f6bkh9t".to_owned()),
        1 => Just("a: aW1hZ2U6IGNjci5leGFtcGxlL3Nob3Avd2ViOnYxCg==".to_owned()),
        1 => "\\PC{0,20}",
    ]
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    (prop::collection::vec(line(), 0..30), prop_oneof![Just("\n"), Just("\r\n")])
        .prop_map(|(lines, end)| lines.join(end).into_bytes())
}

proptest! {
    #[test]
    fn what_the_mapping_alone_changes_is_the_same(before in text()) {
        let compared = compare(&before, &before, &map(&before), &map);
        prop_assert!(compared.different.is_none(), "{:?}", compared.different);
        prop_assert_eq!(compared.expected, Expected::default());
    }

    /// A line with nothing that is computed is never explained away.
    #[test]
    fn a_line_more_or_less_is_different(before in text(), at in any::<prop::sample::Index>()) {
        let after = map(&before);
        let mut lines: Vec<_> = after.split_inclusive(|byte| *byte == b'\n').collect();
        lines.insert(at.index(lines.len() + 1), b"a line: of its own\n");
        let after = lines.concat();
        prop_assert!(compare(&before, &before, &after, &map).different.is_some());
    }

    #[test]
    fn no_bytes_are_too_much(
        before in prop::collection::vec(any::<u8>(), 0..200),
        again in prop::collection::vec(any::<u8>(), 0..200),
        after in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let _ = compare(&before, &again, &after, &map);
        let _ = compare(&before, &before, &after, &map);
    }

    #[test]
    fn nor_are_any_lines(before in text(), again in text(), after in text()) {
        let _ = compare(&before, &again, &after, &map);
        let compared = compare(&before, &before, &after, &map);
        if compared.different.is_none() && compared.expected == Expected::default() {
            prop_assert_eq!(map(&before), after);
        }
    }
}

//! What holds whatever a chart's values are.

use proptest::prelude::*;

use super::*;

fn line() -> impl Strategy<Value = String> {
    let rest = prop_oneof![
        Just("a: b"),
        Just("image: ccr.ccs.tencentyun.com/shop/web"),
        Just("registry: \"ccr.ccs.tencentyun.com\""),
        Just("- ccr.ccs.tencentyun.com/shop/web"),
        Just("- name: x"),
        Just("- image: ccr.ccs.tencentyun.com/shop/x # y"),
        Just("key:"),
        Just("text: |"),
        Just("text: >-"),
        Just("map: {a: ccr.ccs.tencentyun.com/a/b}"),
        Just("map: {"),
        Just("}"),
        Just("# ccr.ccs.tencentyun.com/a/b"),
        Just(""),
        Just("&a"),
        Just("c: *a"),
        Just("d: &a ccr.ccs.tencentyun.com/a/b"),
    ];
    (0..4_usize, 0..100, rest).prop_map(|(depth, number, rest)| {
        "  ".repeat(depth) + &rest.replacen(':', &format!("{number}:"), 1)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// What comes out was checked against what helm makes of it; here only that it does come out.
    #[test]
    fn whatever_is_yaml_can_be_overlaid(lines in prop::collection::vec(line(), 0..12)) {
        let file = lines.join("\n");
        match values(file.as_bytes(), map(&file).as_bytes(), &[]) {
            Ok(_) | Err(EmitError::NotYaml(_)) => {}
            Err(error) => prop_assert!(false, "{error}:\n{file}"),
        }
    }

    #[test]
    fn no_bytes_are_too_much(old in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = values(&old, &old, &["a".to_owned()]);
        let _ = component(&old, &old);
        let text = String::from_utf8_lossy(&old).into_owned() + "\na: ccr.ccs.tencentyun.com/a/b";
        let _ = values(text.as_bytes(), map(&text).as_bytes(), &["a".to_owned()]);
        let _ = component(text.as_bytes(), map(&text).as_bytes());
    }
}

//! Values for `helm -f`.

use super::*;

fn emitted(file: &str) -> Emitted {
    values(file.as_bytes(), map(file).as_bytes(), &[]).unwrap()
}

#[track_caller]
fn becomes(file: &str, overlay: &str) {
    assert_eq!(body(&emitted(file)), overlay);
}

#[test]
fn only_what_changes_is_there_and_where_it_was() {
    becomes(
        "# The image.\nimage:\n  # Where from.\n  registry: ccr.ccs.tencentyun.com\n  repository: shop/web\n  \
         tag: 1.10\nreplicas: 2\nworker:\n    image:\n        repository: 'ccr.ccs.tencentyun.com/shop/w' # x\n\
         \u{20}       pullPolicy: Always\nother: true\n",
        "image:\n  registry: shop.tencentcloudcr.com\nworker:\n    image:\n\
         \u{20}       repository: 'shop.tencentcloudcr.com/shop/w' # x\n",
    );
}

#[test]
fn lists_are_whole() {
    becomes(
        "a: 1\nsidecars:\n- name: x\n  # y\n  image: ccr.ccs.tencentyun.com/shop/x:v1\n\n- name: y\n  \
         on: yes\nb:\n  list:\n    - c\n    - ccr.ccs.tencentyun.com/shop/y\n  d: e\n",
        "sidecars:\n- name: x\n  # y\n  image: shop.tencentcloudcr.com/shop/x:v1\n\n- name: y\n  \
         on: yes\nb:\n  list:\n    - c\n    - shop.tencentcloudcr.com/shop/y\n",
    );
}

#[test]
fn texts_of_several_lines_are_whole() {
    becomes(
        "a: 1\nconfig: |-\n  first\n\n  # no comment\n  image: ccr.ccs.tencentyun.com/shop/x\nb: 1\n",
        "config: |-\n  first\n\n  # no comment\n  image: shop.tencentcloudcr.com/shop/x\n",
    );
    becomes(
        "a:\n  b: >\n    one\n      two ccr.ccs.tencentyun.com/shop/x\n    three\n  c: d\n",
        "a:\n  b: >\n    one\n      two shop.tencentcloudcr.com/shop/x\n    three\n",
    );
    becomes(
        "a:\n  b: one\n    two ccr.ccs.tencentyun.com/shop/x\n    three\n  c: d\ne: f\n",
        "a:\n  b: one\n    two shop.tencentcloudcr.com/shop/x\n    three\n  c: d\n",
    );
}

#[test]
fn maps_in_braces_are_whole() {
    becomes(
        "a: 1\nimage: {registry: ccr.ccs.tencentyun.com, tag: \"1\"}\nb: 1\n",
        "image: {registry: shop.tencentcloudcr.com, tag: \"1\"}\n",
    );
    becomes(
        "a: 1\nimage: {\n  registry: ccr.ccs.tencentyun.com,\n  tag: \"1\"\n}\nb: 1\n",
        "image: {\n  registry: shop.tencentcloudcr.com,\n  tag: \"1\"\n}\n",
    );
}

#[test]
fn what_is_used_elsewhere_comes_along() {
    // Helm reads `*image` before it overlays anything.
    let file = "image: &image ccr.ccs.tencentyun.com/shop/web\nworker:\n  image: *image\n  a: b\n\
                base: &base\n  image: ccr.ccs.tencentyun.com/shop/x\nmore:\n  <<: *base\n";
    let overlay = emitted(file);
    let read = |text: &str| -> serde_json::Value {
        let mut value: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
        value.apply_merge().unwrap();
        serde_yaml::from_value(value).unwrap()
    };
    let read = read(&body(&overlay));
    for place in ["/image", "/worker/image", "/base/image", "/more/image"] {
        let value = read.pointer(place).unwrap().as_str().unwrap();
        assert!(value.starts_with("shop.tencentcloudcr.com/"), "{place}");
    }
}

#[test]
fn values_of_a_dependency_stand_below_its_name() {
    let file = "image:\n  registry: ccr.ccs.tencentyun.com\n\n  a: b";
    let overlay =
        values(file.as_bytes(), map(file).as_bytes(), &["redis".to_owned(), "on".to_owned()])
            .unwrap();
    assert_eq!(
        body(&overlay),
        "\"redis\":\n  \"on\":\n    image:\n      registry: shop.tencentcloudcr.com\n"
    );
}

#[test]
fn line_ends_and_marks_are_no_trouble() {
    becomes(
        "\u{feff}a: 1\r\nimage:\r\n  registry: ccr.ccs.tencentyun.com\r\n",
        "image:\n  registry: shop.tencentcloudcr.com\n",
    );
    becomes("---\nb: ccr.ccs.tencentyun.com/a/b", "b: shop.tencentcloudcr.com/a/b\n");
}

#[test]
fn nothing_comes_of_nothing() {
    assert_eq!(emitted("a: b\n"), Emitted::default());
    assert_eq!(emitted("# ccr.ccs.tencentyun.com\na: b\n"), Emitted::default(), "a comment");
    assert_eq!(emitted(""), Emitted::default());
}

#[test]
fn what_is_no_yaml_is_refused() {
    let template = "a: {{ .Values.b }}\nimage: ccr.ccs.tencentyun.com/a/b\n";
    let error = values(template.as_bytes(), map(template).as_bytes(), &[]).unwrap_err();
    assert!(matches!(error, EmitError::NotYaml(_)), "{error}");
    let error = values(b"a: b\n", b"a: b\nc: d\n", &[]).unwrap_err();
    assert!(matches!(error, EmitError::NotTheSame(_)), "{error}");
}

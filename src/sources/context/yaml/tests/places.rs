//! Where things stand, and what stands beside them.

use super::{beside, says};
use crate::sources::context::Purpose::{Comment, Comparison, Container, Reference};

#[test]
fn a_place_is_the_path_of_keys() {
    says(
        "k8s/web.yaml",
        "spec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: CCR/shop/web:v1\n",
        &[("spec.template.spec.containers[0].image", Container)],
    );
    says(
        "x.yaml",
        "a.b/c: {\"d e\": [x, CCR/shop/web]}\n",
        &[("[\"a.b/c\"][\"d e\"][1]", Reference)],
    );
    says("x.json", "{\"Image\": \"CCR\\/shop\\/web\"}", &[("Image", Reference)]);
    says("x.yaml", "镜像: CCR/a/b\r\n", &[("镜像", Reference)]);
}

#[test]
fn a_path_of_many_keys_is_cut_off_outside() {
    let key = "k".repeat(60);
    let text = format!("{key}: {{{key}: {{{key}: {{image: CCR/a/b}}}}}}\n");
    let inner = format!("….{key}.{key}.image");
    says("x.yaml", &text, &[(&inner, Reference)]);
}

#[test]
fn fields_beside_it_are_given_with_their_values() {
    beside(
        "values.yaml",
        "image:\n  registry: CCR\n  repository: 'shop/web'\n  tag: 1.10 # why\n  pullPolicy:\n  n: 7\n  on: {x: y}\n",
        &["registry=CCR repository=shop/web tag=? pullPolicy= n=#7"],
    );
    beside(
        "values.json",
        r#"{"image": {"repository": "CCR\/shop\/web", "tag": "v1"}, "x": "CCR/a"}"#,
        &["repository=CCR/shop/web! tag=v1", "x=CCR/a"],
    );
    beside(
        "values.yaml",
        "image: >-\n  CCR/a/b\ntag: |\n  v1\nversion: \"a\\x41\"\ncommand: x CCR/c/d\n",
        &["image=CCR/a/b tag=v1 version=aA! command=x CCR/c/d", "-"],
    );
    beside("x.yaml", "images: [CCR/a/b, CCR/c/d]\n", &["-", "-"]);
}

#[test]
fn entries_of_name_and_value_are_fields() {
    beside(
        "app.yaml",
        "parameters:\n- name: image.repository\n  value: CCR/shop/web\n- {name: image.tag, value: v1}\n- name: other.tag\n  value: v2\n- name: plain\n  value: CCR\n",
        &["repository=CCR/shop/web tag=v1", "plain=CCR"],
    );
}

#[test]
fn a_comment_is_no_value() {
    says(
        "x.yaml",
        "# CCR/a/b\nimage: x # CCR/c/d\nlist:\n  # - CCR/e/f\n- \"a # CCR/g\"\n- b#CCR/h\n",
        &[
            ("", Comment),
            ("", Comment),
            ("", Comment),
            ("list[0]", Reference),
            ("list[1]", Reference),
        ],
    );
    says(
        "tsconfig.json",
        "{\n// CCR/a\n\"a\": \"http://x\", /* CCR/b\n CCR/c */ \"d\": \"CCR/d\", }",
        &[("", Comment), ("", Comment), ("", Comment), ("d", Reference)],
    );
}

#[test]
fn documents_are_separate() {
    says(
        "x.yaml",
        "kind: A\n---\n# CCR/x\nimage: CCR/a\n...\n---\nb: [CCR/c]\n",
        &[("", Comment), ("image", Reference), ("b[0]", Reference)],
    );
}

#[test]
fn keys_are_places_too() {
    says("x.yaml", "CCR/a/b: v1\n", &[("[\"ccr.ccs.tencentyun.com/a/b\"] (key)", Comparison)]);
}

#[test]
fn anchors_and_tags_are_no_part_of_a_value() {
    beside(
        "x.yaml",
        "x-image: &image CCR/a/b:v1\nother: *image\ntyped: !!str CCR/c/d\ntag: !!str 1.10\n",
        &[
            "x-image=CCR/a/b:v1 other=CCR/a/b:v1 typed=CCR/c/d tag=1.10",
            "x-image=CCR/a/b:v1 other=CCR/a/b:v1 typed=CCR/c/d tag=1.10",
        ],
    );
}

#[test]
fn what_is_anchored_is_a_field_wherever_its_alias_stands() {
    let web = "registry=CCR repository=shop/web tag=v1";
    let api = "registry=CCR repository=shop/api tag=v1!";
    let text = "web: {registry: &host CCR, repository: shop/web, tag: &tag v1}\napi: {registry: *host, repository: shop/api, tag: *tag}\n";
    beside("values.yaml", text, &[&format!("{web} & {api}")]);
    beside("values.yaml", &format!("x: {{{{ .y }}}}\n{text}"), &[&format!("{web} & {api}")]);
}

#[test]
fn merged_maps_have_the_fields_of_those_they_merge() {
    beside(
        "values.yaml",
        "base: &base\n  registry: CCR\n  repository: shop/web\nmore: &more {tag: v2, registry: other}\nweb:\n  <<: *base\n  tag: v1\napi:\n  <<: [*base, *more]\n  repository: shop/api\nown:\n  <<: *more\n  repository: CCR/own\n",
        &[
            "registry=CCR repository=shop/web & registry=CCR repository=shop/web tag=v1 & tag=v2 registry=other registry=CCR repository=shop/web repository=shop/api",
            "tag=v2 registry=other repository=CCR/own",
        ],
    );
}

#[test]
fn branches_of_a_template_have_fields_of_their_own() {
    beside(
        "templates/cr.yaml",
        "image:\n  {{- if .a }}\n  repository: CCR/a\n  tag: v1\n  {{- else }}\n  repository: CCR/b\n  tag: v2\n  {{- end }}\n",
        &["repository=CCR/a tag=v1", "repository=CCR/a tag=v1 repository=CCR/b tag=v2"],
    );
}

#[test]
fn marks_line_ends_and_directives_are_no_text() {
    says(
        "x.yaml",
        "\u{feff}%YAML 1.2\r\n%TAG ! tag:example.com,2000:\r\n---\r\nimage: CCR/a\r\nlist:\r\n- 镜像: \"CCR/b\"\r\n",
        &[("image", Reference), ("list[0].镜像", Reference)],
    );
    beside("x.yaml", "\u{feff}image: CCR/a # b\r\ntag: v1\r\n", &["image=CCR/a tag=v1"]);
    beside("x.json", "\u{feff}{\"image\":\"CCR/a\",\r\n\"tag\":\t7}", &["image=CCR/a tag=#7"]);
    says("x.yaml", "image: CCR/a\rother: CCR/b\r", &[("image", Reference), ("other", Reference)]);
}

#[test]
fn maps_and_lists_may_be_keys() {
    says(
        "x.yaml",
        "? {image: CCR/a}\n: b: CCR/b\n? [x, CCR/c]\n: CCR/d\nlast: CCR/e\n",
        &[
            ("[\"\"].image", Reference),
            ("[\"\"].b", Reference),
            ("[\"\"][1]", Reference),
            ("[\"\"]", Reference),
            ("last", Reference),
        ],
    );
}

#[test]
fn json_is_read_as_programs_are_lenient_with_it() {
    says(
        "renovate.json5",
        "// CCR/x\n{image: 'CCR/a', \"more\": [\"CCR/b\", 'CCR/c',], /* CCR/y */ 'it\\'s': \"CCR/d\", }\n{\"second\": \"CCR/e\"}\n",
        &[
            ("", Comment),
            ("image", Reference),
            ("more[0]", Reference),
            ("more[1]", Reference),
            ("", Comment),
            ("[\"it's\"]", Reference),
            ("second", Reference),
        ],
    );
    says(
        "x.json",
        "{\"a\": \"{\\\"image\\\": \\\"CCR/a\\\"}\", \"b\": \"x\\nCCR/b\"}",
        &[("image", Reference), ("b", Reference)],
    );
    says(
        "x.json",
        "{ {{ if .x }}\n\"a\": \"CCR/a\", {{ end }}\n\"b\": {{ .y }}, \"c\": \"CCR/c:{{ .z }}\" }",
        &[("a", Reference), ("c", Reference)],
    );
}

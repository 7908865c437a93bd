//! Templates of Helm and Jinja, which no parser reads.

use super::{beside, says};
use crate::sources::context::Purpose::{Comment, Comparison, Container, Pattern, Reference};

#[test]
fn manifests_of_a_chart_have_places() {
    says(
        "templates/deploy.yaml",
        "{{- if .Values.enabled }}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include \"web.name\" . }}\n  labels:\n    {{- include \"web.labels\" . | nindent 4 }}\nspec:\n  template:\n    spec:\n      {{- with .Values.imagePullSecrets }}\n      imagePullSecrets:\n        {{- toYaml . | nindent 8 }}\n      {{- end }}\n      containers:\n        - name: web\n          # CCR/old\n          image: \"CCR/shop/web:{{ .Values.tag | default .Chart.AppVersion }}\" # CCR/x\n          {{- if .Values.args }}\n          args: [\"-x={{ .Values.x | quote }}\", \"--helper=CCR/h\"]\n          {{- end }}\n{{/* CCR/comment\n  of two lines: CCR/y */}}\n        - image: {{ .Values.image | default \"CCR/shop/api\" }}\n      {{- range $i, $c := .Values.more }}\n        - image: CCR/{{ $c.ns }}/z\n      {{- end }}\n{{- end }}\n---\nkind: Pod\nimage: CCR/last\n",
        &[
            ("", Comment),
            ("spec.template.spec.containers[0].image", Container),
            ("", Comment),
            ("spec.template.spec.containers[0].args[1]", Reference),
            ("", Comment),
            ("", Comment),
            ("spec.template.spec.containers[1].image", Reference),
            ("spec.template.spec.containers[2].image", Container),
            ("image", Reference),
        ],
    );
}

#[test]
fn actions_compare_define_and_default() {
    says(
        "templates/_helpers.tpl",
        "{{- define \"image\" -}}\n{{- $registry := default \"CCR\" .Values.registry -}}\n{{- if eq $registry \"CCR\" -}}\n{{- printf \"CCR/%s:%s\" .repository .tag -}}\n{{- else if (hasPrefix \"CCR/\" .image) -}}\n{{- .image | replace \"CCR\" .mirror -}}\n{{- regexReplaceAll \"CCR\" .image \"x\" -}}\n{{- end -}}\n{{- end -}}\n",
        &[
            ("", Reference),
            ("", Comparison),
            ("", Reference),
            ("", Comparison),
            ("", Comparison),
            ("", Pattern),
        ],
    );
}

#[test]
fn fields_of_templates_are_fields() {
    beside(
        "templates/cr.yaml",
        "spec:\n  {{- if .x }}\n  image:\n    registry: CCR\n    {{- end }}\n    repository: shop/web\n    tag: {{ .Values.tag }}\n    other: {{ toYaml .y | nindent 6 }}\n  more: \"CCR/a:{{ .z }}\"\n",
        &[
            "registry=CCR repository=shop/web tag={{ .Values.tag }} other={{ toYaml .y | nindent 6 }}",
            "more=CCR/a:{{ .z }}",
        ],
    );
}

#[test]
fn files_of_ansible_and_salt_are_read() {
    says(
        "templates/compose.yml.j2",
        "services:\n{% for name in names %}\n  {{ name }}:\n    image: CCR/shop/{{ name }}:{{ tag }}\n{% if registry == 'CCR' %}\n    x: y\n{% endif %}\n{% endfor %}\n{# CCR/comment #}\n  db:\n    image: CCR/db\n",
        &[
            ("services[\"{{ name }}\"].image", Container),
            ("", Comparison),
            ("", Comment),
            ("services.db.image", Container),
        ],
    );
    says(
        "roles/web/defaults/main.yml",
        "web_image: \"CCR/shop/web:{{ web_tag }}\"\nweb_registry: \"{{ registry | default('CCR') }}\"\n",
        &[("web_image", Reference), ("web_registry", Reference)],
    );
}

#[test]
fn blocks_go_on_behind_lines_of_actions() {
    says(
        "templates/config.yaml",
        "kind: ConfigMap\ndata:\n  app.yaml: |\n    image: CCR/a\n{{- if .x }}\n    other: CCR/b\n{{- end }}\n{{ .Files.Get \"x\" | indent 4 }}\n  run.sh: |\n    docker pull CCR/c\n  last: CCR/d\n",
        &[
            ("image", Reference),
            ("other", Reference),
            ("docker pull", Container),
            ("data.last", Reference),
        ],
    );
}

#[test]
fn what_is_broken_is_read_as_far_as_it_goes() {
    says(
        "x.yaml",
        "a: [unclosed\nb: CCR/b\nc: \"open\nd: CCR/d\n\te: CCR/e\n f: CCR/f\ng: 'x' CCR/g\n",
        &[("b", Reference), ("d", Reference), ("e", Reference), ("f", Reference), ("", Reference)],
    );
    says(
        "x.json",
        "{\"a\": {\"b\": \"CCR/b\", \"c\": [\"CCR/c\"",
        &[("a.b", Reference), ("a.c[0]", Reference)],
    );
}

#[test]
fn text_that_is_no_utf_8_is_read_by_its_lines() {
    let mut bytes = b"# \xd6\xd0\xce\xc4\nname: \xd6\xd0\nimage: ".to_vec();
    bytes.extend(super::CCR.bytes());
    bytes.extend(b"/a/b:v1 # \xce\xc4\n");
    let reading = crate::sources::context::read("x.yaml", &bytes, &super::find(&bytes));
    let said: Vec<_> = reading.contexts.iter().map(|it| (&*it.place, &it.purpose)).collect();
    assert_eq!(said, [("image", &Reference)]);
    assert!(!reading.maps[0].0[0].is_verbatim && reading.maps[0].0[1].is_verbatim);
}

#[test]
fn hosts_are_looked_up_by_their_regions() {
    says(
        "templates/_region.tpl",
        "{{- $map := dict\n  \"ap-guangzhou\" \"CCR\"\n  \"ap-seoul\"   \"krCCR\" -}}\n{{- index $map .r | default \"CCR\" -}}\n",
        &[("", Comparison), ("", Comparison), ("", Reference)],
    );
}

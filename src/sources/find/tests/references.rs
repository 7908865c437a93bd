//! Whole references, as they stand in the files of other systems.

use super::{assert_seen, find, seen};
use crate::sources::find::{Slash, What};

#[test]
fn a_reference_is_read_to_its_end_in_every_format() {
    for text in [
        "image: CCR/shop/web:v1",
        "image: \"CCR/shop/web:v1\"",
        "image: 'CCR/shop/web:v1' # it",
        "{image: CCR/shop/web:v1}",
        "[CCR/shop/web:v1, nginx]",
        "\"Image\":\"CCR/shop/web:v1\"",
        "\\\"Image\\\":\\\"CCR/shop/web:v1\\\"",
        "args: -helper=CCR/shop/web:v1",
        "--destination=CCR/shop/web:v1",
        "FROM CCR/shop/web:v1 AS x",
        "FROM --platform=$BUILDPLATFORM CCR/shop/web:v1",
        "COPY --from=CCR/shop/web:v1 /a /b",
        "# syntax=CCR/shop/web:v1",
        "${WEB_IMAGE:-CCR/shop/web:v1}",
        "${WEB_IMAGE-CCR/shop/web:v1}",
        "${WEB_IMAGE:=CCR/shop/web:v1}",
        "${WEB_IMAGE:?CCR/shop/web:v1}",
        "${WEB_IMAGE+CCR/shop/web:v1}",
        "WEB_IMAGE=CCR/shop/web:v1",
        "<image>CCR/shop/web:v1</image>",
        "&lt;image&gt;CCR/shop/web:v1&lt;/image&gt;",
        "image=\"&quot;CCR/shop/web:v1&quot;\"",
        "IMAGES=(CCR/shop/web:v1 nginx)",
        "image 'CCR/shop/web:v1'",
        "&web CCR/shop/web:v1",
        "sed -i 's|a|CCR/shop/web:v1|'",
        "sed -i \"s#a#CCR/shop/web:v1#g\"",
        "sed 's@CCR/shop/web:v1@registry.lan/a/web:v1@g'\n",
        "a,CCR/shop/web:v1,b",
        "镜像CCR/shop/web:v1。",
        "`CCR/shop/web:v1`",
        "**CCR/shop/web:v1**",
        "**Image: CCR/shop/web:v1**",
        "_CCR/shop/web:v1_",
        "| a |CCR/shop/web:v1| b |",
        "CCR/shop/web:v1<br>or",
        "CCR/shop/web:v1&nbsp;",
        "/* CCR/shop/web:v1*/",
        "docker run -tCCR/shop/web:v1",
        "{{ if .Values.own }}CCR/shop/web:v1{{ end }}",
        "{{- else -}}CCR/shop/web:v1",
        "{% if own %}CCR/shop/web:v1{% endif %}",
        "\u{feff}CCR/shop/web:v1\r\n",
        "CCR/shop/web:v1:ro",
        "CCR/shop/web:v1\0",
    ] {
        assert_eq!(seen(text)[0], "CCR/shop/web:v1", "{text}");
    }
}

#[test]
fn a_scheme_is_told_apart() {
    for (text, expected) in [
        ("docker://CCR/shop/web:v1", "docker://CCR/shop/web:v1"),
        ("uses: docker://CCR/shop/web:v1", "docker://CCR/shop/web:v1"),
        ("oci://CCR/charts/web", "oci://CCR/charts/web"),
        ("https://CCR/v2/", "https://CCR/v2/"),
        ("ostree-unverified-image:docker://CCR/a/b", "docker://CCR/a/b"),
        ("x-oci+https://CCR", "x-oci+https://CCR"),
        ("\\nhttps://CCR", "https://CCR"),
        ("//CCR/shop/web", "CCR/shop/web"),
    ] {
        assert_seen(text, expected);
    }
}

#[test]
fn a_slash_keeps_its_spelling() {
    let digest = "a".repeat(64);
    for (text, slash, expected) in [
        ("CCR/shop/web:v1", Slash::Plain, "CCR/shop/web:v1"),
        ("CCR\\/shop\\/web:v1", Slash::Backslash, "CCR/shop/web:v1"),
        ("https:\\/\\/CCR\\/v2\\/", Slash::Backslash, "https:\\/\\/CCR/v2/"),
        ("CCR%2Fshop%2fweb%3Av1", Slash::Percent, "CCR/shop/web:v1"),
        ("CCR%2Fshop%2Fweb:v1%20x", Slash::Percent, "CCR/shop/web:v1"),
        ("https%3A%2F%2FCCR%2Fshop", Slash::Percent, "https%3A%2F%2FCCR/shop"),
        ("CCR&#47;shop&#x2F;web&#58;v1", Slash::Entity, "CCR/shop/web:v1"),
        ("CCR/shop%2Fweb", Slash::Plain, "CCR/shop"),
        (
            &format!("CCR%2Fa%2Fb%40sha256%3A{digest}"),
            Slash::Percent,
            &format!("CCR/a/b@sha256:{digest}"),
        ),
    ] {
        assert_seen(text, expected);
        let found = find(text);
        let What::Name(name) = &found[0].what else { panic!("{text}") };
        assert_eq!(name.slash, slash, "{text}");
    }
}

#[test]
fn a_digest_is_whole_or_made_elsewhere() {
    let digest = format!("sha256:{}", "0a".repeat(32));
    let long = format!("sha512:{}", "0a".repeat(64));
    for (text, expected) in [
        (format!("CCR/a/b@{digest}"), format!("CCR/a/b@{digest}")),
        (format!("CCR/a/b:v1@{digest}\""), format!("CCR/a/b:v1@{digest}")),
        (format!("CCR/a/b@{long}"), format!("CCR/a/b@{long}")),
        (format!("CCR/a/b@{digest}0"), format!("CCR/a/b@‹{digest}0›")),
        (
            format!("CCR/a/b@{}", digest.to_uppercase()),
            format!("CCR/a/b@‹{}›", digest.to_uppercase()),
        ),
        ("CCR/a/b@sha256:xxx".into(), "CCR/a/b@‹sha256:xxx›".into()),
        ("CCR/a/b@sha256:<digest>".into(), "CCR/a/b@‹sha256:<digest>›".into()),
        ("CCR/a/b@${DIGEST}".into(), "CCR/a/b@‹${DIGEST}›".into()),
        ("CCR/a/b:v1@{{ .digest }}".into(), "CCR/a/b:v1@‹{{ .digest }}›".into()),
        ("\"CCR/a/b@\" + digest".into(), "CCR/a/b@‹›".into()),
        ("CCR/a/b@sha256:".into(), "CCR/a/b@‹sha256:›".into()),
        ("CCR/a/b@latest".into(), "CCR/a/b".into()),
        ("CCR/a/b@".into(), "CCR/a/b".into()),
    ] {
        assert_seen(&text, &expected);
    }
}

#[test]
fn a_sentence_is_no_part_of_a_name() {
    for (text, expected) in [
        ("It is CCR/shop/web.", "CCR/shop/web"),
        ("It is CCR/shop/web...", "CCR/shop/web"),
        ("It is CCR/shop/web, I think", "CCR/shop/web"),
        ("It is CCR/shop/web: the image", "CCR/shop/web"),
        ("It is CCR/shop/web:", "CCR/shop/web"),
        ("It is CCR/shop/web:v1.", "CCR/shop/web:v1"),
        ("It is CCR/shop/web:v1.0.", "CCR/shop/web:v1.0"),
        ("Is it CCR/shop/web?", "CCR/shop/web"),
        ("(CCR/shop/web)", "CCR/shop/web"),
        ("It is CCR.", "CCR"),
        ("It is CCR. Then", "CCR"),
        ("It is CCR: then", "CCR"),
        ("CCR - the old one", "CCR"),
        ("CCR- the old one", "CCR"),
        ("CCR/... and more", "CCR/"),
        ("CCR/shop/… and more", "CCR/shop/"),
        ("CCR/a/b:/data", "CCR/a/b"),
        ("CCR/a/b:-x", "CCR/a/b"),
    ] {
        assert_seen(text, expected);
    }
}

#[test]
fn letters_that_only_ccr_allows_stay() {
    assert_seen("CCR/Dev_/App:V1", "CCR/Dev_/App:V1");
    assert_seen("hub: CCR/Dev_\n", "CCR/Dev_");
    assert_seen("hub: CCR/dev-\n", "CCR/dev-");
    assert_seen("CCR/_a/b", "CCR/_a/b");
}

#[test]
fn text_that_goes_on_elsewhere_is_not_whole() {
    for (text, expected) in [
        ("\"CCR/shop/\" + name", "CCR/shop/"),
        ("\"CCR/\" + name", "CCR/"),
        ("\"CCR/shop/web:\" + tag", "CCR/shop/web:‹›"),
        ("'CCR/shop/web:'+tag", "CCR/shop/web:‹›"),
        ("`CCR/shop/web:` + tag", "CCR/shop/web:‹›"),
        ("\\\"CCR/shop/web:\\\" + tag", "CCR/shop/web:‹›"),
        ("\"CCR/shop/web-\" + x", "CCR/shop/‹web-›"),
        ("\"CCR/team-\" + x", "CCR/‹team-›"),
        ("\"CCR/shop/web:v1-\" + x", "CCR/shop/web:‹v1-›"),
        ("\"CCR/shop/web\": x", "CCR/shop/web"),
    ] {
        assert_seen(text, expected);
    }
}

#[test]
fn several_are_found_in_their_order() {
    assert_eq!(
        seen("CCR/a/b,hkCCR/c/d:1\nx CCR CCR/e/f@CCR/g/h"),
        ["CCR/a/b", "hkCCR/c/d:1", "CCR", "CCR/e/f", "CCR/g/h"]
    );
    assert_eq!(seen("useCCR:america_goose|CCR:gooes-goodcms)"), ["useCCR", "CCR"]);
    assert_seen("CCR/mirror/CCR/a/b:1", "CCR/mirror/CCR/a/b:1");
    assert_eq!(
        seen("sed 's/CCR\\/shop\\/web/CCR\\/shop\\/web:v2/g'"),
        ["Nested CCR", "Nested CCR"]
    );
}

#[test]
fn a_host_behind_a_colon_begins_another_name() {
    assert_eq!(seen("CCR/a/b:CCR/c/d:1"), ["CCR/a/b", "CCR/c/d:1"]);
    assert_eq!(seen("CCR/a/b:registry.lan/c/d"), ["CCR/a/b", "registry.lan/c/d"]);
    assert_seen("CCR/a/b:old", "CCR/a/b:old");
}

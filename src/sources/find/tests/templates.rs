//! Parts that are made elsewhere.

use super::{assert_nothing, assert_seen, seen};

#[test]
fn variables_and_templates_are_parts_of_a_name() {
    for (text, expected) in [
        ("CCR/${NS}/web:${TAG}", "CCR/‹${NS}›/web:‹${TAG}›"),
        ("CCR/${NS:-shop}/web:${TAG:-${DEFAULT}}", "CCR/‹${NS:-shop}›/web:‹${TAG:-${DEFAULT}}›"),
        ("CCR/$NS/web:$TAG", "CCR/‹$NS›/web:‹$TAG›"),
        ("CCR/$NS/web-$ENV:v$TAG", "CCR/‹$NS›/‹web-$ENV›:‹v$TAG›"),
        ("CCR/$1/web:$2", "CCR/‹$1›/web:‹$2›"),
        ("CCR/shop/web:$$TAG", "CCR/shop/web:‹$$TAG›"),
        ("CCR/shop/web:\\${TAG}", "CCR/shop/web:‹\\${TAG}›"),
        ("CCR/shop/web:\\$TAG", "CCR/shop/web:‹\\$TAG›"),
        ("CCR/$(ORG)/$(REPO):$(CV)-$(DIST)", "CCR/‹$(ORG)›/‹$(REPO)›:‹$(CV)-$(DIST)›"),
        (
            "CCR/shop/web:$(git rev-parse --short HEAD)",
            "CCR/shop/web:‹$(git rev-parse --short HEAD)›",
        ),
        ("CCR/shop/web:$(echo $(date))", "CCR/shop/web:‹$(echo $(date))›"),
        ("CCR/shop/web:`git describe`", "CCR/shop/web:‹`git describe`›"),
        ("CCR/shop/web:{{ .Chart.Version }}", "CCR/shop/web:‹{{ .Chart.Version }}›"),
        (
            "CCR/shop/web:{{- .Values.tag | default \"v1\" }}",
            "CCR/shop/web:‹{{- .Values.tag | default \"v1\" }}›",
        ),
        ("CCR/{{ ns }}/x", "CCR/‹{{ ns }}›/x"),
        ("CCR/shop/web:${{ github.sha }}", "CCR/shop/web:‹${{ github.sha }}›"),
        ("CCR/shop/web:${{ secrets['A'] }}", "CCR/shop/web:‹${{ secrets['A'] }}›"),
        ("CCR/shop/web{{ if .x }}-dev{{ end }}:v1", "CCR/shop/‹web{{ if .x }}-dev{{ end }}›:v1"),
        ("CCR/%s/%s:%s", "CCR/‹%s›/‹%s›:‹%s›"),
        ("CCR/%s/web-%02d:%[1]s", "CCR/‹%s›/‹web-%02d›:‹%[1]s›"),
        ("CCR/shop/web:%(tag)s", "CCR/shop/web:‹%(tag)s›"),
        ("CCR/shop/web:v%VERSION%", "CCR/shop/web:‹v%VERSION%›"),
        ("CCR/<namespace>/web:<tag>", "CCR/‹<namespace>›/web:‹<tag>›"),
        ("CCR/<命名空间>/web:v1", "CCR/‹<命名空间>›/web:v1"),
        ("CCR/tsf_<主账号 ID>/<应用名>:[tag]", "CCR/‹tsf_<主账号 ID>›/‹<应用名>›:‹[tag]›"),
        ("CCR/&lt;ns&gt;/web", "CCR/‹&lt;ns&gt;›/web"),
        (
            "CCR/[namespace]/[ImageName]:[镜像版本号]",
            "CCR/‹[namespace]›/‹[ImageName]›:‹[镜像版本号]›",
        ),
        ("CCR/[namespace/repo]:[tag]", "CCR/‹[namespace/repo]›:‹[tag]›"),
        ("CCR/shop/web:@project.version@", "CCR/shop/web:‹@project.version@›"),
        ("CCR/shop/web:v@VERSION@", "CCR/shop/web:v"),
        ("CCR/shop/web:#{Build.Id}#", "CCR/shop/web:‹#{Build.Id}#›"),
        ("CCR/#{ns}/web", "CCR/‹#{ns}›/web"),
        ("CCR/{namespace}/{name}:{tag!r}", "CCR/‹{namespace}›/‹{name}›:‹{tag!r}›"),
        ("CCR/{}/{}", "CCR/‹{}›/‹{}›"),
        ("CCR/shop/{web,api}:v1", "CCR/shop/‹{web,api}›:v1"),
        ("CCR/shop/web:((tag))", "CCR/shop/web:‹((tag))›"),
        ("CCR/shop/web:<< pipeline.number >>", "CCR/shop/web:‹<< pipeline.number >>›"),
        ("CCR/shop/web:<%= tag %>", "CCR/shop/web:‹<%= tag %>›"),
        ("CCR/shop/web:[[ .tag ]]", "CCR/shop/web:‹[[ .tag ]]›"),
        ("CCR/shop/web:~{tag}", "CCR/shop/web:‹~{tag}›"),
        ("CCR/shop/web:$[variables.tag]", "CCR/shop/web:‹$[variables.tag]›"),
        ("CCR/shop/web:$env:TAG", "CCR/shop/web:‹$env:TAG›"),
        ("CCR/shop/web:__TAG__", "CCR/shop/web:‹__TAG__›"),
        ("CCR/shop/*", "CCR/shop/‹*›"),
        ("CCR/*/web:*", "CCR/‹*›/web:‹*›"),
        ("CCR/shop/web-*", "CCR/shop/‹web-*›"),
        ("CCR/**", "CCR/‹**›"),
        ("CCR/*****/w****b:qi***", "CCR/‹*****›/‹w****b›:‹qi***›"),
        ("CCR/{$repoName}/web", "CCR/‹{$repoName}›/web"),
        (
            "CCR/shop/web:{{ \"{{\" }} .tag {{ \"}}\" }}",
            "CCR/shop/web:‹{{ \"{{\" }} .tag {{ \"}}\" }}›",
        ),
        ("CCR/shop/.*", "CCR/shop/‹.*›"),
        ("CCR/shop/[a-z]+", "CCR/shop/‹[a-z]›"),
        ("CCR/shop/(web|api):v1", "CCR/shop/‹(web|api)›:v1"),
        ("CCR/a\\_b/web", "CCR/‹a\\_b›/web"),
    ] {
        assert_seen(text, expected);
    }
}

#[test]
fn a_block_around_a_part_is_told_from_one_in_it() {
    for (text, expected) in [
        (
            "CCR/shop/web{{ if .tag }}:{{ .tag }}{{ end }}",
            "CCR/shop/web:‹{{ if .tag }}:{{ .tag }}{{ end }}›",
        ),
        (
            "CCR/shop/web{{- with .digest }}@{{ . }}{{- else }}:v1{{ end }}\"",
            "CCR/shop/web:‹{{- with .digest }}@{{ . }}{{- else }}:v1{{ end }}›",
        ),
        ("CCR/shop/web${TAG:+:$TAG}", "CCR/shop/web:‹${TAG:+:$TAG}›"),
        ("CCR/shop/web${DIGEST:+@${DIGEST}}", "CCR/shop/web:‹${DIGEST:+@${DIGEST}}›"),
        ("CCR/shop/web${SUFFIX:+-$SUFFIX}:v1", "CCR/shop/‹web${SUFFIX:+-$SUFFIX}›:v1"),
        (
            "CCR/shop/web:{{ if .x }}a{{ else }}b{{ end }}{{ end }}",
            "CCR/shop/web:‹{{ if .x }}a{{ else }}b{{ end }}›",
        ),
        ("{{ if .x }}CCR/shop/web:v1{{ else }}nginx{{ end }}", "CCR/shop/web:v1"),
        ("{% if x %}CCR/shop/web:v1{% else %}nginx{% endif %}", "CCR/shop/web:v1"),
        ("{{ if .x }}CCR{{ end }}/shop", "CCR"),
        ("CCR/shop/web{{ if .tag }}:", "CCR/shop/web:‹{{ if .tag }}:›"),
    ] {
        assert_seen(text, expected);
    }
}

#[test]
fn what_only_looks_like_a_template_ends_a_name() {
    for (text, expected) in [
        ("^CCR/shop/web$", "CCR/shop/web"),
        ("{\"a\":\"CCR/shop/web\"}", "CCR/shop/web"),
        ("CCR/shop/web{", "CCR/shop/web"),
        ("CCR/shop/web:{{ .tag", "CCR/shop/web:‹›"),
        ("CCR/shop/web:v${TAG\n}", "CCR/shop/web:‹v›"),
        ("CCR/shop/web{{\n.tag }}", "CCR/shop/‹web›"),
        ("CCR/shop/web%20x", "CCR/shop/web"),
        ("CCR/shop/web%0Ax", "CCR/shop/web"),
        ("CCR/shop/web</image>", "CCR/shop/web"),
        ("CCR/shop/web<br/>", "CCR/shop/web"),
        ("CCR/shop/web <a>", "CCR/shop/web"),
        ("CCR/shop/web&lt;/image&gt;", "CCR/shop/web"),
        ("CCR/shop/web#readme", "CCR/shop/web"),
        ("**CCR/shop/web**", "CCR/shop/web"),
        ("*CCR/shop/web*", "CCR/shop/web"),
        ("CCR/shop/web]", "CCR/shop/web"),
        ("[CCR/shop/web](https://a)", "CCR/shop/web"),
    ] {
        assert_seen(text, expected);
    }
}

#[test]
fn a_template_never_hides_another_name() {
    assert_eq!(seen("CCR/a/b:${X:-CCR/c/d:v1}"), ["CCR/a/b:‹›", "CCR/c/d:v1"]);
    assert_eq!(seen("CCR/{{ x | replace \"CCR/y/\" \"\" }}"), ["CCR/", "CCR/y/"]);
    assert_eq!(seen("CCR/a/b:${X:-127.0.0.1:5000/c/d}"), ["CCR/a/b:‹›", "127.0.0.1:5000/c/d"]);
}

#[test]
fn a_host_that_is_partly_made_elsewhere_is_told() {
    for (text, expected) in [
        ("${REGION}CCR/shop/web", "Partial ${REGION}CCR"),
        ("${REGION}.ccs.tencentyun.com/shop", "Partial ${REGION}.ccs.tencentyun.com"),
        ("$REGION.ccs.tencentyun.com", "Partial $REGION.ccs.tencentyun.com"),
        ("$HKCCR/shop/web", "Partial $HKCCR"),
        ("{{ .Values.region }}CCR/shop/web", "Partial {{ .Values.region }}CCR"),
        ("{prefix}CCR/{ns}", "Partial {prefix}CCR"),
        ("{}CCR/{}", "Partial {}CCR"),
        ("$(REGION)CCR/shop/web", "Partial $(REGION)CCR"),
        ("%sCCR/%s", "Partial %sCCR"),
        ("%s.ccs.tencentyun.com", "Partial %s.ccs.tencentyun.com"),
        ("%(region)sCCR", "Partial %(region)sCCR"),
        ("%[1]sCCR", "Partial %[1]sCCR"),
        ("%REGION%CCR", "Partial %REGION%CCR"),
        ("@REGION@CCR", "Partial @REGION@CCR"),
        ("#{region}CCR", "Partial #{region}CCR"),
        ("<%= region %>CCR", "Partial <%= region %>CCR"),
        ("<region>CCR/ns", "Partial <region>CCR"),
        ("[region]CCR/ns", "Partial [region]CCR"),
        ("[[ .region ]]CCR/ns", "Partial [[ .region ]]CCR"),
        ("[INFO]CCR/ns", "CCR/ns"),
        ("**CCR:**", "CCR"),
        ("*.ccs.tencentyun.com", "Partial .ccs.tencentyun.com"),
        ("NO_PROXY=.CCR", "Partial .CCR"),
        ("\".ccs.tencentyun.com\"", "Partial .ccs.tencentyun.com"),
        ("\"ccs.tencentyun.com\"", "Partial ccs.tencentyun.com"),
        ("CCR:${PORT}/shop", "Partial CCR"),
    ] {
        assert_seen(text, expected);
    }
    assert_nothing("${X}-mirror.ccs.tencentyun.com");
    assert_nothing("${X}.mirror.ccs.tencentyun.com");
    assert_nothing("CCR.${DOMAIN}");
    assert_nothing("CCR-${X}.tar");
}

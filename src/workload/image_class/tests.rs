use super::*;
use crate::image::Digest;

fn names(rules: &[&str]) -> CcrNames {
    CcrNames {
        ccr: CcrHosts::new(vec!["127.0.0.1:5000".parse().unwrap()]),
        mapping: Mapping::new(rules.iter().map(|rule| rule.parse().unwrap()).collect()),
        owned: None,
    }
}

fn switched(names: &CcrNames, text: &str) -> CcrImage {
    match names.classify(text) {
        ImageClass::Switched(image) => image,
        other => panic!("{text}: {other:?}"),
    }
}

fn new_name(image: &CcrImage) -> String {
    image.new_on(&"prod.tencentcloudcr.com".parse().unwrap()).to_string()
}

fn renamed(text: &str) -> String {
    new_name(&switched(&names(&[]), text))
}

fn refused(text: &str) -> RenameError {
    match names(&[]).classify(text) {
        ImageClass::Refused(error) => error,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn tag_and_digest_stay_and_what_is_missing_stays_missing() {
    let digest = Digest::of(b"x");
    for rest in ["", ":v1", &format!("@{digest}"), &format!(":v1@{digest}")] {
        let new = renamed(&format!("ccr.ccs.tencentyun.com/shop/web{rest}"));
        assert_eq!(new, format!("prod.tencentcloudcr.com/shop/web{rest}"));
    }
}

#[test]
fn any_ccr_host_is_renamed_with_or_without_port() {
    for host in [
        "hkccr.ccs.tencentyun.com",
        "CCR.ccs.tencentyun.com",
        "127.0.0.1:5000",
        "ccr.ccs.tencentyun.com:443",
    ] {
        assert_eq!(renamed(&format!("{host}/shop/web:v1")), "prod.tencentcloudcr.com/shop/web:v1");
    }
}

#[test]
fn the_new_name_may_stand_on_a_port() {
    let image = switched(&names(&["shop=platform/shop"]), "ccr.ccs.tencentyun.com/shop/web:v1");
    assert_eq!(image.old.to_string(), "ccr.ccs.tencentyun.com/shop/web:v1");
    let new = image.new_on(&"127.0.0.1:5001".parse().unwrap());
    assert_eq!(new.to_string(), "127.0.0.1:5001/platform/shop/web:v1");
}

#[test]
fn what_is_not_on_ccr_is_left_alone() {
    for text in [
        "",
        "nginx",
        "shop/web:v1",
        "docker.io/shop/web",
        "prod.tencentcloudcr.com/shop/web",
        "ccr.ccs.tencentyun.com.example.com/shop/web",
        "example.com/ccr.ccs.tencentyun.com/web",
        "127.0.0.1:5001/shop/web",
        "Not a reference at all",
    ] {
        assert!(matches!(names(&[]).classify(text), ImageClass::Elsewhere(_)), "{text}");
    }
}

#[test]
fn a_name_in_upper_case_is_refused_with_the_rule_it_needs() {
    let error = refused("ccr.ccs.tencentyun.com/Dev_/App:v1");
    assert!(error.to_string().contains("ccr.ccs.tencentyun.com/Dev_/App"), "{error}");
    assert_eq!(error.hint(), "choose a name for it: --map 'Dev_=dev'");
    let error = refused("ccr.ccs.tencentyun.com/dev/App:v1");
    assert_eq!(error.hint(), "choose a name for it: --map 'dev/App=NAMESPACE/REPOSITORY'");
}

#[test]
fn a_rule_gives_a_name_in_upper_case_its_new_name() {
    let image = switched(&names(&["Dev_/App=dev/app"]), "ccr.ccs.tencentyun.com/Dev_/App:V1");
    assert_eq!(new_name(&image), "prod.tencentcloudcr.com/dev/app:V1");
    assert_eq!(image.old.to_string(), "ccr.ccs.tencentyun.com/Dev_/App:V1");
}

#[test]
fn white_space_around_it_is_refused_not_trimmed() {
    for text in [
        "ccr.ccs.tencentyun.com/shop/web:v1 ",
        "ccr.ccs.tencentyun.com/shop/web:v1\n",
        " ccr.ccs.tencentyun.com/shop/web:v1",
        "ccr.ccs.tencentyun.com/shop/web ",
    ] {
        let error = refused(text);
        assert!(error.to_string().contains("white space"), "{error}");
    }
}

#[test]
fn what_begins_with_a_ccr_host_and_is_no_reference_is_refused() {
    for text in [
        "ccr.ccs.tencentyun.com",
        "ccr.ccs.tencentyun.com/",
        "ccr.ccs.tencentyun.com/shop/",
        "ccr.ccs.tencentyun.com/shop/web:",
        "ccr.ccs.tencentyun.com/shop/web:a:b",
        "ccr.ccs.tencentyun.com/shop/web@sha256:0",
        "ccr.ccs.tencentyun.com/../web",
        "ccr.ccs.tencentyun.com/shop/web v1",
        "ccr.ccs.tencentyun.com@sha256:0",
    ] {
        assert!(matches!(refused(text), RenameError::Malformed { .. }), "{text}");
    }
    assert!(matches!(refused("ccr.ccs.tencentyun.com/shop"), RenameError::Mapping { .. }));
}

#[test]
fn tencents_own_images_stay() {
    let class = |text: &str| names(&["*=xy/z"]).classify(text);
    let is_tencents = |text: &str| matches!(class(text), ImageClass::Tencents(_));
    assert!(is_tencents("ccr.ccs.tencentyun.com/tkeimages/pause:3"));
    assert!(is_tencents("ccr.ccs.tencentyun.com/library/nginx"));
    assert!(class("ccr.ccs.tencentyun.com/tkeimages2/a").is_on_ccr());
}

#[test]
fn what_the_account_lists_is_the_users_whatever_its_name() {
    let host: Host = "ccr.ccs.tencentyun.com".parse().unwrap();
    let mut owned = OwnedNamespaces::default();
    owned.add([host], &["library".to_owned()]);
    let before = names(&[]);
    let after = CcrNames { owned: Some(owned), ..before.clone() };
    let class = |text: &str| {
        let mut class = before.classify(text);
        after.reclassify(&mut class);
        assert_eq!(class, after.classify(text), "it does not matter when owners are known");
        class
    };
    let is_tencents = |text: &str| matches!(class(text), ImageClass::Tencents(_));
    assert!(class("ccr.ccs.tencentyun.com/library/a").is_on_ccr());
    assert!(class("ccr.ccs.tencentyun.com:443/library/a").is_on_ccr());
    assert!(is_tencents("ccr.ccs.tencentyun.com/tkeimages/a"));
    assert!(is_tencents("hkccr.ccs.tencentyun.com/library/a"));
    assert_eq!(switched(&after, "ccr.ccs.tencentyun.com/stranger/a").owner, Owner::Other);
    assert!(matches!(class("ccr.ccs.tencentyun.com/shop/"), ImageClass::Refused(_)));
}

#[test]
fn a_short_name_is_one_of_docker_hub() {
    for (text, full) in [("nginx", "docker.io/library/nginx"), ("a/b:v1", "docker.io/a/b:v1")] {
        let expected = ImageClass::Elsewhere(Some(full.parse().unwrap()));
        assert_eq!(names(&[]).classify(text), expected);
    }
}

#[test]
fn the_port_of_https_makes_no_other_repository() {
    let name = |text: &str| switched(&names(&[]), text);
    assert_eq!(
        name("ccr.ccs.tencentyun.com:443/shop/web:v1"),
        name("ccr.ccs.tencentyun.com/shop/web:v1")
    );
}

#[test]
fn what_stands_around_a_reference_by_mistake_is_named() {
    for (text, reason) in [
        ("\"ccr.ccs.tencentyun.com/shop/web:v1\"", "there are quotes"),
        ("\u{feff}ccr.ccs.tencentyun.com/shop/web:v1", "there are quotes"),
        ("docker://ccr.ccs.tencentyun.com/shop/web:v1", "a scheme stands in front of it"),
        ("ccr.ccs.tencentyun.com/shop/web:v1\n", "there is white space around it"),
    ] {
        let class = CcrNames::default().classify(text);
        let ImageClass::Refused(error) = class else { panic!("{text}: {class:?}") };
        assert!(error.to_string().contains(reason), "{error}");
    }
    let port = CcrNames::default().classify("CCR.ccs.tencentyun.com:443/shop/web:v1");
    assert!(matches!(port, ImageClass::Switched(_)), "{port:?}");
}

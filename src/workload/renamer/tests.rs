use super::*;
use crate::image::Digest;

fn renamer(rules: &[&str]) -> Renamer {
    Renamer {
        ccr: CcrHosts::new(vec!["127.0.0.1:5000".parse().unwrap()]),
        mapping: Mapping::new(rules.iter().map(|rule| rule.parse().unwrap()).collect()),
        target: "prod.tencentcloudcr.com".parse().unwrap(),
        owned: None,
    }
}

fn renamed(text: &str) -> String {
    match renamer(&[]).rename(text) {
        Renamed::To(name) => name.new_text(),
        other => panic!("{text}: {other:?}"),
    }
}

fn refused(text: &str) -> RenameError {
    match renamer(&[]).rename(text) {
        Renamed::Refused(error) => error,
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
    let mut renamer = renamer(&["shop=platform/shop"]);
    renamer.target = "127.0.0.1:5001".parse().unwrap();
    let Renamed::To(name) = renamer.rename("ccr.ccs.tencentyun.com/shop/web:v1") else { panic!() };
    assert_eq!(name.old_text(), "ccr.ccs.tencentyun.com/shop/web:v1");
    assert_eq!(name.new_text(), "127.0.0.1:5001/platform/shop/web:v1");
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
        assert_eq!(renamer(&[]).rename(text), Renamed::NotCcr, "{text}");
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
    let renamer = renamer(&["Dev_/App=dev/app"]);
    let Renamed::To(name) = renamer.rename("ccr.ccs.tencentyun.com/Dev_/App:V1") else { panic!() };
    assert_eq!(name.new_text(), "prod.tencentcloudcr.com/dev/app:V1");
    assert_eq!(name.old_text(), "ccr.ccs.tencentyun.com/Dev_/App:V1");
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
    let rename = |text: &str| renamer(&["*=xy/z"]).rename(text);
    assert_eq!(rename("ccr.ccs.tencentyun.com/tkeimages/pause:3"), Renamed::Tencents);
    assert_eq!(rename("ccr.ccs.tencentyun.com/library/nginx"), Renamed::Tencents);
    assert!(matches!(rename("ccr.ccs.tencentyun.com/tkeimages2/a"), Renamed::To(_)));
}

#[test]
fn what_the_account_lists_is_the_users_whatever_its_name() {
    let mut renamer = renamer(&[]);
    let host: Host = "ccr.ccs.tencentyun.com".parse().unwrap();
    let mut owned = OwnedNamespaces::default();
    owned.add([host], &["library".to_owned()]);
    renamer.owned = Some(owned);
    assert!(matches!(renamer.rename("ccr.ccs.tencentyun.com/library/a"), Renamed::To(_)));
    assert!(matches!(renamer.rename("ccr.ccs.tencentyun.com:443/library/a"), Renamed::To(_)));
    assert_eq!(renamer.rename("ccr.ccs.tencentyun.com/tkeimages/a"), Renamed::Tencents);
    assert_eq!(renamer.rename("hkccr.ccs.tencentyun.com/library/a"), Renamed::Tencents);
    let Renamed::To(other) = renamer.rename("ccr.ccs.tencentyun.com/stranger/a") else { panic!() };
    assert_eq!(other.owner, Owner::Other);
}

#[test]
fn the_port_of_https_makes_no_other_repository() {
    let name = |text: &str| match renamer(&[]).rename(text) {
        Renamed::To(name) => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        name("ccr.ccs.tencentyun.com:443/shop/web:v1"),
        name("ccr.ccs.tencentyun.com/shop/web:v1")
    );
}

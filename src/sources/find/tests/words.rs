//! What is no reference: patterns, base64, pull secrets, edition flags.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::{CCR, assert_nothing, assert_seen, find, seen};
use crate::sources::find::What;

#[test]
fn hosts_in_regular_expressions_are_found() {
    for (text, expected) in [
        (r"/^ccr\.ccs\.tencentyun\.com\/shop/", r"ccr\.ccs\.tencentyun\.com"),
        (r"^uswccr\.ccs\.tencentyun\.com", r"uswccr\.ccs\.tencentyun\.com"),
        (r"ccr\\.ccs\\.tencentyun\\.com/a", r"ccr\\.ccs\\.tencentyun\\.com"),
        (r"ccr\\\\.ccs\\\\.tencentyun\\\\.com", r"ccr\\\\.ccs\\\\.tencentyun\\\\.com"),
        (r"ccr[.]ccs[.]tencentyun[.]com", r"ccr[.]ccs[.]tencentyun[.]com"),
        (r"ccr\.ccs.tencentyun.com", r"ccr\.ccs.tencentyun.com"),
        (r"ccr.ccs.tencentyun\.com", r"ccr.ccs.tencentyun\.com"),
        (r"\bccr\.ccs\.tencentyun\.com\b", r"ccr\.ccs\.tencentyun\.com"),
        (r"\\bccr\\.ccs\\.tencentyun\\.com", r"ccr\\.ccs\\.tencentyun\\.com"),
        (r"[a-z]*ccr\.ccs\.tencentyun\.com", r"ccr\.ccs\.tencentyun\.com"),
        (r"(hk|sg)?ccr\.ccs\.tencentyun\.com", r"ccr\.ccs\.tencentyun\.com"),
        (r"(ccr|hkccr)\.ccs\.tencentyun\.com", r"\.ccs\.tencentyun\.com"),
        (r"[a-z]+\.ccs\.tencentyun\.com", r"\.ccs\.tencentyun\.com"),
        (r"CCR\.CCS\.TENCENTYUN\.COM", r"CCR\.CCS\.TENCENTYUN\.COM"),
        (r"ccr\x2eccs\x2etencentyun\x2ecom", r"ccr\x2eccs\x2etencentyun\x2ecom"),
    ] {
        let found = find(&text.replace("CCR", "ccr"));
        let [found] = &found[..] else { panic!("{text}: {found:?}") };
        assert_eq!(found.what, What::Pattern, "{text}");
        assert_eq!(&text[found.span.clone()], expected, "{text}");
    }
    for text in [
        r"mirror\.ccs\.tencentyun\.com",
        r"my-ccr\.ccs\.tencentyun\.com",
        r"evil\.ccr\.ccs\.tencentyun\.com",
        r"ccr\.ccs\.tencentyun\.community",
        r"hub\.tencentyun\.com",
    ] {
        assert_nothing(text);
    }
    assert_eq!(
        seen(r"sed 's|ccr\.ccs\.tencentyun\.com/a/b:[^ ]*|CCR/a/b:${NEW}|'"),
        [r"Pattern ccr\.ccs\.tencentyun\.com", "CCR/a/b:‹${NEW}›"]
    );
}

#[test]
fn base64_of_a_host_is_found_wherever_it_stands() {
    for host in [CCR, "hkccr.ccs.tencentyun.com", "127.0.0.1:5000"] {
        for shift in 0..6 {
            let text = format!("{}{{\"{host}\":{{\"auth\":\"x\"}}}}", " ".repeat(shift));
            for code in [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                let found = find(&format!("a: \"{code}\""));
                let [found] = &found[..] else { panic!("{text}: {found:?}") };
                assert_eq!((&found.what, &found.span), (&What::Encoded, &(4..4 + code.len())));
            }
        }
    }
}

#[test]
fn base64_that_is_broken_into_lines_is_found() {
    for shift in 0..60 {
        let code = STANDARD.encode(format!("{}{{\"{CCR}\":{{}}}}", "x".repeat(shift) + " "));
        let lines: Vec<&str> =
            code.as_bytes().chunks(64).map(|it| std::str::from_utf8(it).unwrap()).collect();
        let text = format!("a: |\n  {}\n", lines.join("\n  "));
        assert!(find(&text).iter().any(|it| it.what == What::Encoded), "{shift}");
    }
}

#[test]
fn base64_of_another_host_is_not_found() {
    for host in ["mirror.ccs.tencentyun.com", "my-ccr.ccs.tencentyun.com", "ccr.ccs.example.com"] {
        for shift in 0..3 {
            assert_nothing(&STANDARD.encode(format!("{}{host}", " ".repeat(shift))));
        }
    }
}

#[test]
fn names_of_pull_secrets_are_found() {
    for name in [
        "qcloudregistrykey",
        "tencenthubkey",
        "QCLOUDREGISTRYKEY",
        "qcloudRegistryKey",
        "tencentHubKey",
    ] {
        for (before, behind) in
            [("- name: ", "\n"), ("\\\"", "\\\""), ("\\n", "\\n"), ("'", "'."), ("secrets/", "/x")]
        {
            assert_seen(&format!("{before}{name}{behind}"), &format!("PullSecret {name}"));
        }
    }
    for text in
        ["my-qcloudregistrykey", "qcloudregistrykey2", "qcloudregistrykey-prod", "tencenthubkeys"]
    {
        assert_nothing(text);
    }
}

#[test]
fn flags_of_the_personal_edition_are_found() {
    for (text, expected) in [
        (
            "--TcrRepositoryConfig.TCRType Personal --x registry",
            "--TcrRepositoryConfig.TCRType Personal",
        ),
        ("  imageType: personal # or enterprise", "imageType: personal"),
        ("imageType: \"personal\"", "imageType: \"personal\""),
        ("{\"ImageRegistryType\":\"personal\"}", "\"ImageRegistryType\":\"personal\""),
        (
            "{\\\"ImageRegistryType\\\": \\\"personal\\\"}",
            "\\\"ImageRegistryType\\\": \\\"personal\\\"",
        ),
        ("image_type = \"personal\"", "image_type = \"personal\""),
        ("tccli tem --image x --RepoType personal", "--RepoType personal"),
        ("--image x --RepoType=ccr", "--RepoType=ccr"),
        ("image: x\nregistry_type: Personal", "registry_type: Personal"),
        ("IMAGE_REGISTRY_TYPE=personal", "IMAGE_REGISTRY_TYPE=personal"),
        ("${IMAGE_TYPE:-personal}", "IMAGE_TYPE:-personal"),
        (
            "process.env.IMAGE_REGISTRY_TYPE || 'personal'",
            "process.env.IMAGE_REGISTRY_TYPE || 'personal'",
        ),
        ("ImageType: common.StringPtr(\"personal\"),", "ImageType: common.StringPtr(\"personal\""),
        ("req.setImageType(\"personal\")", "req.setImageType(\"personal\""),
        ("'imageType' => 'personal'", "'imageType' => 'personal'"),
        ("a\\nimageType: personal\\n", "imageType: personal"),
        ("image-registry-type: personal", "image-registry-type: personal"),
    ] {
        assert_seen(&format!("{text}\nimage_uri = x"), &format!("EditionFlag {expected}"));
    }
    for text in [
        "imageType: PersonalTemplateImageType;",
        "imageType: enterprise",
        "type: personal",
        "imageType: personal-x",
        "my personal image",
        "imageType:\n  personal",
        "imageType-personal",
        "ImageTypepersonal",
    ] {
        assert_nothing(&format!("{text}\nimage_uri = x"));
    }
    // A picture of somebody.
    assert_nothing("imageUrl: photo, imageType: 'personal'");
}

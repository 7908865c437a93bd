//! Images that are broken at the source: they fail, each for its own reason, and nothing else does.

use crate::copy::fixtures::{error_of, outcomes, sync};
use crate::support::{Sandbox, get, send};

const BROKEN: &str = r"
version: 1
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              - {tags: [first], layers: [{name: base, size: 30kB}, 20kB]}
              - {tags: [blob-missing], layers: [{name: base, size: 30kB}, 2kB], fault: blob-missing}
              - {tags: [wrong-size], layers: [1kB, 2kB], fault: wrong-size}
              - {tags: [wrong-bytes], layers: [1kB, 2kB], fault: wrong-bytes}
              - {tags: [manifest-too-large], layers: [1kB], fault: manifest-too-large}
              - {tags: [manifest-missing], layers: [1kB], fault: manifest-missing}
              - {tags: [child-missing], kind: index, layers: [1kB], fault: manifest-missing}
              - {tags: [last], kind: index, layers: [{name: base, size: 30kB}, 1kB]}
          - {name: api, images: [{tags: [v1], layers: [{name: base, size: 30kB}, 1kB]}]}
enterprise:
  - {name: prod, region: ap-shanghai, namespaces: [{name: shop}]}
";

const BROKEN_IN_CCR: &str = "it may have been deleted since it was listed; run it again, and if it is still missing, the image is broken in CCR: push it again, or leave it out (--exclude, or remove its line from the list)";

#[test]
fn exactly_the_broken_images_fail_each_with_its_class() {
    let sandbox = Sandbox::with_account(BROKEN);

    let run = sync(&sandbox, &[]).ends_with(1);

    run.says(&["9 images: 3 copied, 6 failed"]);
    let expected = [
        ("shop/api:v1", "copied"),
        ("shop/web:blob-missing", "failed: not-found"),
        ("shop/web:child-missing", "failed: not-found"),
        ("shop/web:first", "copied"),
        ("shop/web:last", "copied"),
        ("shop/web:manifest-missing", "failed: not-found"),
        ("shop/web:manifest-too-large", "failed: invalid"),
        ("shop/web:wrong-bytes", "failed: digest"),
        ("shop/web:wrong-size", "failed: digest"),
    ];
    let found = outcomes(&sandbox);
    let found: Vec<_> = found.iter().map(|(name, what)| (name.as_str(), what.as_str())).collect();
    assert_eq!(found, expected);

    // At the target: what is whole at the source, and nothing of the rest.
    let source = sandbox.images("ccr");
    let wanted: Vec<_> = source
        .into_iter()
        .filter(|(name, _)| ["shop/api:v1", "shop/web:first", "shop/web:last"].contains(&&**name))
        .collect();
    assert_eq!(sandbox.images("tcr"), wanted);
    sandbox.assert_target_is_whole();
}

#[test]
fn every_broken_image_says_what_is_wrong_and_what_to_do() {
    let sandbox = Sandbox::with_account(BROKEN);
    let run = sync(&sandbox, &[]).ends_with(1);
    let ccr = sandbox.ccr();
    let again = format!(
        "run it again; if the error stays, the image is broken in {ccr}: push it again or leave it out with --exclude"
    );
    for (tag, message, hint) in [
        ("blob-missing", "blob sha256:", BROKEN_IN_CCR),
        ("blob-missing", " is not at the source", BROKEN_IN_CCR),
        ("wrong-size", "1999 bytes came, not 2000", &again),
        ("wrong-bytes", "the bytes have digest sha256:", &again),
        (
            "manifest-too-large",
            "the manifest is larger than 4194304 bytes",
            "no registry takes a manifest of that size: leave the image out with --exclude",
        ),
        ("manifest-missing", "shop/web:manifest-missing is not at the source", BROKEN_IN_CCR),
        ("child-missing", "listed by sha256:", BROKEN_IN_CCR),
    ] {
        let error = error_of(&sandbox, &format!(":{tag}"));
        assert!(error["message"].as_str().unwrap().contains(message), "{error}");
        assert_eq!(error["hint"], hint, "{tag}");
        let heading = format!("error: {ccr}/shop/web:{tag}\n");
        let hint = format!("hint: {hint}\n");
        for words in [heading.as_str(), message, &hint] {
            assert!(run.stderr.contains(words), "`{words}` is not in:\n{}", run.stderr);
        }
    }
    assert_eq!(run.stderr.matches(BROKEN_IN_CCR).count(), 1, "each hint once:\n{}", run.stderr);
}

#[test]
fn bad_bytes_never_arrive() {
    let sandbox = Sandbox::with_account(BROKEN);
    sync(&sandbox, &[]).ends_with(1);
    for tag in ["blob-missing", "wrong-size", "wrong-bytes"] {
        let error = error_of(&sandbox, &format!(":{tag}"));
        let message = error["message"].as_str().unwrap();
        let at = message.find("blob sha256:").unwrap() + "blob ".len();
        let digest = &message[at..at + "sha256:".len() + 64];
        // The control server says whether it had the blob; CCR has the damaged two.
        for (side, had) in [("tcr", false), ("ccr", tag != "blob-missing")] {
            let gone = sandbox.tell(
                "/delete-blob",
                &serde_json::json!({"registry": side, "repository": "shop/web", "digest": digest}),
            );
            assert_eq!(gone["deleted"], had, "{tag} at {side}");
        }
    }
}

#[test]
fn a_second_run_tries_the_broken_ones_only_and_copies_what_was_fixed() {
    let sandbox = Sandbox::with_account(BROKEN);
    sync(&sandbox, &[]).ends_with(1);
    let image = serde_json::json!({
        "registry": "ccr", "repository": "shop/web", "tag": "blob-missing", "layers": ["3kB"],
    });
    sandbox.tell("/push", &image);

    sandbox
        .ccr2tcr(&["sync", "--retry-from", "r.json", "--report", "r2.json"])
        .ends_with(1)
        .says(&["6 images: 1 copied, 5 failed"]);

    let good = ["shop/api", "shop/web:blob-missing", "shop/web:first", "shop/web:last"];
    sandbox.ccr2tcr(&[&["verify"], &good[..]].concat()).ends_with(0).says(&["4 equal"]);
    sandbox.assert_target_is_whole();
}

#[test]
fn a_list_with_images_that_do_not_exist_copies_the_others() {
    let sandbox = Sandbox::with_account(BROKEN);
    let ccr = sandbox.ccr();
    let lines = format!("{ccr}/shop/web:first\n{ccr}/shop/web:nowhere\n{ccr}/shop/none:v1\n");
    sandbox.file("images", &lines);

    sync(&sandbox, &["--images", "images"]).ends_with(1);

    let found = outcomes(&sandbox);
    assert_eq!(found.get("shop/web:first").map(String::as_str), Some("copied"), "{found:?}");
    let report = sandbox.report("r.json").to_string();
    for missing in ["shop/web:nowhere", "shop/none:v1"] {
        assert!(report.contains(missing), "{report}");
        assert_ne!(found.get(missing).map(String::as_str), Some("copied"));
    }
    sandbox.assert_target_is_whole();
}

#[test]
fn a_blob_that_tcr_has_lost_is_found_by_a_deep_look_only() {
    let sandbox = Sandbox::with_account(BROKEN);
    sync(&sandbox, &["shop/api"]).ends_with(0);
    let base = get(sandbox.tcr(), "/v2/");
    assert_eq!(base.status, 401, "TCR lets nobody in without a token");
    let lost = a_blob_of(&sandbox);
    let body = serde_json::json!({"registry": "tcr", "repository": "shop/api", "digest": lost});
    sandbox.tell("/delete-blob", &body);

    sandbox.ccr2tcr(&["verify", "shop/api"]).ends_with(0).says(&["1 equal"]);
    sandbox.ccr2tcr(&["verify", "--deep", "shop/api"]).ends_with(1).says(&[
        "1 not equal",
        &format!("error: {}/shop/api:v1", sandbox.ccr()),
        &lost,
    ]);
}

/// The digest of a blob of `shop/api:v1`, asked of CCR with its own token service.
fn a_blob_of(sandbox: &Sandbox) -> String {
    let digest =
        &sandbox.images("ccr").into_iter().find(|(name, _)| name == "shop/api:v1").unwrap().1;
    let login = std::fs::read_to_string(
        std::path::Path::new(sandbox.variable("DOCKER_CONFIG")).join("config.json"),
    )
    .unwrap();
    let login: serde_json::Value = serde_json::from_str(&login).unwrap();
    let basic = format!("Basic {}", login["auths"][sandbox.ccr()]["auth"].as_str().unwrap());
    let scope = "/service/token?service=token-service&scope=repository:shop/api:pull";
    let token = send("GET", sandbox.ccr(), scope, &[("Authorization", &basic)], b"");
    let bearer = format!("Bearer {}", token.json()["token"].as_str().unwrap());
    let path = format!("/v2/shop/api/manifests/{digest}");
    let headers = [("Authorization", bearer.as_str())];
    let manifest = send("GET", sandbox.ccr(), &path, &headers, b"").json();
    manifest["layers"][1]["digest"].as_str().unwrap().to_owned()
}

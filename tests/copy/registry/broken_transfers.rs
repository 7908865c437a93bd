//! Connections that break in the middle of a blob.

use serde_json::json;

use super::retries::world;
use crate::copy::fixtures::{assert_all_is_there, sync};
use crate::support::Sandbox;

const TWO_LAYERS: &str = "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1], layers: [6MB, 1kB]}]}
enterprise: [{}]
";

#[test]
fn a_dropped_download_goes_on_where_it_stopped() {
    let sandbox = Sandbox::with_account(TWO_LAYERS);
    let manifest = sandbox.manifest(sandbox.ccr(), "shop/web", "v1").json();
    let layer = &manifest["layers"][0];
    let path = format!("/v2/shop/web/blobs/{}", layer["digest"].as_str().unwrap());
    for cut_after in [4_000_000, 1_000_000] {
        let cut = json!({
            "registry": "ccr", "method": "GET", "path": path, "cut_after": cut_after, "times": 1,
        });
        sandbox.tell("/faults", &cut);
    }
    sandbox.tell("/stats/reset", &json!({}));
    let report = sandbox.ccr2tcr(&["sync", "-o", "json"]).ends_with(0).json();
    let stats = sandbox.control("/stats");
    assert_eq!(stats["ccr"]["GET blob"], 3 + 2, "one more for each cut: {stats}");
    let moved = report["summary"]["bytes"].as_u64().unwrap();
    let served = stats["bytes_out_ccr"].as_u64().unwrap();
    // What was under way when the line was cut is lost on the way, no more.
    assert!(served < moved + 1_000_000, "{served} bytes were served for {moved}");
    assert_eq!(stats["tcr"]["PUT upload"], 3, "the upload stayed open: {stats}");
    sandbox.assert_target_is_whole();
}

#[test]
fn an_upload_that_breaks_is_repeated() {
    let sandbox = Sandbox::with_account(TWO_LAYERS);
    let cut = json!({
        "registry": "tcr", "method": "PUT", "path": "**/blobs/uploads/*", "cut_after": 500_000,
        "times": 2,
    });
    sandbox.tell("/faults", &cut);
    sandbox.ccr2tcr(&["sync"]).ends_with(0).says(&["1 copied"]);
    assert_eq!(sandbox.images("ccr"), sandbox.images("tcr"));
    sandbox.assert_target_is_whole();
}

#[test]
fn a_connection_that_is_cut_once_costs_nothing_else() {
    for fault in [
        r#"{registry: ccr, method: GET, path: "**/blobs/*", cut_after: 9000, times: 1}"#,
        r#"{registry: tcr, method: PUT, path: "**/blobs/uploads/*", cut_after: 9000, times: 1}"#,
    ] {
        let sandbox = world("", fault);
        sync(&sandbox, &[]).ends_with(0).says(&["40 copied"]);
        assert_all_is_there(&sandbox);
    }
}

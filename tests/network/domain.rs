//! `domain add`: a domain of the customer's, served after its certificate was checked.

use serde_json::Value;

use crate::support::Sandbox;

const ACCOUNT: &str = "
personal: [{region: ap-guangzhou}]
vpcs: [{id: vpc-1, region: ap-shanghai}]
enterprise:
  - name: sandbox
    links: [{vpc: vpc-1, address: 10.0.0.5}]
certificates:
  - {id: cert-over, names: [images.example.com], ends: '2020-01-01 00:00:00'}
  - {id: cert-wild, names: ['*.example.com']}
  - {id: cert-else, names: [other.example.org]}
";

fn domains(sandbox: &Sandbox) -> u64 {
    let stats = sandbox.control("/stats");
    stats["api"]["CreateInstanceCustomizedDomain"].as_u64().unwrap_or(0)
}

#[test]
fn a_domain_is_served_and_taken_back() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    let add = ["domain", "add", "images.example.com"];
    let with = |more: &[&str]| sandbox.ccr2tcr(&[&add[..], more].concat());
    with(&["--dry-run"])
        .ends_with(1)
        .says(&["serve images.example.com with the certificate cert-wild"]);
    with(&[]).ends_with(1).says(&["no terminal to ask for confirmation"]);
    assert_eq!(domains(&sandbox), 0);
    with(&["--yes", "--undo-file", "undo.json"]).ends_with(0).says(&[
        "done: serve images.example.com",
        "images.example.com CNAME",
        "in vpc-1, in a private zone that is bound to it: images.example.com A 10.0.0.5",
    ]);
    let again = with(&["--yes", "-o", "json"]).ends_with(0);
    assert_eq!(
        serde_json::from_str::<Value>(&again.stdout).unwrap()["steps"][0]["outcome"],
        "doneAlready"
    );
    sandbox
        .ccr2tcr(&["doctor", "--only", "domain"])
        .says(&["1 custom domain, each with a certificate"]);
    sandbox.ccr2tcr(&["network", "rollback", "undo.json", "--yes"]).ends_with(0);
    sandbox.ccr2tcr(&["doctor", "--only", "domain"]).says(&["no custom domain"]);
}

#[test]
fn a_certificate_that_can_not_be_used_is_refused_before_anything_is_sent() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    for (certificate, why) in [
        ("cert-over", "it ended on"),
        ("cert-else", "it is for other.example.org"),
        ("cert-none", "sees no certificate cert-none"),
    ] {
        sandbox
            .ccr2tcr(&[
                "domain",
                "add",
                "images.example.com",
                "--certificate",
                certificate,
                "--yes",
            ])
            .ends_with(2)
            .says(&[why]);
    }
    sandbox
        .ccr2tcr(&["domain", "add", "images.example.net", "--yes"])
        .ends_with(2)
        .says(&["none of the 3 certificates"]);
    assert_eq!(domains(&sandbox), 0);
}

#[test]
fn a_domain_that_has_another_certificate_since_is_not_taken_back() {
    let account = format!("{ACCOUNT}  - {{id: cert-new, names: ['*.example.com']}}\n");
    let sandbox = Sandbox::with_account(&account);
    let add = |certificate: &str, undo: &str| {
        let what = ["domain", "add", "images.example.com", "--certificate", certificate];
        sandbox.ccr2tcr(&[&what[..], &["--yes", "--undo-file", undo]].concat()).ends_with(0);
    };
    add("cert-wild", "old.json");
    let copy = std::fs::read(sandbox.folder().join("old.json")).unwrap();
    sandbox.ccr2tcr(&["network", "rollback", "old.json", "--yes"]).ends_with(0);
    add("cert-new", "new.json");

    std::fs::write(sandbox.folder().join("old.json"), copy).unwrap();
    sandbox
        .ccr2tcr(&["network", "rollback", "old.json", "--yes"])
        .ends_with(1)
        .says(&["images.example.com is served with the certificate cert-new, not cert-wild"]);
    sandbox.ccr2tcr(&["doctor", "--only", "domain"]).says(&["1 custom domain"]);
    sandbox.ccr2tcr(&["network", "rollback", "new.json", "--yes"]).ends_with(0);
    sandbox.ccr2tcr(&["doctor", "--only", "domain"]).says(&["no custom domain"]);
}

//! What is no report is named, and then nothing is written.

use super::kubectl;
use crate::support::Sandbox;

const ACCOUNT: &str = "version: 1\npersonal: [{namespaces: []}]\nenterprise: [{name: prod}]\n";

const DOCTOR: &str = r#"{"kind": "doctor", "schemaVersion": 1, "checks": []}"#;

#[test]
fn a_file_that_is_no_report_costs_the_page_and_is_named() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    sandbox.file("good.json", DOCTOR);
    for (content, words) in [
        ("", "breaks off at line 1"),
        (&DOCTOR[..30], "breaks off at line 1"),
        ("kind: doctor\n", "is not JSON"),
        (r#"{"auths": {}}"#, "is not a report of this tool"),
        (r#"{"kind": "plan", "schemaVersion": 2}"#, "is a `plan`"),
        (r#"{"kind": "doctor", "schemaVersion": 9, "checks": []}"#, "its schemaVersion is 9"),
        (r#"{"kind": "doctor", "schemaVersion": 1, "checks": 3}"#, "is not a whole `doctor`"),
    ] {
        sandbox.file("bad.json", content);
        let line = ["report", "good.json", "bad.json", "--html", "page.html"];
        sandbox.ccr2tcr(&line).ends_with(2).says(&["bad.json", words, "hint: "]);
        kubectl(&sandbox, &line).ends_with(2).says(&["bad.json", words, "hint: "]);
        assert!(!sandbox.folder().join("page.html").exists(), "{content}");
    }
    sandbox.ccr2tcr(&["report", "none.json", "--html", "page.html"]).ends_with(2);
}

#[test]
fn no_file_of_anybody_elses_is_written_over() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    sandbox.file("good.json", DOCTOR);
    for name in ["good.json", "notes.html"] {
        if name != "good.json" {
            sandbox.file(name, "my own notes");
        }
        let before = std::fs::read(sandbox.folder().join(name)).unwrap();
        let run = sandbox.ccr2tcr(&["report", "good.json", "--html", name]).ends_with(2);
        run.says(&[name, "is no page of this tool", "hint: "]);
        assert_eq!(std::fs::read(sandbox.folder().join(name)).unwrap(), before);
    }
    let nowhere = ["report", "good.json", "--html", "none/page.html"];
    sandbox.ccr2tcr(&nowhere).ends_with(2).says(&["none/page.html", "hint: "]);
}

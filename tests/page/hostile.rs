//! Hostile text in every field of every report.

use serde_json::{Value, json};

use super::page;
use crate::support::Sandbox;

const ACCOUNT: &str = "version: 1\npersonal: [{namespaces: []}]\nenterprise: [{name: prod}]\n";

/// Markup, both quotes, an escape sequence, NUL, an override of the direction, an isolate, a character
/// without width, a line's end.
const HOSTILE: &str = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;\u{1b}[31m\0\u{202e}\u{2066}\u{200b}\u{85}\n";

/// With hostile text in the place of every string; codes are left alone unless they are to be so, too.
fn hostile(value: &Value, key: &str, codes: bool) -> Value {
    match value {
        Value::String(_) if codes || !matches!(key, "outcome" | "verdict") => HOSTILE.into(),
        Value::Array(list) => list.iter().map(|one| hostile(one, key, codes)).collect(),
        Value::Object(map) => {
            let each = map.iter().map(|(key, one)| (key.clone(), hostile(one, key, codes)));
            Value::Object(each.collect())
        }
        other => other.clone(),
    }
}

fn reports() -> Vec<Value> {
    let diagnostic = json!({"class": "c", "message": "m", "hint": "h", "requestId": "r"});
    let object = json!({"apiVersion": "v/1", "kind": "K", "namespace": "n", "name": "x"});
    let item = |outcome: &str| {
        json!({"source": "a/b/c:d", "target": "e/f/g:h", "outcome": outcome, "size": 3,
               "note": "n", "error": diagnostic})
    };
    let named = json!([{"name": "n", "outcome": "failed", "error": diagnostic}]);
    let unlisted = json!([{"what": "w", "namespace": "n", "why": "y", "forbidden": true}]);
    vec![
        json!({"schemaVersion": 2, "command": "sync", "tool": "t", "startedAt": "2026-11-22T03:51:12Z",
               "finishedAt": "2026-11-22T03:51:13Z", "summary": {"bytes": 3},
               "unread": [{"what": "w", "scope": "tags", "of": "o", "error": diagnostic}],
               "namespaces": named, "repositories": named, "warnings": [{"code": "c", "message": "m"}],
               "items": [item("copied"), item("failed"), item("conflict"), item("kept")]}),
        json!({"schemaVersion": 1, "command": "verify", "tool": "t", "startedAt": "2026-11-23T03:51:12Z",
               "finishedAt": "2026-11-23T03:51:13Z", "summary": {}, "warnings": ["w"],
               "items": [item("equal")]}),
        json!({"schemaVersion": 1, "command": "apply", "rollbackFile": "f", "unread": unlisted,
               "objects": [{"object": object, "outcome": "broken", "detail": "d"},
                           {"object": object, "outcome": "failed", "detail": diagnostic}]}),
        json!({"schemaVersion": 1, "kind": "verify", "target": "t", "unread": unlisted,
               "namesCcr": [{"object": object, "images": ["i"], "excluded": ["e"], "mentions": ["m"]}],
               "runningPods": [{"owner": object, "images": [{"image": "i"}], "hint": "h"}],
               "waitingPods": [{"namespace": "n", "pod": "p", "image": "i", "why": "w"}],
               "withoutLogin": [{"object": object, "image": "i"}]}),
        json!({"schemaVersion": 1, "kind": "doctor",
               "checks": [{"id": "i", "verdict": "fail", "finding": "f", "cluster": "c", "hint": "h",
                           "requestId": "r", "because": "b"}]}),
        json!({"schemaVersion": 1, "kind": "rewrite", "summary": {"written": true}, "notices": ["n"],
               "target": "t", "leftOut": [{"path": "p", "why": "w", "hint": "h"}],
               "proofs": [{"command": "c", "holds": false, "hint": "h"}],
               "files": [{"path": "p/q", "refused": "r", "places": [
                   {"line": 1, "column": 2, "old": "o", "new": "n", "place": "p", "verdict": "by-hand",
                    "reason": "r", "why": "w", "hint": "h"}]}]}),
        json!({"schemaVersion": 1, "kind": "usage", "verdict": "used",
               "seen": [{"region": "r", "repository": "n/r", "user": "u", "principal": "p",
                         "address": "a", "pulls": 1, "pushes": 2, "last": "l"}],
               "pullCounts": [{"region": "r", "repository": "n/r", "pulls": 3, "more": 1}],
               "clusters": [{"context": "c", "workloads": [{"object": object, "images": ["i"]}]}],
               "unread": [{"what": "w", "message": "m", "hint": "h", "requestId": "r"}]}),
    ]
}

#[test]
fn what_a_browser_would_act_on_is_shown_and_nothing_else() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    for codes in [false, true] {
        let mut line = vec!["report".to_owned()];
        for (number, report) in reports().into_iter().enumerate() {
            let mut dirty = hostile(&report, "", codes);
            let times = ["startedAt", "finishedAt"];
            for key in ["kind", "command"].iter().chain(times.iter().filter(|_| !codes)) {
                if let Some(value) = report.get(key) {
                    dirty[key] = value.clone();
                }
            }
            let name = format!("<u>{number}\u{202e}.json");
            sandbox.file(&name, &dirty.to_string());
            line.push(name);
        }
        line.extend(["--html", "page.html", "--lang", "en"].map(str::to_owned));
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        sandbox.ccr2tcr(&line).ends_with(0);
        let page = page(&sandbox, "page.html");

        assert_eq!(page.matches("<script").count(), 1);
        for acted_on in ["<img", "<u>", "onerror=alert(2)>\""] {
            assert!(!page.contains(acted_on), "{acted_on}");
        }
        let is_acted_on = |c: &char| {
            c.is_control() && *c != '\n'
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}')
        };
        assert_eq!(page.chars().find(is_acted_on), None);
        assert!(page.matches("\\u{202e}").count() > 40, "they are written out");
        assert!(page.contains("\\u{1b}[31m\\u{0}\\u{202e}\\u{2066}\\u{200b}\\u{85}↵ "));
        assert!(page.contains("&lt;u&gt;2\\u{202e}.json"), "a file's name as well");
    }
}

//! Progress of a run: in a log, as JSON for programs, and none.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{Run, Sandbox};

/// One image whose upload the registry puts off for six seconds.
fn with_a_patient_registry() -> Sandbox {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1], layers: [6MB, 1kB]}]}
enterprise: [{}]
",
    );
    let busy = json!({
        "registry": "tcr", "method": "POST", "status": 429, "retry_after": 6, "times": 1,
    });
    sandbox.tell("/faults", &busy);
    sandbox
}

/// Each line of stderr, which must be a JSON object with a type.
#[track_caller]
fn lines(run: &Run) -> Vec<Value> {
    let read = |line: &str| -> Value {
        let value: Value = serde_json::from_str(line)
            .unwrap_or_else(|error| panic!("{error}: {line}\nin:\n{}", run.stderr));
        assert!(value["type"].is_string(), "{line}");
        value
    };
    run.stderr.lines().map(read).collect()
}

fn of_type<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["type"] == kind).collect()
}

#[test]
fn a_program_can_read_every_line_of_stderr() {
    let sandbox = Sandbox::demo();
    let arguments = ["sync", "--progress", "json", "--map", "team_a__x=team-a-x", "-o", "json"];
    let run = sandbox.ccr2tcr(&arguments).ends_with(0);
    let lines = lines(&run);
    let report = run.json();

    let starts = of_type(&lines, "start");
    assert_eq!(starts.len(), 1);
    assert_eq!(starts[0]["schemaVersion"], 1);
    assert_eq!(starts[0]["items"], 377);
    assert!(starts[0]["bytes"].as_u64().unwrap() > 1_000_000);

    let items = of_type(&lines, "item");
    assert_eq!(items.len(), 377, "one for each tag");
    let sum = |field: &str| items.iter().map(|item| item[field].as_u64().unwrap()).sum::<u64>();
    assert_eq!(report["summary"]["bytes"], sum("bytes"));
    assert_eq!(report["summary"]["mountedBytes"], sum("mounted"));
    assert_eq!(report["summary"]["presentBytes"], sum("present"));
    for item in &items {
        assert_eq!(item["outcome"], "copied", "{item}");
        assert!(item["digest"].as_str().unwrap().starts_with("sha256:"), "{item}");
    }

    let warnings = of_type(&lines, "message");
    let warns = |line: &&&Value| line["level"] == "warning";
    let warning = warnings.iter().find(warns).expect("the plan warns of a public namespace");
    assert!(warning["text"].as_str().unwrap().contains("namespace platform"), "{warning}");

    let last = of_type(&lines, "progress").pop().expect("there is one at the end");
    assert_eq!(last["items"]["copied"], 377, "{last}");
    assert_eq!(last["bytes"]["done"], last["bytes"]["total"], "{last}");
    let hosts = last["hosts"].as_array().unwrap();
    assert!(hosts.iter().any(|host| host["host"] == sandbox.tcr()), "{last}");

    let end = lines.last().unwrap();
    assert_eq!((&end["type"], &end["exitCode"]), (&json!("end"), &json!(0)));
    assert_eq!(end["summary"], report["summary"]);
    assert_eq!(end["effort"], report["effort"]);
}

#[test]
fn a_program_sees_progress_grow_and_never_shrink() {
    let sandbox = with_a_patient_registry();
    let run = sandbox.ccr2tcr(&["sync", "--progress=json"]).ends_with(0);
    let lines = lines(&run);
    let progress = of_type(&lines, "progress");
    assert!(progress.len() > 4, "about one a second:\n{}", run.stderr);
    let done = |line: &Value| line["bytes"]["done"].as_u64().unwrap();
    assert!(progress.windows(2).all(|pair| done(pair[0]) <= done(pair[1])), "{}", run.stderr);
    let pauses = |line: &&Value| {
        let hosts = line["hosts"].as_array().unwrap();
        hosts.iter().any(|host| host["pausedMs"].as_u64() > Some(0) && host["throttled"] == 1)
    };
    assert!(progress.iter().copied().any(|line| pauses(&line)), "{}", run.stderr);
}

#[test]
fn a_run_that_can_not_start_is_reported_as_json_too() {
    let sandbox = Sandbox::with_account("{version: 1, personal: [{}], enterprise: [{}]}");
    let mistyped = sandbox.ccr2tcr(&["sync", "--progress", "json", "--newst", "5"]).ends_with(125);
    let said = lines(&mistyped);
    assert!(said[0]["text"].as_str().unwrap().contains("--newest"), "{}", mistyped.stderr);
    assert_eq!(said.last().unwrap(), &json!({"type": "end", "exitCode": 125}));

    let nothing = sandbox.ccr2tcr(&["verify", "--progress", "json", "nowhere"]).ends_with(2);
    let said = lines(&nothing);
    assert_eq!(of_type(&said, "start").len(), 0);
    assert!(said.iter().any(|line| line["level"] == "error"), "{}", nothing.stderr);
    assert_eq!(said.last().unwrap(), &json!({"type": "end", "exitCode": 2}));
}

#[test]
fn a_log_gets_a_line_every_five_seconds() {
    let run = with_a_patient_registry().ccr2tcr(&["sync"]).ends_with(0);
    let line = run.stderr.lines().find(|line| line.starts_with("0 of 1 tags; "));
    let line = line.unwrap_or_else(|| panic!("no line in:\n{}", run.stderr));
    // The config may be through by then; the layer waits.
    assert!(line.contains(" of 5.7 MiB, ") && line.contains(" B/s"), "{line}");
    assert!(line.contains(" is throttling: waiting "), "{line}");
    assert!(!run.stderr.contains('\x1b'), "{:?}", run.stderr);
    // What the host asked for is in the summary, too.
    assert!(run.stdout.contains(", throttled once"), "{}", run.stdout);

    let plain = with_a_patient_registry().ccr2tcr(&["sync", "--progress", "plain"]).ends_with(0);
    plain.says(&["0 of 1 tags; "]);
}

#[test]
fn progress_none_shows_none() {
    let sandbox = with_a_patient_registry();
    let run = sandbox.ccr2tcr(&["sync", "--progress", "none"]).ends_with(0);
    assert!(run.stderr.starts_with("Plan: 1 tag"), "{}", run.stderr);
    run.says(&["1 copied"]).never_says(&["of 1 tags"]);
}

#[test]
fn a_run_goes_on_if_its_stderr_is_closed() {
    let sandbox = Sandbox::demo();
    let arguments = ["sync", "--progress", "json", "--map", "team_a__x=team-a-x"];
    let mut process =
        sandbox.plugin(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(process.stderr.take());
    Run::from(process.wait_with_output().unwrap()).ends_with(0).says(&["377 copied"]);
}

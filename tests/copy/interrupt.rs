//! Ctrl-C once, and twice, wherever a run is.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::copy::fixtures::{assert_all_is_there, outcomes};
use crate::support::{Run, Sandbox, signal};

/// Thirty images; the first blobs that are asked for take a while.
fn world(delay_ms: u64, times: u64) -> Sandbox {
    Sandbox::with_account(&format!(
        r#"
version: 1
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories:
          - {{name: web, generate: {{tags: 30, layers: [{{name: base, size: 200kB}}, 20kB]}}}}
enterprise:
  - {{name: prod, region: ap-shanghai, namespaces: [{{name: shop}}]}}
registry_faults:
  - {{registry: ccr, method: GET, path: "**/blobs/*", delay_ms: {delay_ms}, times: {times}}}
"#
    ))
}

/// Starts a `sync` and waits until blobs are on their way.
fn begin(sandbox: &Sandbox) -> Child {
    let mut command = sandbox.plugin(&["sync", "--jobs", "4", "--report", "r.json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while sandbox.control("/stats")["ccr"]["GET blob"].as_u64().unwrap_or(0) < 2 {
        assert!(start.elapsed() < Duration::from_secs(20), "the run doesn't begin");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

fn end(child: Child) -> Run {
    child.wait_with_output().unwrap().into()
}

#[test]
fn one_interrupt_finishes_what_has_begun_and_reports_the_rest() {
    let sandbox = world(300, 60);
    let child = begin(&sandbox);
    std::thread::sleep(Duration::from_millis(700));

    signal(&child, "INT");
    let run = end(child).ends_with(130);

    run.says(&[
        "stopping: finishing what has begun; Ctrl-C again quits at once",
        "interrupted: run it again, what is done is not done twice",
    ]);
    assert_eq!(sandbox.report("r.json")["interrupted"], true);
    let found = outcomes(&sandbox);
    assert_eq!(found.len(), 30, "every image of the plan is in the report");
    let of = |wanted: &str| found.values().filter(|outcome| *outcome == wanted).count();
    let (copied, skipped) = (of("copied"), of("skipped: interrupted"));
    assert_eq!(copied + skipped, 30, "{found:?}");
    assert!(copied > 0 && skipped > 4, "{copied} copied, {skipped} skipped");
    assert_eq!(sandbox.images("tcr").len(), copied, "the report says what is there");
    sandbox.assert_target_is_whole();

    let rest = format!("{skipped} copied");
    sandbox.ccr2tcr(&["sync", "--retry-from", "r.json"]).ends_with(0).says(&[&rest]);
    assert_all_is_there(&sandbox);
}

#[test]
fn two_interrupts_end_the_run_within_a_second_and_a_second_run_completes() {
    let sandbox = world(8000, 2);
    let child = begin(&sandbox);

    signal(&child, "INT");
    std::thread::sleep(Duration::from_millis(300));
    let asked = Instant::now();
    signal(&child, "INT");
    let run = end(child).ends_with(130);

    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    run.says(&["stopping: finishing what has begun"]).never_says(&["interrupted: run it again"]);
    sandbox.assert_target_is_whole();

    // An image or two may have been through before the second Ctrl-C.
    sandbox.ccr2tcr(&["sync", "--jobs", "16"]).ends_with(0).says(&["30 images: "]);
    assert_all_is_there(&sandbox);
}

/// Accepts connections and never answers.
fn silent_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let kept: Vec<_> = listener.incoming().collect();
        drop(kept);
    });
    address
}

/// Runs the command, and Ctrl-C once it has come to `point`, or after two seconds.
#[track_caller]
fn interrupted(mut command: Command, has_come: impl Fn() -> bool) -> Run {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while !has_come() {
        assert!(start.elapsed() < Duration::from_secs(20), "the run doesn't come to this point");
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(Duration::from_millis(500));
    let asked = Instant::now();
    signal(&child, "INT");
    let run = end(child).ends_with(130);
    assert!(asked.elapsed() < Duration::from_secs(9), "{:?}\n{}", asked.elapsed(), run.stderr);
    run
}

const WITHOUT_A_PLAN: &str = "interrupted before there was a plan: nothing was written";
const WITH_A_REPORT: &str = "interrupted: run it again, what is done is not done twice";

fn two_images() -> Sandbox {
    Sandbox::with_account(
        "
version: 1
personal:
  - namespaces: [{name: shop, repositories: [{name: web, images: [{tags: [v1]}, {tags: [v2]}]}]}]
enterprise: [{name: prod, namespaces: [{name: shop}]}]
",
    )
}

#[test]
fn an_api_that_does_not_answer_is_left_within_seconds() {
    for (arguments, says) in [
        (&["sync"][..], WITHOUT_A_PLAN),
        (&["verify"], WITHOUT_A_PLAN),
        (&["instances"], "interrupted before the instances were listed"),
        (&["login"], "interrupted before a login was made"),
    ] {
        let sandbox = two_images();
        // Both sides, and CCR's alone, so that the listing is what hangs.
        for variable in ["TENCENTCLOUD_TCR_ENDPOINT", "CCR"] {
            let address = format!("http://{}", silent_server());
            let mut command = sandbox.plugin(arguments);
            match variable {
                "CCR" if says == WITHOUT_A_PLAN => command.args(["--ccr-api-endpoint", &address]),
                "CCR" => continue,
                _ => command.env(variable, address),
            };
            let begin = Instant::now();
            interrupted(command, || begin.elapsed() > Duration::from_secs(1)).says(&[says]);
        }
    }
}

#[test]
fn a_registry_that_does_not_answer_is_left_within_seconds_whatever_was_asked() {
    let point = |what: &'static str, arguments: &'static [&'static str], says: &'static str| {
        let (side, method, path) = {
            let mut parts = what.split(' ');
            (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap())
        };
        let sandbox = two_images();
        if arguments[0] == "verify" {
            sandbox.ccr2tcr(&["sync"]).ends_with(0);
        }
        sandbox.tell(
            "/faults",
            &json!({"registry": side, "method": method, "path": path, "delay_ms": 45_000}),
        );
        let begin = Instant::now();
        let mut line = arguments.to_vec();
        line.extend(["--report", "r.json"]);
        let run = interrupted(sandbox.plugin(&line), || begin.elapsed() > Duration::from_secs(2));
        run.says(&[says]);
        if says == WITH_A_REPORT {
            let report = sandbox.report("r.json");
            assert_eq!(report["interrupted"], true, "{what}");
            assert_eq!(report["items"].as_array().unwrap().len(), 2, "{what}");
        }
        if arguments[0] == "sync" {
            sandbox.assert_target_is_whole();
        }
    };
    std::thread::scope(|scope| {
        for (what, arguments, says) in [
            ("ccr GET /v2/", &["sync"][..], WITHOUT_A_PLAN),
            ("ccr GET /service/token", &["sync"], WITH_A_REPORT),
            ("tcr GET /service/token", &["sync"], WITH_A_REPORT),
            ("ccr GET **/manifests/*", &["sync"], WITH_A_REPORT),
            ("ccr GET **/blobs/*", &["sync"], WITH_A_REPORT),
            ("tcr POST **/uploads/", &["sync"], WITH_A_REPORT),
            ("tcr PUT **/manifests/*", &["sync"], WITH_A_REPORT),
            ("tcr HEAD **/manifests/*", &["verify"], WITH_A_REPORT),
        ] {
            scope.spawn(move || point(what, arguments, says));
        }
    });
}

#[test]
fn a_wait_that_a_registry_asks_for_and_the_waits_between_tries_are_left_within_seconds() {
    std::thread::scope(|scope| {
        for fault in [
            json!({"registry": "ccr", "path": "**/blobs/*", "status": 429, "retry_after": 120}),
            json!({"registry": "tcr", "path": "**/uploads/", "status": 503, "retry_after": 120}),
            json!({"registry": "ccr", "path": "**/manifests/*", "status": 502}),
            json!({"registry": "tcr", "method": "PUT", "status": 502}),
        ] {
            scope.spawn(move || {
                let sandbox = two_images();
                sandbox.tell("/faults", &fault);
                let begin = Instant::now();
                let command = sandbox.plugin(&["sync"]);
                let run = interrupted(command, || begin.elapsed() > Duration::from_secs(3));
                run.says(&[WITH_A_REPORT]);
                sandbox.assert_target_is_whole();
            });
        }
    });
}

#[test]
fn the_second_round_is_not_begun_once_the_user_has_asked() {
    let sandbox = world(0, 1);
    sandbox.tell("/faults", &json!({"registry": "ccr", "path": "**/blobs/*", "cut_after": 10}));
    let command = sandbox.plugin(&["sync", "--jobs", "64", "-v"]);
    let begin = Instant::now();
    // Five tries take some 8 seconds; then it waits, or tries again.
    let run = interrupted(command, || begin.elapsed() > Duration::from_secs(12));
    run.says(&[WITH_A_REPORT]);
}

#[test]
fn an_interrupted_creation_of_a_namespace_blocks_what_needs_it() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal: [{namespaces: [{name: shop, repositories: [{name: web, images: [{tags: [v1]}]}]}]}]
enterprise: [{name: prod}]
",
    );
    let fault = json!({"action": "CreateNamespace", "code": "ResourceUnavailable"});
    sandbox.tell("/faults", &fault);
    let command = sandbox.plugin(&["sync", "--report", "r.json"]);
    let has_come = || sandbox.count("api", "CreateNamespace") > 1;
    interrupted(command, has_come).says(&[WITH_A_REPORT]);
    let report = sandbox.report("r.json");
    assert_eq!(report["items"][0]["outcome"], "skipped");
    assert_eq!(report["namespaces"][0]["outcome"], "skipped");
}

#[test]
fn a_credential_helper_that_hangs_is_left_within_seconds() {
    let sandbox = two_images();
    let folder = sandbox.folder();
    let helper = sandbox.file("docker-credential-hangs", "#!/bin/sh\nexec sleep 1000\n");
    std::fs::set_permissions(&helper, PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::create_dir(folder.join("config")).unwrap();
    sandbox.file("config/config.json", r#"{"credsStore": "hangs"}"#);
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut command = sandbox.plugin(&["sync"]);
    command.env("PATH", path).env("DOCKER_CONFIG", folder.join("config"));
    let begin = Instant::now();
    interrupted(command, || begin.elapsed() > Duration::from_secs(2)).says(&["interrupted"]);
}

#[test]
fn a_list_on_standard_input_that_does_not_come_is_left_within_seconds() {
    let sandbox = two_images();
    for line in [
        &["sync", "--images", "-"][..],
        &["verify", "--images", "-"],
        &["sync", "--ccr-auth-file", "-"],
    ] {
        let mut command = sandbox.plugin(line);
        command.stdin(Stdio::piped());
        let begin = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Held open; nothing comes.
        let input = child.stdin.take();
        std::thread::sleep(Duration::from_secs(1));
        signal(&child, "INT");
        let deadline = Instant::now() + Duration::from_secs(8);
        while child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "{line:?}: {:?}", begin.elapsed());
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(input);
        end(child).ends_with(130).says(&[WITHOUT_A_PLAN]);
    }
}

#[test]
fn two_interrupts_end_a_run_whose_output_nobody_reads() {
    let sandbox = world(0, 1);
    // More than a pipe holds.
    let generate = json!({"registry": "ccr", "repository": "shop/web", "layers": [10]});
    for number in 0..200 {
        let mut push = generate.clone();
        push["tag"] = json!(format!("a-tag-with-a-long-name-{number:040}"));
        sandbox.tell("/push", &push);
    }
    let mut command = sandbox.plugin(&["sync", "--dry-run", "-o", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(3));
    assert!(child.try_wait().unwrap().is_none(), "the output fits into the pipe");
    signal(&child, "INT");
    std::thread::sleep(Duration::from_millis(300));
    signal(&child, "INT");
    let deadline = Instant::now() + Duration::from_secs(3);
    while child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

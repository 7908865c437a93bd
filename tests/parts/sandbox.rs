//! Clients that know nothing of this project look at the sandbox that everything else is tested
//! against: Tencent's own SDK at its API, Python's own library at its registries.

use std::path::{Path, PathBuf};

use crate::support::{Run, run, tool};

fn check(script: &str, account: Option<&str>) -> Run {
    let home = tempfile::tempdir().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sandbox");
    let python = std::env::var_os("CCR2TCR_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = tool(env!("CARGO_BIN_EXE_tcr-sandbox"));
    if let Some(account) = account {
        command.arg("--account").arg(folder.join(account));
    }
    let script: PathBuf = folder.join(script);
    command.env("HOME", home.path()).env("PYTHONDONTWRITEBYTECODE", "1");
    run(command.arg("--").arg(python).arg(script))
}

#[track_caller]
fn holds(run: Run, at_least: usize) {
    let missing = run.stderr.contains("ModuleNotFoundError") || run.stderr.contains("can't start");
    assert!(
        !missing,
        "CCR2TCR_TEST_PYTHON must name a Python with the packages of sandbox/sdk-checks; \
         `make test` installs one:\n{}",
        run.stderr
    );
    let run = run.ends_with(0).never_says(&["FAILED"]);
    let held = run.stdout.lines().filter(|line| line.starts_with("ok ")).count();
    println!("{held} things hold");
    assert!(held >= at_least, "{held}:\n{}", run.stdout);
}

#[test]
fn tencents_own_sdk_works_with_the_sandbox() {
    holds(check("sdk-checks/tcr.py", None), 30);
}

#[test]
fn tencents_own_sdk_reads_policies_from_the_sandbox() {
    holds(check("sdk-checks/cam.py", Some("sdk-checks/user.yaml")), 20);
}

#[test]
fn tencents_own_sdk_is_told_whose_key_it_has() {
    holds(check("sdk-checks/sts.py", Some("sdk-checks/user.yaml")), 12);
}

#[test]
fn its_cloudaudit_is_as_tencents_own_sdk_expects() {
    holds(check("sdk-checks/cloudaudit.py", Some("accounts/audit.yaml")), 20);
}

#[test]
fn its_triggers_and_webhooks_are_as_tencents_own_sdk_expects() {
    holds(check("sdk-checks/triggers.py", Some("accounts/triggers.yaml")), 20);
}

#[test]
fn tencents_own_sdk_sees_vpcs() {
    holds(check("sdk-checks/vpc.py", Some("accounts/network.yaml")), 8);
}

#[test]
fn tencents_own_sdk_makes_rules_between_instances() {
    holds(check("sdk-checks/replication.py", None), 9);
}

#[test]
fn tencents_own_sdk_makes_private_zones() {
    holds(check("sdk-checks/privatedns.py", Some("accounts/network.yaml")), 14);
}

#[test]
fn tencents_own_sdk_sets_the_network_of_an_instance() {
    holds(check("sdk-checks/tcr_network.py", Some("accounts/network.yaml")), 45);
}

#[test]
fn tencents_own_sdks_find_clusters_and_certificates() {
    let account = Some("accounts/clusters.yaml");
    holds(check("sdk-checks/tke.py", account), 15);
    holds(check("sdk-checks/certificates.py", account), 7);
}

#[test]
fn the_sandboxs_registries_answer_as_registries_do() {
    holds(check("registry-check.py", Some("accounts/everything.yaml")), 30);
}

//! The registry's counts of pulls, twice.

use crate::support::{Run, Sandbox};

const ACCOUNT: &str = "
version: 1
denied: [DescribeEvents]
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, pulls: 12, images: [{tags: [v1], layers: [2kB]}]}
          - {name: api, pulls: 7, images: [{tags: [v1], layers: [3kB]}]}
enterprise: [{name: prod}]
";

fn pull(sandbox: &Sandbox, times: usize) {
    for _ in 0..times {
        assert_eq!(sandbox.manifest(sandbox.ccr(), "shop/web", "v1").status, 200);
    }
}

#[test]
fn two_readings_show_what_was_pulled_between_them() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    let first = sandbox.ccr2tcr(&["usage", "-o", "json"]).ends_with(0);
    sandbox.file("first.json", &first.stdout);
    let line = ["usage", "--compare", "first.json", "--fail-if-used"];
    sandbox.ccr2tcr(&line).ends_with(1).says(&["has counted no pull since", "not proven"]);
    pull(&sandbox, 3);
    sandbox.ccr2tcr(&line).ends_with(1).says(&["shop/web +3", "CCR is in use"]);
    let json = [&line[..3], &["-o", "json"]].concat();
    let counts = sandbox.ccr2tcr(&json).ends_with(0).json()["pullCounts"].clone();
    assert_eq!((&counts[0]["repository"], &counts[0]["more"]), (&"shop/api".into(), &0.into()));
    assert_eq!((&counts[1]["pulls"], &counts[1]["more"]), (&15.into(), &3.into()));
}

#[test]
fn own_pulls_are_told_apart_in_the_difference() {
    let account = ACCOUNT.replace("denied: [DescribeEvents]\n", "");
    let sandbox = Sandbox::with_account(&account);
    let first = sandbox.ccr2tcr(&["usage", "-o", "json"]).ends_with(0);
    sandbox.file("first.json", &first.stdout);
    // Events have whole seconds: what is in the same one as the reading counts as before it.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    sandbox.ccr2tcr(&["sync", "shop/api", "--report", "sync.json"]).ends_with(0);
    let line = ["usage", "--compare", "first.json", "--report", "sync.json", "--fail-if-used"];
    sandbox.ccr2tcr(&line).ends_with(0).says(&["shop/api +1 (1 of them this program's)"]);
    // In a repository that the report isn't about.
    pull(&sandbox, 1);
    sandbox.ccr2tcr(&line).ends_with(1).says(&["shop/web +1", "CCR is in use"]);
}

#[test]
fn watching_reads_twice() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    let mut command = sandbox.plugin(&["usage", "--watch=4s", "--fail-if-used"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let watching = command.spawn().unwrap();
    let begin = std::time::Instant::now();
    while sandbox.count("api", "DescribeRepositoryFilterPersonal") == 0 {
        assert!(begin.elapsed().as_secs() < 30);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    // The first reading is asked for before it is answered; what is pulled now comes after it.
    std::thread::sleep(std::time::Duration::from_millis(500));
    pull(&sandbox, 2);
    let run = Run::from(watching.wait_with_output().unwrap()).ends_with(1);
    run.says(&["read again in 4s", "shop/web +2", "2 pulls counted meanwhile"]);
}

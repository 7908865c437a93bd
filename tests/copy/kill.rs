//! `kill -9` at any moment: what is at the target is whole, and the next run goes on from there.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::Sandbox;
use serde_json::Value;

use crate::support::random::Random;

/// The registry takes tags that point at nothing, so that only the plugin keeps them whole.
const ACCOUNT: &str = "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, generate: {tags: 40, layers: [{name: base, size: 60kB}, 2kB]}}
          - {name: api, generate: {tags: 40, layers: [{name: base, size: 60kB}, 2kB]}}
          - name: many
            images:
              - {tags: [a, b], kind: nested-index, layers: [{name: base, size: 60kB}, 1kB]}
              - {tags: [c], kind: index, layers: [3kB], attestation: true, signed: true}
              - {tags: [d], kind: docker-list, layers: [4kB], referrer: true}
              - {tags: [e], kind: index, layers: [5kB], attestation: true, signed: true}
              - {tags: [f], kind: nested-index, layers: [6kB]}
      - name: data
        repositories:
          - {name: jobs, generate: {tags: 40, layers: [{name: base, size: 60kB}, 2kB]}}
enterprise: [{lenient: true}]
";

/// The same with an index of everything that refers to an image, and signatures beside it.
fn referred(has_api: bool, repositories: u64) -> String {
    let images = |first: u64| -> String {
        let kinds = ["oci", "index", "oci", "docker-list", "nested-index", "oci"];
        let image = |(number, kind): (u64, &&str)| {
            let tag = first + number;
            format!(
                "              - {{tags: [v{tag}], kind: {kind}, layers: [{{name: base, size: 60kB}}, {tag}kB], signed: true, referrer: true}}\n"
            )
        };
        (0..).zip(&kinds).map(image).collect()
    };
    let repository = |number: u64| {
        format!("          - name: r{number}\n            images:\n{}", images(10 * number + 1))
    };
    let repositories: String = (0..repositories).map(repository).collect();
    format!(
        "
version: 1
docker_login: [ccr, tcr]
personal:
  - referrers_api: {has_api}
    namespaces:
      - name: shop
        repositories:
{repositories}
enterprise: [{{lenient: true, namespaces: [{{name: shop}}]}}]
"
    )
}

/// How often; the figure in the notes is from a run with more.
fn kills(usual: u64) -> u64 {
    let asked = std::env::var("CCR2TCR_TEST_KILLS").ok();
    asked.map_or(usual, |text| text.parse().unwrap())
}

/// Requests that change something at the target, which is how far a run has come.
fn writes(sandbox: &Sandbox) -> u64 {
    let stats = sandbox.control("/stats");
    ["POST upload", "PUT upload", "PUT manifest"]
        .iter()
        .map(|what| stats["tcr"][what].as_u64().unwrap_or(0))
        .sum()
}

/// Kills runs at random moments, each after as many writes as are in the range; what `check` looks at
/// must hold after each.
fn kill_often(sandbox: &Sandbox, kills: u64, after: Range<u64>, check: impl Fn(&Sandbox)) {
    let mut random = Random::seeded();
    let mut alive = 0;
    for kill in 1..=kills {
        let goal = writes(sandbox) + after.start + random.below(after.end - after.start);
        let mut command = sandbox.plugin(&["sync", "--jobs", "4"]);
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let begin = Instant::now();
        while writes(sandbox) < goal && process.try_wait().unwrap().is_none() {
            assert!(begin.elapsed() < Duration::from_secs(60), "kill {kill}: nothing moves");
            std::thread::sleep(Duration::from_millis(random.below(5)));
        }
        alive += u64::from(process.try_wait().unwrap().is_none());
        // SIGKILL, which can't be handled.
        process.kill().unwrap();
        process.wait().unwrap();
        sandbox.assert_target_is_whole();
        check(sandbox);
        println!("kill {kill}: {} tags are there", sandbox.images("tcr").len());
    }
    println!("{alive} of {kills} kills hit a run that was at work");
    assert!(alive * 10 >= kills * 9, "{alive} of {kills} kills hit a run that was at work");
}

/// Lets a last run do what is left, and nothing else.
fn finish(sandbox: &Sandbox) {
    let all = sandbox.images("ccr");
    let before = sandbox.images("tcr");
    assert!(before.len() < all.len(), "the kills left nothing to do");
    let report = sandbox.ccr2tcr(&["sync", "-o", "json"]).ends_with(0).json();
    let summary = &report["summary"];
    assert_eq!(summary["copied"], all.len() - before.len(), "only what is left: {summary}");
    sandbox.assert_target_is_whole();
    sandbox.assert_nothing_was_deleted();
    sandbox.ccr2tcr(&["verify", "--deep"]).ends_with(0);
}

#[test]
fn a_run_that_is_killed_at_any_moment_leaves_whole_images_and_the_next_goes_on() {
    let sandbox = Sandbox::slow(ACCOUNT, 4);
    kill_often(&sandbox, kills(10), 0..60, |_| {});
    finish(&sandbox);
    assert_eq!(sandbox.images("tcr"), sandbox.images("ccr"));
}

fn digests(index: &Value) -> BTreeSet<String> {
    let entries = index["manifests"].as_array().into_iter().flatten();
    entries.map(|entry| entry["digest"].as_str().unwrap().to_owned()).collect()
}

/// What a registry lists as referring to a manifest: by its API, else under the fallback tag.
fn listed(sandbox: &Sandbox, host: &str, repository: &str, subject: &str) -> BTreeSet<String> {
    let api = sandbox.read(host, repository, &format!("referrers/{subject}"));
    if api.status == 200 {
        return digests(&api.json());
    }
    let index = sandbox.manifest(host, repository, &subject.replace(':', "-"));
    if index.status == 200 { digests(&index.json()) } else { BTreeSet::new() }
}

/// Fails unless each tag of TCR has what refers to it in CCR, and its signature. How many there are.
fn assert_referrers(
    sandbox: &Sandbox,
    expected: &BTreeMap<String, (String, BTreeSet<String>)>,
) -> usize {
    let there: BTreeMap<String, String> = sandbox.images("tcr").into_iter().collect();
    for name in there.keys().filter(|name| !name.contains("sha256-")) {
        let (digest, referrers) = &expected[name];
        let (repository, _) = name.split_once(':').unwrap();
        let found = listed(sandbox, sandbox.tcr(), repository, digest);
        assert!(found.is_superset(referrers), "{name}: {found:?}");
        let signature = format!("{repository}:{}.sig", digest.replace(':', "-"));
        assert!(there.contains_key(&signature), "{name} is not signed");
    }
    there.keys().filter(|name| !name.contains("sha256-")).count()
}

#[test]
fn no_kill_leaves_a_tag_without_what_refers_to_it() {
    let number = kills(8);
    for has_api in [true, false] {
        // So many that the kills leave something to do.
        let sandbox = Sandbox::slow(&referred(has_api, 12.max(number * 2 / 5)), 4);
        let mut expected = BTreeMap::new();
        for (name, digest) in sandbox.images("ccr") {
            let (repository, _) = name.split_once(':').unwrap();
            if !name.contains("sha256-") {
                let referrers = listed(&sandbox, sandbox.ccr(), repository, &digest);
                assert_eq!(referrers.len(), 1, "{name}");
                expected.insert(name, (digest, referrers));
            }
        }
        let looks = Cell::new(0);
        // A whole run makes some 2,800 writes: even with the most before each kill, and with what a
        // slow machine lets through before it looks, the last kill hits a run that is at work. With
        // the fewest, the first tags are there.
        kill_often(&sandbox, number, 100..250, |sandbox| {
            looks.set(looks.get() + assert_referrers(sandbox, &expected));
        });
        assert!(looks.get() > 0, "no kill left a tag to look at");
        sandbox.ccr2tcr(&["sync"]).ends_with(0);
        assert_eq!(assert_referrers(&sandbox, &expected), expected.len());
        sandbox.ccr2tcr(&["verify", "--deep"]).ends_with(0);
        sandbox.assert_nothing_was_deleted();
    }
}

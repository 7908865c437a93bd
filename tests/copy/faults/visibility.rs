//! Namespaces that are public, or turn public, at any moment of a run.
//!
//! This needs an account, so that it runs on the sandbox and not between proxies.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::json;

use super::check::Verdict;
use super::table::{Line, Outcome, markdown};
use crate::support::Sandbox;
use crate::support::random::{Random, seed_or};

const SEED: u64 = 2_080_812_786;
const SCHEDULES: usize = 19;
const AT_ONCE: usize = 4;

/// A run that ends so soon after the change has had its last look before it.
const LAST_LOOK: Duration = Duration::from_millis(500);

#[derive(Debug, Clone, Copy)]
struct Schedule {
    /// What TCR's namespace is at first, if there is one.
    at_first: Option<&'static str>,
    /// So many listings don't show it yet.
    unlisted: u64,
    /// It turns public when so many of these have been counted.
    turns: Option<(&'static str, &'static str, u64)>,
}

impl Schedule {
    fn draw(random: &mut Random) -> Self {
        let turns = random.one_of(&[
            None,
            Some(("api", "DescribeNamespaces")),
            Some(("api", "CreateNamespace")),
            Some(("ccr", "GET blob")),
            Some(("tcr", "POST upload")),
            Some(("tcr", "PUT manifest")),
        ]);
        Self {
            at_first: random.one_of(&[None, Some("false"), Some("false"), Some("true")]),
            unlisted: random.below(3),
            turns: turns.map(|(of, what)| (of, what, 1 + random.below(3))),
        }
    }

    fn sandbox(self) -> Sandbox {
        let there = self
            .at_first
            .map(|public| format!("{{name: shop, public: {public}, unlisted: {}}}", self.unlisted));
        Sandbox::with_account(&format!(
            "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - {{name: secret, images: [{{tags: [v1], layers: [1kB]}}, {{tags: [v2], layers: [2kB]}}]}}
          - {{name: open, public: true, images: [{{tags: [v1], layers: [3kB]}}]}}
enterprise: [{{namespaces: [{}]}}]
registry_faults: [{{registry: ccr, method: GET, path: '**/blobs/*', delay_ms: 700, times: 0}}]
",
            there.unwrap_or_default()
        ))
    }
}

#[test]
fn no_run_is_well_that_left_a_private_image_where_everybody_may_pull_it() {
    let mut random = Random::from(seed_or(SEED));
    let drawn: Vec<Schedule> = (0..SCHEDULES + 20).map(|_| Schedule::draw(&mut random)).collect();
    // The first numbers of neighbouring seeds are neighbours too.
    let queue = Mutex::new(drawn[20..].to_vec());
    let line = Mutex::new(Line::new("a namespace turns public".to_owned()));
    let wrongs = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(schedule) = queue.lock().unwrap().pop() else { return };
                    let outcome = try_one(schedule);
                    line.lock().unwrap().add(&outcome);
                    let story =
                        outcome.wrongs.into_iter().map(|wrong| format!("{schedule:?}: {wrong}"));
                    wrongs.lock().unwrap().extend(story);
                }
            });
        }
    });
    println!("{}", markdown(&[line.into_inner().unwrap()]));
    let wrongs = wrongs.into_inner().unwrap();
    assert!(wrongs.is_empty(), "{wrongs:#?}");
}

fn try_one(schedule: Schedule) -> Outcome {
    let sandbox = schedule.sandbox();
    let mut command = sandbox.plugin(&["sync", "--report", "r.json"]);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let begin = Instant::now();
    let mut process = command.spawn().unwrap();
    let mut turned = None;
    let code = loop {
        if let Some(status) = process.try_wait().unwrap() {
            break status.code();
        }
        assert!(begin.elapsed() < super::run::LIMIT, "{schedule:?}: it does not end");
        if let (Some((of, what, number)), None) = (schedule.turns, turned)
            && sandbox.count(of, what) >= number
        {
            sandbox.tell("/namespace", &json!({"name": "shop", "public": true}));
            turned = Some(Instant::now());
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let took = begin.elapsed();
    let is_known = schedule.at_first == Some("true")
        || turned.is_some_and(|turned: Instant| turned.elapsed() > LAST_LOOK);
    let names: Vec<String> = sandbox.images("tcr").into_iter().map(|(name, _)| name).collect();
    let exposed = is_known && names.iter().any(|name| name.starts_with("shop/secret:"));
    let report = sandbox.report("r.json").to_string();
    let mut wrongs = Vec::new();
    match code {
        Some(0) if exposed => wrongs.push("the exit code is 0, and everybody may pull".to_owned()),
        Some(0) if names.len() < 3 => wrongs.push(format!("the exit code is 0 with {names:?}")),
        Some(0) => {}
        Some(1) if report.contains("public") => {}
        code => wrongs.push(format!("exit code {code:?}: {report}")),
    }
    if schedule.at_first == Some("true") && exposed {
        wrongs.push("it was public all the time, and private images were sent there".to_owned());
    }
    let verdict = if code == Some(0) { Verdict::Converged } else { Verdict::Named };
    let was_hit = turned.is_some() || schedule.at_first == Some("true");
    let healed = verdict == Verdict::Named && {
        sandbox.tell("/namespace", &json!({"name": "shop", "public": false}));
        sandbox.ccr2tcr(&["sync"]).code == 0
    };
    if verdict == Verdict::Named && !healed {
        wrongs.push("a run with a private namespace doesn't heal it".to_owned());
    }
    Outcome { verdict, was_hit, hasty: None, healed, took, wrongs, story: String::new() }
}

//! CloudAudit's events, added up.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::Sandbox;

/// Repository, user, address.
type Who = (String, String, String);

/// Pulls, pushes.
type Uses = (u64, u64);

/// The events of one description: who, what, hours ago.
struct Planned {
    who: Who,
    event: &'static str,
    hours_ago: f64,
}

/// 120 events over 61 days, none alike its neighbours.
fn planned() -> Vec<Planned> {
    let repositories = ["shop/web", "shop/api", "docs/site"];
    let users = ["root", "ci", "deploy"];
    let addresses = ["10.0.0.5", "10.0.0.6", "203.0.113.7", "203.0.113.8"];
    (0_u32..120)
        .map(|number| {
            let pick =
                |list: &[&str], by: u32| list[(number / by) as usize % list.len()].to_owned();
            let who = (pick(&repositories, 1), pick(&users, 2), pick(&addresses, 5));
            let event = if number % 7 == 3 { "push" } else { "pull" };
            // From just under 61 days ago to an hour ago.
            Planned { who, event, hours_ago: 1463.0 - f64::from(number) * 12.28 }
        })
        .collect()
}

fn account(planned: &[Planned]) -> String {
    let events = planned.iter().map(|one| {
        let (repository, user, address) = &one.who;
        let (event, hours) = (one.event, one.hours_ago);
        format!(
            "    - {{repository: {repository}, user: {user}, principal: id-of-{user}, \
             address: {address}, event: {event}, hours_ago: {hours}}}\n"
        )
    });
    let events: String = events.collect();
    format!(
        "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - {{name: web, images: [{{tags: [v1], layers: [2kB]}}, {{tags: [v2], layers: [3kB]}}]}}
          - {{name: api, images: [{{tags: [v1], layers: [4kB]}}]}}
      - name: docs
        repositories: [{{name: site, images: [{{tags: [v1]}}]}}]
enterprise: [{{name: prod}}]
audit:
  short_pages: true
  events:
{events}"
    )
}

/// The rows of others, and those of this program: what they add up to.
fn rows(usage: &Value, own: bool) -> BTreeMap<Who, Uses> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = usage["seen"].as_array().unwrap().iter().filter(|row| row["isOwn"] == own);
    rows.map(|row| {
        let who = (text(&row["repository"]), text(&row["user"]), text(&row["address"]));
        (who, (row["pulls"].as_u64().unwrap(), row["pushes"].as_u64().unwrap()))
    })
    .collect()
}

#[test]
fn counts_over_61_days_are_those_of_an_independent_sum() {
    let planned = planned();
    let sandbox = Sandbox::with_account(&account(&planned));
    let mut expected: BTreeMap<Who, Uses> = BTreeMap::new();
    for one in &planned {
        let sum = expected.entry(one.who.clone()).or_default();
        if one.event == "pull" { sum.0 += 1 } else { sum.1 += 1 }
    }
    sandbox.ccr2tcr(&["sync", "--report", "sync.json"]).ends_with(0);
    let fetched = sandbox.count("ccr", "GET manifest");
    assert!(fetched >= 3, "{fetched}");
    sandbox.tell("/stats/reset", &serde_json::json!({}));

    let line = ["usage", "--since", "61d", "--report", "sync.json", "-o", "json"];
    let run = sandbox.ccr2tcr(&line).ends_with(0);
    let usage = run.json();
    assert_eq!(rows(&usage, false), expected);
    let own: u64 = rows(&usage, true).values().map(|(pulls, _)| pulls).sum();
    assert_eq!(own, fetched, "each in a row of its own, and none lost");
    assert_eq!(usage["verdict"], "used");
    assert_eq!(usage["unread"], serde_json::json!([]));
    let asked = sandbox.count("api", "cloudaudit:DescribeEvents");
    assert!(asked > 20, "pages were short: {asked}");

    // Without the report nothing is taken for our own, and nothing is lost.
    let without = sandbox.ccr2tcr(&["usage", "--since", "61d", "-o", "json"]).ends_with(0).json();
    assert!(rows(&without, true).is_empty());
    let sum = |rows: BTreeMap<Who, Uses>| rows.values().map(|(pulls, _)| pulls).sum::<u64>();
    assert_eq!(sum(rows(&without, false)), sum(expected) + fetched);
}

#[test]
fn another_machine_s_pull_during_a_run_is_not_ours() {
    let planned: Vec<Planned> = Vec::new();
    let text = account(&planned);
    // At the time of the run, by the same user, from elsewhere.
    let event = "    - {repository: shop/web, address: 10.0.0.5, hours_ago: 0}\n";
    let sandbox = Sandbox::with_account(&format!("{text}{event}"));
    sandbox.ccr2tcr(&["sync", "--report", "sync.json"]).ends_with(0);
    let line = ["usage", "--report", "sync.json", "-o", "json"];
    let usage = sandbox.ccr2tcr(&line).ends_with(0).json();
    let others = rows(&usage, false);
    assert_eq!(others.len(), 1, "{others:?}");
    let row = usage["seen"].as_array().unwrap().iter().find(|row| row["isOwn"] == false).unwrap();
    assert_eq!((&row["address"], &row["duringOwnRuns"]), (&"10.0.0.5".into(), &1.into()));
    sandbox.ccr2tcr(&line[..3]).ends_with(0).says(&["--own-address"]);
    let with = [&line[..], &["--own-address", "10.0.0.5"]].concat();
    let usage = sandbox.ccr2tcr(&with).ends_with(0).json();
    assert!(rows(&usage, false).is_empty(), "once its address is said to be ours");
    assert_eq!(usage["verdict"], "notSeen");
}

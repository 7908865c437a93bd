//! `doctor` under a policy of just what `policy doctor` prints, each action taken away in turn: it
//! names that action, and calls nothing good that it could not see.

use std::net::Ipv4Addr;

use serde_json::Value;

use super::least::{Granted, least};
use crate::doctor::World;

/// Of what a policy for `doctor` grants, what this account gives no reason to ask for.
const NOT_ASKED: &[&str] = &[
    // Asked only for a VPC that isn't in the instance's region.
    "tcr:DescribeReplicationInstances",
    // Asked only where the public entry is open.
    "tcr:DescribeSecurityPolicies",
    // Asked only where the server's address doesn't tell which cluster it is.
    "tke:DescribeClusterInstances",
    // Asked only of a role's key.
    "cam:ListAttachedRolePolicies",
];

fn world(rights: &[&Granted]) -> World {
    let policies = Granted::policies(rights);
    let account = |account: String| {
        let account = account
            .replace("name: prod\n    region", "name: prod\n    id: tcr-12345678\n    region");
        format!("user: '100000000002'\npolicies: {policies}\n{account}")
    };
    World::with(account, Ipv4Addr::new(10, 0, 0, 5))
}

fn checks(world: &World, arguments: &[&str]) -> Vec<Value> {
    let run = world.run("docker", &[&["-o", "json"], arguments].concat(), &[]);
    let view: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", run.stderr);
    });
    view["checks"].as_array().unwrap().clone()
}

#[test]
fn what_may_not_be_asked_is_named_and_not_called_good() {
    // It tries whether a copy may pull and push, for which `sync` needs the rights.
    let both = least(&["doctor", "sync"]);
    let all: Vec<_> = both.iter().collect();
    let whole = checks(&world(&all), &[]);
    let of = |checks: &[Value]| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        checks.iter().map(|check| (text(&check["id"]), text(&check["verdict"]))).collect()
    };
    let mut problems = Vec::new();
    for (id, verdict) in of(&whole) {
        if verdict != "ok" && id != "rights" {
            problems.push(format!("under its own policy: {id}: {verdict}"));
        }
    }
    for taken in least(&["doctor"]) {
        let name = &taken.actions[0];
        if NOT_ASKED.contains(&name.as_str()) {
            continue;
        }
        let rest: Vec<_> = both.iter().filter(|it| it.actions != taken.actions).collect();
        let found = checks(&world(&rest), &[]);
        let action = name.split_once(':').unwrap().1;
        // Of other services' rights, `rights` would read in a policy that one is lacking.
        let tried = |check: &&Value| check["id"] != "rights" || name.starts_with("cam:");
        let bad = found.iter().filter(tried).filter(|check| check["verdict"] != "ok");
        if !bad.map(ToString::to_string).any(|check| check.contains(action)) {
            problems.push(format!("without {name}: {:?}", of(&found)));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

//! Accounts with VPCs, and what is there.

use serde_json::Value;

use crate::support::{Run, Sandbox};

/// An account with three VPCs, and an instance with a replica that is linked to none. `entry` is its
/// `public_entry`, `more` whatever else the account has.
pub(super) fn account(entry: &str, more: &str) -> String {
    format!(
        "
personal: [{{region: ap-guangzhou}}]
delays: {{link: 300, dns: 200, entry: 200}}
vpcs:
  - {{id: vpc-prod, name: prod}}
  - id: vpc-test
    name: test
    cidr: 10.1.0.0/16
    dns_servers: [10.1.0.2]
    subnets:
      - {{id: subnet-small, cidr: 10.1.0.0/24, available: 3}}
      - {{id: subnet-large, cidr: 10.1.1.0/24}}
  - {{id: vpc-far, region: ap-singapore}}
  - {{id: vpc-other, region: ap-beijing}}
enterprise:
  - id: tcr-1a2b3c4d
    name: demo
    type: premium
    replicas: [ap-singapore]
    public_entry: {entry}
{more}"
    )
}

/// Such an account with a closed entry and nothing else.
pub(super) fn closed() -> String {
    account("{state: Closed, allowlist: []}", "")
}

/// Everything that there is, of which the API tells a part.
pub(super) fn everything(sandbox: &Sandbox) -> Value {
    sandbox.control("/network")
}

/// The state of the public entry.
pub(super) fn entry(sandbox: &Sandbox) -> String {
    everything(sandbox)["network"]["entry"].as_str().unwrap().to_owned()
}

/// Runs `network` with these words and a short timeout.
pub(super) fn network(sandbox: &Sandbox, words: &str) -> Run {
    sandbox.ccr2tcr(&line(words))
}

/// The command line of `network`.
pub(super) fn line(words: &str) -> Vec<&str> {
    ["network"].into_iter().chain(words.split_whitespace()).collect()
}

/// What `network status` says, read back from the API.
pub(super) fn status(sandbox: &Sandbox) -> Value {
    network(sandbox, "status -o json").ends_with(0).json()
}

/// Fails unless this VPC is linked, and both names lead there.
#[track_caller]
pub(super) fn assert_linked(status: &Value, vpc: &str) {
    let links = status["links"].as_array().unwrap();
    let link = links.iter().find(|link| link["vpc"] == vpc).unwrap_or_else(|| panic!("{status}"));
    assert_eq!(link["status"], "Running", "{link}");
    for name in ["default", "vpc"] {
        assert_eq!(link["dns"][name]["status"], "enabled", "{link}");
    }
}

//! Whole outputs.

use super::fixtures::{account, line};
use crate::support::Sandbox;
use crate::support::snapshot::{snapshots, whole};

fn world() -> Sandbox {
    let more = "    links: [{vpc: vpc-far, dns: [default]}]\n";
    let open = "{state: Opened, allowlist: [{cidr: 0.0.0.0/0, description: all}]}";
    Sandbox::with_account(&account(open, more))
}

fn shows(name: &str, words: &str) {
    let sandbox = world();
    let run = sandbox.ccr2tcr(&line(words));
    let mut settings = snapshots(&[]);
    settings.add_filter(r"\((\d+ms|\d+s)\)", "([duration])");
    settings.bind(|| insta::assert_snapshot!(name, whole(&run)));
}

#[test]
fn outputs() {
    shows("status", "status");
    shows("status_json", "status -o json");
    shows("plan", "apply --vpc vpc-test --vpc vpc-far --dry-run");
    shows("plan_json", "apply --vpc vpc-test --vpc vpc-far --dry-run -o json");
    shows("apply", "apply --vpc vpc-test --vpc vpc-far --yes --undo-file undo.json");
    shows("apply_json", "apply --vpc vpc-test/subnet-large --yes --undo-file undo.json -o json");
    shows("refused", "apply --public-allow 9.0.0.0/8=us --yes");
}

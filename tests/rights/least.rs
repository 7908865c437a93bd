//! Under a policy of just what `policy STEP` prints each step passes; with any one action taken
//! away it fails, or says which check it does without.

use serde_json::{Value, json};

use crate::support::{Run, Sandbox, plugin, run, tool};

/// A step that is a command.
struct Case {
    step: &'static str,
    /// One after the other, until one fails.
    lines: &'static [&'static [&'static str]],
    account: &'static str,
    key: Key,
    /// Actions that are called in some cases only, with the arguments that make it one.
    conditional: &'static [(&'static str, &'static [&'static str])],
}

/// Whose key the command has.
#[derive(Clone, Copy, PartialEq)]
enum Key {
    /// A user with the policy.
    User,
    /// A role with the policy, of the machine.
    Machine,
    /// A user with the policy, for a profile that assumes a role.
    Profile,
}

/// Something to copy: a namespace to create, a description for a repository that is there, and one
/// for a repository that isn't.
const DIFFERENT: &str = "
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories:
          - {name: web, description: The shop, images: [{tags: [v1, latest]}]}
      - name: docs
        repositories: [{name: site, description: The manual, images: [{tags: [v1]}]}]
enterprise:
  - name: prod
    id: tcr-12345678
    namespaces: [{name: shop, repositories: [{name: web, images: [{tags: [old]}]}]}]
";

/// Nothing to copy.
const EQUAL: &str = "
personal:
  - region: ap-guangzhou
    namespaces: [{name: shop, repositories: [{name: web, images: [{tags: [v1]}]}]}]
enterprise:
  - name: prod
    id: tcr-12345678
    domains: [registry.example.com]
    namespaces: [{name: shop, repositories: [{name: web, images: [{tags: [v1]}]}]}]
";

/// A VPC that is not linked, a closed entry, a certificate.
const NETWORK: &str = "
personal: [{region: ap-guangzhou}]
delays: {link: 0, dns: 0, entry: 0}
vpcs: [{id: vpc-prod, name: prod}]
certificates: [{id: cert-one, names: [images.example.com]}]
enterprise: [{name: prod, id: tcr-12345678, public_entry: {state: Closed, allowlist: []}}]
";

/// A trigger that has fired.
const TRIGGERS: &str = "
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories:
          - name: web
            images: [{tags: [v1]}]
            triggers: [{name: all, fired: [{tag: v1, at: '2026-05-01T10:00:00Z'}]}]
enterprise: [{name: prod, id: tcr-12345678}]
";

/// Two instances.
const TWO: &str = "
personal: [{region: ap-guangzhou}]
enterprise:
  - {name: prod, id: tcr-12345678, namespaces: [{name: shop}]}
  - {name: prod-hk, region: ap-hongkong}
";

const CUSTOM_DOMAIN: (&str, &[&str]) =
    ("tcr:DescribeInstanceCustomizedDomain", &["--tcr-host", "registry.example.com"]);

const fn case(
    step: &'static str,
    lines: &'static [&'static [&'static str]],
    account: &'static str,
) -> Case {
    Case { step, lines, account, key: Key::User, conditional: &[] }
}

/// Steps that are commands. What is missing here must be in [`PARTS`].
const CASES: &[Case] = &[
    Case { conditional: &[CUSTOM_DOMAIN], ..case("plan", &[&["sync", "--dry-run"]], EQUAL) },
    Case { conditional: &[CUSTOM_DOMAIN], ..case("sync", &[&["sync"]], DIFFERENT) },
    Case { conditional: &[CUSTOM_DOMAIN], ..case("verify", &[&["verify"]], EQUAL) },
    Case {
        // Asked only where the registry can't be reached, or the switch makes a login.
        conditional: &[("tcr:DescribeImages", &[]), ("tcr:DescribeNamespaces", &[])],
        ..case("rewrite", &[&["rewrite", "a.yaml"]], EQUAL)
    },
    case("login", &[&["login", "--temporary"]], EQUAL),
    case("service-account", &[&["login", "--service-account", "ci"]], EQUAL),
    case("instances", &[&["instances"]], EQUAL),
    Case {
        conditional: &[("cam:ListAttachedRolePolicies", &[])],
        ..case("policy-check", &[&["policy", "check", "policy-check"]], EQUAL)
    },
    Case {
        key: Key::Machine,
        conditional: &[
            ("cam:ListAttachedUserAllPolicies", &[]),
            ("cam:GetUserPermissionBoundary", &[]),
        ],
        ..case("policy-check", &[&["policy", "check", "policy-check"]], EQUAL)
    },
    Case {
        // Asked only for a VPC that isn't in the instance's region.
        conditional: &[("tcr:DescribeReplicationInstances", &[])],
        ..case(
            "network",
            &[
                &["network", "status"],
                &[
                    "network",
                    "apply",
                    "--vpc",
                    "vpc-prod",
                    "--public-allow",
                    "203.0.113.0/24=office",
                    "--yes",
                    "--undo-file",
                    "undo.json",
                    "--timeout",
                    "5s",
                ],
                &["network", "rollback", "undo.json", "--yes", "--timeout", "5s"],
            ],
            NETWORK,
        )
    },
    case(
        "domain",
        &[
            &["domain", "add", "images.example.com", "--yes", "--undo-file", "undo.json"],
            &["network", "rollback", "undo.json", "--yes", "--timeout", "5s"],
        ],
        NETWORK,
    ),
    case(
        "replicate",
        &[
            &[
                "replicate",
                "--tcr-name",
                "prod",
                "--to",
                "prod-hk",
                "--yes",
                "--undo-file",
                "undo.json",
            ],
            &["network", "rollback", "undo.json", "--yes", "--timeout", "5s"],
        ],
        TWO,
    ),
    Case {
        // Asked only where reports of own runs are given.
        conditional: &[("sts:GetCallerIdentity", &[])],
        ..case("usage", &[&["usage"]], EQUAL)
    },
    case("triggers", &[&["triggers"]], TRIGGERS),
    Case { key: Key::Profile, ..case("assume-role", &[&["instances"]], EQUAL) },
];

/// Steps that have no command of their own: they are tried as parts of others.
const PARTS: &[&str] = &["read-ccr", "pull"];

/// Steps whose commands are not tried here.
const UNTRIED: &[&str] = &["doctor", "redirect", "triggers-apply"];

/// What a policy grants, and what for.
struct Granted {
    actions: Vec<String>,
    resources: Value,
    is_required: bool,
}

impl Case {
    /// What `policy STEP` prints for it.
    fn least(&self) -> Vec<Granted> {
        let arguments =
            ["ccr2tcr", "policy", self.step, "--instance", "tcr-12345678", "-o", "json"];
        let printed = run(tool(plugin()).args(arguments)).ends_with(0);
        let view: Value = serde_json::from_str(&printed.stdout).unwrap();
        let right = |right: &Value| Granted {
            actions: serde_json::from_value(right["actions"].clone()).unwrap(),
            resources: right["resources"].clone(),
            is_required: right["required"].as_bool().unwrap(),
        };
        view["rights"].as_array().unwrap().iter().map(right).collect()
    }

    /// Runs the command in a new sandbox, with these rights and no others.
    fn run(&self, rights: &[&Granted], more: &[&str]) -> Run {
        let lines: Vec<_> = self.lines.iter().map(|line| [line, more].concat()).collect();
        self.run_lines(&lines, rights, "")
    }

    /// What `policy check` says of the rights that a step needs, where CAM can be read.
    fn checked(&self, rights: &[&Granted]) -> Vec<(String, String)> {
        let me = Granted {
            actions: vec!["sts:GetCallerIdentity".to_owned()],
            resources: json!(["*"]),
            is_required: true,
        };
        let rights: Vec<_> = rights.iter().copied().chain([&me]).collect();
        let line = ["policy", "check", self.step, "--instance", "tcr-12345678", "-o", "json"];
        let run = self.run_lines(&[line.to_vec()], &rights, "cam_readable: true");
        let view: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| {
            panic!("{error}: {}", run.stderr);
        });
        let verdict = |right: &Value| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&right["actions"][0]), text(&right["verdict"]))
        };
        view["rights"].as_array().unwrap().iter().map(verdict).collect()
    }

    fn run_lines(&self, lines: &[Vec<&str>], rights: &[&Granted], account: &str) -> Run {
        let statements: Vec<Value> = rights
            .iter()
            .map(|it| json!({"effect": "allow", "action": it.actions, "resource": it.resources}))
            .collect();
        let policies = json!([{"name": "least", "statement": statements}]);
        let holder = match self.key {
            Key::User | Key::Profile => format!("user: '100000000002'\npolicies: {policies}"),
            Key::Machine => format!("roles: [{{name: sandbox-role, policies: {policies}}}]"),
        };
        let sandbox =
            Sandbox::with_account(&format!("version: 1{}{holder}\n{account}\n", self.account));
        sandbox.file("a.yaml", &format!("image: {}/shop/web:v1\n", sandbox.ccr()));
        if self.key == Key::Profile {
            let folder = sandbox.folder().join(".tccli");
            std::fs::create_dir(&folder).unwrap();
            let credential = json!({
                "secretId": sandbox.variable("TENCENTCLOUD_SECRET_ID"),
                "secretKey": sandbox.variable("TENCENTCLOUD_SECRET_KEY"),
                "role-arn": "qcs::cam::uin/100000000001:roleName/ci",
            });
            std::fs::write(folder.join("default.credential"), credential.to_string()).unwrap();
        }
        let mut all = Run { code: 0, stdout: String::new(), stderr: String::new() };
        for line in lines {
            let mut command = sandbox.plugin(line);
            if self.key != Key::User {
                command.env_remove("TENCENTCLOUD_SECRET_ID").env_remove("TENCENTCLOUD_SECRET_KEY");
            }
            let run = run(&mut command);
            all = Run { stderr: all.stderr + &run.stderr, ..run };
            if all.code != 0 {
                break;
            }
        }
        all
    }

    /// What is wrong, one line for each thing.
    fn problems(&self) -> Vec<String> {
        let least = self.least();
        let mut problems = Vec::new();
        let whole = self.run(&least.iter().collect::<Vec<_>>(), &[]);
        let complains = ["refused", "not authorized", "denied", "could not be"]
            .iter()
            .any(|word| whole.stderr.contains(word));
        if whole.code != 0 || complains {
            problems.push(format!("{}: under its own policy:\n{}", self.step, whole.stderr));
        }
        for taken in &least {
            let name = &taken.actions[0];
            let condition = self.conditional.iter().find(|(action, _)| action == name);
            let more = condition.map_or(&[][..], |(_, more)| more);
            if condition.is_some() && more.is_empty() {
                continue;
            }
            let rest: Vec<_> = least.iter().filter(|it| it.actions != taken.actions).collect();
            let run = self.run(&rest, more);
            let action = name.split_once(':').unwrap().1;
            // A registry refuses without the action's name.
            let is_named = run.stderr.contains(action) || run.stderr.contains("access denied");
            let fails = taken.is_required || condition.is_some();
            let is_told = if fails { run.code != 0 } else { is_named };
            if !is_told {
                problems
                    .push(format!("{} without {name}: {}\n{}", self.step, run.code, run.stderr));
            }
        }
        problems
    }
}

#[test]
fn a_step_needs_exactly_what_its_policy_grants() {
    // Two at a time: each is a sandbox and a plugin.
    let (left, right) = CASES.split_at(2);
    let all = std::thread::scope(|scope| {
        let halves = [left, right].map(|cases| {
            scope.spawn(move || cases.iter().flat_map(Case::problems).collect::<Vec<_>>())
        });
        halves.into_iter().flat_map(|half| half.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(all.is_empty(), "{}", all.join("\n\n"));
}

#[test]
fn a_check_foretells_what_is_lacking() {
    // A role that is assumed has policies of its own, and whose key it is can always be asked here.
    let cases = CASES.iter().filter(|case| case.key == Key::User && case.step != "policy-check");
    for case in cases {
        let least = case.least();
        // The check itself needs to ask whose key it is.
        for taken in least.iter().filter(|it| it.actions[0] != "sts:GetCallerIdentity") {
            let rest: Vec<_> = least.iter().filter(|it| it.actions != taken.actions).collect();
            let wrong: Vec<_> = case
                .checked(&rest)
                .into_iter()
                .filter(|(name, verdict)| {
                    let expected = if *name == taken.actions[0] { "lacking" } else { "granted" };
                    verdict != expected
                })
                .collect();
            assert!(wrong.is_empty(), "{} without {}: {wrong:?}", case.step, taken.actions[0]);
        }
    }
}

#[test]
fn every_step_is_tried_or_listed_as_untried() {
    let help = run(tool(plugin()).args(["ccr2tcr", "policy", "--help"])).ends_with(0).stdout;
    let steps = help.lines().filter_map(|line| line.trim().strip_prefix("- ")?.split(':').next());
    for step in steps.filter(|step| !["cam", "terraform", "json"].contains(step)) {
        let tried = CASES.iter().any(|case| case.step == step);
        let listed = [PARTS, UNTRIED].concat().contains(&step);
        assert!(tried != listed, "{step}");
    }
}

//! Under a policy of just what `policy STEP` prints each step passes; with any one action taken
//! away it fails, or says which check it does without.

use serde_json::{Value, json};

use crate::redirect::{Canary, PASSWORD};
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

/// The same in TCR, and a webhook in its place yet to be made.
const COPIED_TRIGGERS: &str = "
docker_login: [ccr]
personal:
  - region: ap-guangzhou
    cleanup: [{type: global_keep_last_nums, value: 80}]
    namespaces:
      - name: shop
        repositories:
          - name: web
            images: [{tags: [v1]}]
            triggers: [{name: all, fired: [{tag: v1, at: '2026-05-01T10:00:00Z'}]}]
            cleanup: [{type: keep_last_days, value: 30}]
enterprise:
  - name: prod
    id: tcr-12345678
    namespaces: [{name: shop, repositories: [{name: web, images: [{tags: [v1]}]}]}]
";

/// A link, and private DNS not in use. `PASSWORD` is CCR's.
const REDIRECT: &str = "
private_dns: false
personal:
  - region: ap-guangzhou
    password: PASSWORD
    namespaces: [{name: shop, repositories: [{name: web, images: [{tags: [v1]}]}]}]
vpcs: [{id: vpc-prod, region: ap-shanghai}]
enterprise:
  - name: prod
    id: tcr-12345678
    takes_ccr_logins: true
    links: [{vpc: vpc-prod, address: 127.0.0.2}]
    namespaces: [{name: shop, repositories: [{name: web, images: [{tags: [v1]}]}]}]
";

/// Two instances.
const TWO: &str = "
personal: [{region: ap-guangzhou}]
enterprise:
  - {name: prod, id: tcr-12345678, namespaces: [{name: shop}]}
  - {name: prod-hk, region: ap-hongkong}
";

/// A cluster, and an instance that may have links, replicas and rules.
const FLEET: &str = "
personal:
  - region: ap-guangzhou
    namespaces: [{name: shop, repositories: [{name: web, images: [{tags: [v1]}]}]}]
enterprise: [{name: prod, id: tcr-12345678, type: premium, namespaces: [{name: shop}]}]
clusters: [{vpc: vpc-prod}]
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
    case("instances-plan", &[&["instances", "plan"]], FLEET),
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
    Case {
        conditional: &[CUSTOM_DOMAIN],
        ..case(
            "triggers-apply",
            &[
                &[
                    "triggers",
                    "apply",
                    "--receiver",
                    "https://hooks.example.com/tcr",
                    "--yes",
                    "--undo-file",
                    "undo.json",
                ],
                &["triggers", "rollback", "undo.json", "--yes"],
            ],
            COPIED_TRIGGERS,
        )
    },
    Case {
        // Replicas are asked for only for a VPC that isn't in the instance's region.
        conditional: &[CUSTOM_DOMAIN, ("tcr:DescribeReplicationInstances", &[])],
        ..case(
            "redirect",
            &[
                &["--vpc", "vpc-prod", "--yes", "--undo-file", "undo.json"],
                &["--vpc", "vpc-prod", "--yes", "--remove"],
            ],
            REDIRECT,
        )
    },
    Case { key: Key::Profile, ..case("assume-role", &[&["instances"]], EQUAL) },
];

/// Steps that have no command of their own: they are tried as parts of others.
const PARTS: &[&str] = &["read-ccr", "pull"];

/// Steps that are tried in a file of their own.
const ELSEWHERE: &[&str] = &["doctor"];

/// An account in which everybody may read policies.
const READABLE: &str = "cam_readable: true";

/// What a policy grants, and what for.
pub(super) struct Granted {
    pub(super) actions: Vec<String>,
    resources: Value,
    is_required: bool,
}

/// What `policy STEP…` prints.
pub(super) fn least(steps: &[&str]) -> Vec<Granted> {
    let scope = ["--instance", "tcr-12345678", "-o", "json"];
    let printed = run(tool(plugin()).args(["ccr2tcr", "policy"]).args(steps).args(scope));
    let printed = printed.ends_with(0);
    let view: Value = serde_json::from_str(&printed.stdout).unwrap();
    let right = |right: &Value| Granted {
        actions: serde_json::from_value(right["actions"].clone()).unwrap(),
        resources: right["resources"].clone(),
        is_required: right["required"].as_bool().unwrap(),
    };
    view["rights"].as_array().unwrap().iter().map(right).collect()
}

impl Granted {
    /// A policy that grants these and nothing else, as a sandbox's account is told.
    pub(super) fn policies(rights: &[&Self]) -> Value {
        let statements: Vec<Value> = rights
            .iter()
            .map(|it| json!({"effect": "allow", "action": it.actions, "resource": it.resources}))
            .collect();
        json!([{"name": "least", "statement": statements}])
    }
}

impl Case {
    /// Runs the command in a new sandbox, with these rights and no others.
    fn run(&self, rights: &[&Granted], more: &[&str]) -> Run {
        let lines: Vec<_> = self.lines.iter().map(|line| [line, more].concat()).collect();
        self.run_lines(&lines, rights, "")
    }

    /// What a command says as JSON, that asks whose key it is besides.
    fn told(&self, line: &[&str], rights: &[&Granted], account: &str) -> Value {
        let me = Granted {
            actions: vec!["sts:GetCallerIdentity".to_owned()],
            resources: json!(["*"]),
            is_required: true,
        };
        let rights: Vec<_> = rights.iter().copied().chain([&me]).collect();
        let run = self.run_lines(&[[line, &["-o", "json"]].concat()], &rights, account);
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| {
            panic!("{error}: {}", run.stderr);
        })
    }

    /// What `doctor` says of the rights: verdict and finding.
    fn examined(&self, rights: &[&Granted], account: &str) -> (String, String) {
        let line = ["doctor", "--only", "ccr.quota,tcr.instance,rights"];
        let view = self.told(&line, rights, account);
        let check = view["checks"].as_array().unwrap().iter().find(|it| it["id"] == "rights");
        let text = |name: &str| check.unwrap()[name].as_str().unwrap().to_owned();
        (text("verdict"), text("finding"))
    }

    /// What `policy check` says of the rights that a step needs, where CAM can be read.
    fn checked(&self, rights: &[&Granted]) -> Vec<(String, String)> {
        let line = ["policy", "check", self.step, "--instance", "tcr-12345678"];
        let view = self.told(&line, rights, READABLE);
        let verdict = |right: &Value| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&right["actions"][0]), text(&right["verdict"]))
        };
        view["rights"].as_array().unwrap().iter().map(verdict).collect()
    }

    fn run_lines(&self, lines: &[Vec<&str>], rights: &[&Granted], account: &str) -> Run {
        let policies = Granted::policies(rights);
        let holder = match self.key {
            Key::User | Key::Profile => format!("user: '100000000002'\npolicies: {policies}"),
            Key::Machine => format!("roles: [{{name: sandbox-role, policies: {policies}}}]"),
        };
        let about = self.account.replace("PASSWORD", PASSWORD);
        let sandbox = Sandbox::with_account(&format!("version: 1{about}{holder}\n{account}\n"));
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
        if self.step == "redirect" && account.is_empty() {
            let canary = Canary::of(sandbox, "100000000002");
            return until_one_fails(lines, |line| canary.redirect(line));
        }
        until_one_fails(lines, |line| {
            let mut command = sandbox.plugin(line);
            if self.key != Key::User {
                command.env_remove("TENCENTCLOUD_SECRET_ID").env_remove("TENCENTCLOUD_SECRET_KEY");
            }
            run(&mut command)
        })
    }

    /// What is wrong, one line for each thing.
    fn problems(&self) -> Vec<String> {
        let least = least(&[self.step]);
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

/// One after the other, with all that they said to people.
fn until_one_fails(lines: &[Vec<&str>], mut start: impl FnMut(&[&str]) -> Run) -> Run {
    let mut all = Run { code: 0, stdout: String::new(), stderr: String::new() };
    for line in lines {
        let run = start(line);
        all = Run { stderr: all.stderr + &run.stderr, ..run };
        if all.code != 0 {
            break;
        }
    }
    all
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
        let least = least(&[case.step]);
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
            let (step, name) = (case.step, &taken.actions[0]);
            assert!(wrong.is_empty(), "{step} without {name}: {wrong:?}");
            let (_, found) = case.examined(&rest, READABLE);
            let named = |part: &str| part.starts_with(&format!("{step} lacks {name}"));
            assert!(found.split("; ").any(named), "{step} without {name}: {found}");
        }
        let (verdict, found) =
            case.examined(&least.iter().collect::<Vec<_>>(), "cam_readable: false");
        assert_eq!(verdict, "notProven", "{}: {found}", case.step);
    }
}

#[test]
fn every_step_is_tried_or_a_part_of_one_that_is() {
    let help = run(tool(plugin()).args(["ccr2tcr", "policy", "--help"])).ends_with(0).stdout;
    let steps = help.lines().filter_map(|line| line.trim().strip_prefix("- ")?.split(':').next());
    for step in steps.filter(|step| !["cam", "terraform", "json"].contains(step)) {
        let tried = CASES.iter().any(|case| case.step == step);
        let listed = [PARTS, ELSEWHERE].concat().contains(&step);
        assert!(tried != listed, "{step}");
    }
}

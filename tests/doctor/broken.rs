//! One fault each: the check that is about it fails, no other does, and what needs it is skipped.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::Ipv4Addr;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::fixtures::{LINK, World};
use crate::support::Run;
use crate::support::cluster::Cluster;
use crate::support::snapshot::snapshots;

/// What is broken, and the check that must find it.
struct Fault {
    what: &'static str,
    finds: &'static str,
    /// In the account's description.
    account: &'static [(&'static str, &'static str)],
    flags: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
    resolver: Ipv4Addr,
}

const NONE: Fault =
    Fault { what: "", finds: "", account: &[], flags: &[], variables: &[], resolver: LINK };

const FAULTS: &[Fault] = &[
    Fault {
        what: "this machine's clock is 10 minutes behind",
        finds: "clock",
        account: &[("docker_login", "clock_skew: 600\ndocker_login")],
        ..NONE
    },
    Fault {
        what: "the API key's secret is wrong",
        finds: "identity",
        variables: &[("TENCENTCLOUD_SECRET_KEY", "wrong")],
        ..NONE
    },
    Fault {
        what: "CCR's name leads to TCR",
        finds: "ccr.registry",
        account: &[("region: ap-guangzhou", "region: ap-guangzhou\n    answers_as_tcr: true")],
        ..NONE
    },
    Fault {
        what: "nobody has logged in to CCR",
        finds: "ccr.login",
        account: &[("docker_login: [ccr]", "docker_login: []")],
        ..NONE
    },
    Fault {
        what: "CAM refuses to list CCR",
        finds: "ccr.quota",
        account: &[("docker_login", "denied: [DescribeNamespacePersonal]\ndocker_login")],
        ..NONE
    },
    Fault {
        what: "the instance is isolated",
        finds: "tcr.instance",
        account: &[("name: prod\n    region", "name: prod\n    status: Isolate\n    region")],
        ..NONE
    },
    Fault {
        what: "a namespace of TCR is public",
        finds: "tcr.visibility",
        account: &[(
            "namespaces:\n      - name: shop\n        repositories:\n          - {name: web, images: [{tags: [v1], layers",
            "namespaces:\n      - name: shop\n        public: true\n        repositories:\n          - {name: web, images: [{tags: [v1], layers",
        )],
        ..NONE
    },
    Fault {
        what: "a link never becomes ready",
        finds: "network.links",
        account: &[("vpc: vpc-prod, address: 10.0.0.5", "vpc: vpc-prod, status: Pending")],
        ..NONE
    },
    Fault {
        what: "the instance's name has no record in the VPC",
        finds: "network.dns",
        account: &[("address: 10.0.0.5", "address: 10.0.0.5, dns: [vpc]")],
        ..NONE
    },
    Fault {
        what: "an old record leads elsewhere",
        finds: "network.dns",
        resolver: Ipv4Addr::new(10, 0, 0, 9),
        ..NONE
    },
    Fault {
        what: "TCR can't be reached from here",
        finds: "network.public",
        flags: &["--tcr-push-host", "127.0.0.1:1"],
        ..NONE
    },
    Fault {
        what: "the custom domain's certificate is over",
        finds: "domain.certificate",
        account: &[("images.example.com]}", "images.example.com], ends: '2020-01-01 00:00:00'}")],
        ..NONE
    },
    Fault {
        what: "the custom domain's certificate is for another name",
        finds: "domain.certificate",
        account: &[("['*.example.com', images.example.com]", "['*.images.example.com']")],
        ..NONE
    },
    Fault {
        what: "CAM refuses to make a token",
        finds: "tcr.token",
        account: &[("docker_login", "denied: [CreateInstanceToken]\ndocker_login")],
        ..NONE
    },
    Fault {
        what: "CAM refuses to push",
        finds: "tcr.token",
        account: &[("docker_login", "denied: [PushRepository]\ndocker_login")],
        ..NONE
    },
    Fault {
        what: "another VPC is linked",
        finds: "cluster.link",
        account: &[
            ("vpc: vpc-prod, address", "vpc: vpc-other, address"),
            ("{id: vpc-prod}", "{id: vpc-prod}\n  - {id: vpc-other}"),
        ],
        ..NONE
    },
    Fault {
        what: "the VPC has resolvers of its own",
        finds: "cluster.dns",
        account: &[("{id: vpc-prod}", "{id: vpc-prod, dns_servers: [10.0.0.2]}")],
        ..NONE
    },
    Fault {
        what: "the addon could not be installed",
        finds: "cluster.addon",
        account: &[("addon: {}", "addon: {phase: InstallFailed, reason: no resources}")],
        ..NONE
    },
];

/// What came of a run, in lines; and that only this check failed, and skipped what needs it.
fn judged(what: &str, finds: &str, run: &Run) -> String {
    let report = run.json();
    let checks = report["checks"].as_array().unwrap();
    let of = |verdict: &str| -> Vec<&str> {
        let found = checks.iter().filter(|check| check["verdict"] == verdict);
        found.map(|check| check["id"].as_str().unwrap()).collect()
    };
    let all = format!("{what}\n{report:#}\n{}", run.stderr);
    assert_eq!(of("fail"), [finds], "{all}");
    for check in checks.iter().filter(|check| check["verdict"] == "skipped") {
        assert_eq!(check["because"], finds, "{all}");
    }
    let failed = checks.iter().find(|check| check["id"] == finds).unwrap();
    let mut text = format!("{what}\n  {finds}: {}\n", failed["finding"].as_str().unwrap());
    let _ = writeln!(text, "  hint: {}", failed["hint"].as_str().unwrap_or("none"));
    for verdict in ["skipped", "notProven", "warn"] {
        let found = of(verdict);
        if !found.is_empty() {
            let _ = writeln!(text, "  {verdict}: {}", found.join(", "));
        }
    }
    text
}

#[test]
fn each_fault_is_found_by_its_check_alone() {
    let mut told = BTreeMap::new();
    let (mut calls, mut longest) = (0, 0);
    for (number, fault) in FAULTS.iter().enumerate() {
        let change = |mut account: String| {
            for (old, new) in fault.account {
                assert!(account.contains(old), "{}: {old}", fault.what);
                account = account.replacen(old, new, 1);
            }
            account
        };
        let world = World::with(change, fault.resolver);
        let mut texts = Vec::new();
        for plugin in ["docker", "kubectl"] {
            let flags = [fault.flags, &["-o", "json"]].concat();
            let run = world.run(plugin, &flags, fault.variables).ends_with(1);
            let effort = &run.json()["effort"];
            calls = calls.max(effort["apiCalls"].as_u64().unwrap());
            longest = longest.max(effort["milliseconds"].as_u64().unwrap());
            texts.push(world.tidy(&judged(fault.what, fault.finds, &run)));
        }
        assert_eq!(texts[0], texts[1], "both plugins say the same");
        told.insert(number, texts.swap_remove(0));
    }
    println!("{} faults, at most {calls} API calls and {longest} ms", FAULTS.len());
    assert!(calls <= 40, "{calls} API calls");
    let told: Vec<String> = told.into_values().collect();
    let mut settings = snapshots(&[]);
    settings.add_filter(r"repository/tcr-[a-z0-9]{8}/", "repository/[instance]/");
    settings.bind(|| assert_snapshot!("broken", told.join("\n")));
}

#[test]
fn a_webhook_that_nobody_serves_is_found() {
    let world = World::on(Cluster::alone(), |account| account, LINK);
    let hook = json!({
        "metadata": {"name": "gone"},
        "webhooks": [{
            "name": "gone.example.com", "failurePolicy": "Fail", "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
            "rules": [{
                "apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["UPDATE"],
                "resources": ["deployments"],
            }],
            "clientConfig": {"service": {"namespace": "default", "name": "gone"}},
        }],
    });
    let path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    world.cluster.api().post(path, &hook).good();
    for plugin in ["docker", "kubectl"] {
        let run = world.run(plugin, &["-o", "json"], &[]).ends_with(1);
        let text = judged("a webhook without a service", "cluster.admission", &run);
        assert!(text.contains("gone.example.com (service default/gone)"), "{text}");
    }
}

#[test]
fn a_cluster_that_does_not_answer_is_found() {
    let world = World::on(Cluster::alone(), |account| account, LINK);
    world.cluster.plane().stop_server();
    for plugin in ["docker", "kubectl"] {
        let run = world.run(plugin, &["-o", "json"], &[]).ends_with(1);
        let text = judged("the API server is down", "cluster.reach", &run);
        assert!(text.contains("cluster.identity, cluster.link"), "{text}");
    }
}

#[test]
fn a_warning_counts_if_asked_for() {
    let world = World::with(
        |account| {
            account.replace("namespaces:\n      - name: shop\n        repositories:\n          - {name: web, images: [{tags: [v1], layers", "webhooks: [{namespace: shop, name: deploy, url: 'http://127.0.0.1:9/x'}]\n    namespaces:\n      - name: shop\n        repositories:\n          - {name: web, images: [{tags: [v1], layers")
        },
        LINK,
    );
    let only = ["--only", "tcr.webhooks,ccr.quota"];
    world.run("docker", &only, &[]).ends_with(0).says(&["deploy of shop (127.0.0.1:9)"]);
    let strict = [&only[..], &["--fail-on", "warn"]].concat();
    world.run("docker", &strict, &[]).ends_with(1);
    world.run("docker", &["--only", "tcr.webhook"], &[]).ends_with(2).says(&["--list"]);
}

#[test]
fn an_optional_right_that_is_missing_is_not_proven() {
    let world = World::with(
        |account| {
            format!(
                "denied: [DescribeWebhookTrigger, DescribeClusters, DescribeCertificates]\n{account}"
            )
        },
        LINK,
    );
    let run = world.run("docker", &["-o", "json"], &[]).ends_with(0);
    let report = run.json();
    for (id, action) in [
        ("tcr.webhooks", "tcr:DescribeWebhookTrigger"),
        ("cluster.identity", "tke:DescribeClusters"),
        ("domain.certificate", "ssl:DescribeCertificates"),
    ] {
        let check = report["checks"].as_array().unwrap().iter().find(|check| check["id"] == id);
        let check: &Value = check.unwrap();
        assert_eq!(check["verdict"], "notProven", "{check}");
        assert!(check["finding"].as_str().unwrap().contains(action), "{check}");
        assert!(!check["requestId"].as_str().unwrap().is_empty(), "{check}");
    }
}

#[test]
fn the_addons_password_is_nowhere() {
    let world = World::healthy();
    let runs =
        [world.run("docker", &["-vv"], &[]), world.run("kubectl", &["-vv", "-o", "json"], &[])];
    let secrets = world.sandbox.control("/secrets");
    let secrets: Vec<&str> = secrets.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    // The key, two logins, two tokens, the addon's password and its values, twice.
    assert!(secrets.len() >= 8, "{}", secrets.len());
    for run in runs {
        run.ends_with(0).never_says(&secrets);
    }
}

//! Which instance, which region, which endpoint.

use crate::copy::fixtures::{
    COULD_NOT_START, USAGE, assert_nothing_was_written, ccr2tcr, run_changed,
};
use crate::support::{Sandbox, run};

fn with_instances(instances: &str) -> Sandbox {
    Sandbox::with_account(&format!(
        "
version: 1
personal:
  - region: ap-guangzhou
    namespaces: [{{name: shop, repositories: [{{name: web, images: [{{tags: [v1]}}]}}]}}]
enterprise: {instances}
"
    ))
}

#[test]
fn a_wrong_name_gets_the_names_that_exist() {
    let sandbox = with_instances("[{name: prod}, {name: staging, region: ap-hongkong}]");
    ccr2tcr(&sandbox, &["sync", "--tcr-name", "prdo"]).ends_with(COULD_NOT_START).says(&[
        "error: there is no TCR instance `prdo` that this key can see\n",
        "hint: there are: prod (ap-shanghai), staging (ap-hongkong); choose one with --tcr-name",
    ]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn of_several_instances_one_must_be_named() {
    let sandbox = with_instances("[{name: prod}, {name: staging, region: ap-hongkong}]");
    ccr2tcr(&sandbox, &["sync"]).ends_with(COULD_NOT_START).says(&[
        "error: this key sees 2 TCR instances\n",
        "hint: there are: prod (ap-shanghai), staging (ap-hongkong); choose one with --tcr-name, as in --tcr-name prod\n",
    ]);
    assert_nothing_was_written(&sandbox);
    ccr2tcr(&sandbox, &["sync", "--tcr-name", "staging"]).ends_with(0).says(&["1 copied"]);
}

#[test]
fn the_first_label_of_a_host_says_nothing_about_the_instance() {
    let sandbox = with_instances(
        "[{name: prod, namespaces: [{name: shop}]}, {name: team, domains: [Prod.example.com]}]",
    );
    let lacks = |host: &str| {
        let line = ["sync", "--dry-run", "--tcr-host", host];
        ccr2tcr(&sandbox, &line).ends_with(COULD_NOT_START).says(&[
            &format!("error: the API doesn't say which TCR instance has the host {host}\n"),
            "hint: there are: prod (ap-shanghai), team (ap-shanghai); choose one with --tcr-name",
        ]);
    };
    for host in ["prod.example.org", "prod-vpc.example.org", "team", "other.tencentcloudcr.com"] {
        lacks(host);
    }
    assert_eq!(sandbox.count("api", "DescribeRepositories"), 0, "no instance is asked for content");

    // A custom domain, the host that Tencent gives, and that in a VPC.
    for (host, name) in [
        ("prod.example.com", "team"),
        ("prod.tencentcloudcr.com", "prod"),
        ("team-vpc.tencentcloudcr.com", "team"),
    ] {
        let run = ccr2tcr(&sandbox, &["sync", "--dry-run", "--tcr-host", host]).ends_with(1);
        // Only one of the two has the namespace.
        assert_eq!(run.stderr.contains("create namespace shop"), name == "team", "{host}");
    }
}

#[test]
fn a_host_that_the_api_may_not_be_asked_about_needs_a_name() {
    let sandbox = Sandbox::with_account(
        "
version: 1
denied: [DescribeInstanceCustomizedDomain]
personal: [{namespaces: [{name: shop, repositories: [{name: web, images: [{tags: [v1]}]}]}]}]
enterprise: [{name: prod}]
",
    );
    ccr2tcr(&sandbox, &["sync", "--dry-run", "--tcr-host", "registry.example.com"])
        .ends_with(COULD_NOT_START)
        .says(&[
            "which TCR instance has the host registry.example.com (DescribeInstanceCustomizedDomain was refused",
            "choose one with --tcr-name, as in --tcr-name prod",
        ]);
    ccr2tcr(
        &sandbox,
        &["sync", "--dry-run", "--tcr-host", "registry.example.com", "--tcr-name", "prod"],
    )
    .ends_with(1)
    .says(&["1 to copy"]);
}

#[test]
fn an_account_without_an_instance_is_an_error() {
    let sandbox = with_instances("[]");
    for line in [&["sync"][..], &["sync", "--tcr-name", "prod"], &["instances"], &["login"]] {
        ccr2tcr(&sandbox, line).ends_with(COULD_NOT_START).says(&[
            "error: this key sees no TCR instance in any region\n",
            "hint: create an instance first, or use a key of the account that owns it",
            "TCR_SECRET_ID and TCR_SECRET_KEY",
        ]);
    }
}

#[test]
fn an_instance_that_is_not_running_takes_nothing() {
    let sandbox = with_instances("[{name: prod, status: Isolate}]");
    ccr2tcr(&sandbox, &["sync"]).ends_with(COULD_NOT_START).says(&[
        "error: the TCR instance prod is not running: its status is Isolate\n",
        "hint: wait until its status is Running",
    ]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_misspelt_region_gets_a_suggestion() {
    let sandbox = with_instances("[{name: prod}]");
    for (flag, given, nearest) in [
        ("--tcr-region", "ap-shangai", "ap-shanghai"),
        ("--ccr-region", "ap-guangzou", "ap-guangzhou"),
        ("--ccr-region", "ap-guangzhou,ap-honkong", "ap-hongkong"),
        ("--ccr-region", "hk", "ap-hongkong"),
    ] {
        let wrong = given.rsplit(',').next().unwrap();
        ccr2tcr(&sandbox, &["sync", flag, given]).ends_with(USAGE).says(&[
            &format!("error: invalid value '{wrong}' for '{flag} <REGION>'"),
            &format!("`{wrong}` is not a region of Tencent Cloud: did you mean {nearest}?\n"),
            "Run 'docker-ccr2tcr sync --help' for more information",
        ]);
    }
    ccr2tcr(&sandbox, &["sync", "--tcr-region", "china"])
        .ends_with(USAGE)
        .says(&["`china` is not a region", "expected a name such as ap-guangzhou"]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_wrong_value_of_a_variable_is_told_with_the_variable() {
    let sandbox = with_instances("[{name: prod}]");
    for (variable, value, message) in [
        ("TENCENTCLOUD_REGION", "ap-shangai", "did you mean ap-shanghai?\n"),
        ("TENCENTCLOUD_TCR_ENDPOINT", "ftp://x", "`ftp://x` is not an API endpoint"),
    ] {
        let mut command = sandbox.plugin(&["sync"]);
        run_changed(command.env(variable, value))
            .ends_with(USAGE)
            .says(&[message, &format!("\n  from the variable {variable}\n")]);
        let mut command = sandbox.plugin(&["sync", "--tcr-region=ap-x"]);
        run_changed(command.env(variable, "")).ends_with(USAGE).never_says(&["from the variable"]);
    }
}

/// As CI systems hand over variables that have no value.
#[test]
fn a_variable_that_is_set_to_nothing_counts_as_not_set() {
    let sandbox = with_instances("[{name: prod}]");
    for variable in ["CCR_HOST", "TENCENTCLOUD_REGION"] {
        for value in ["", " "] {
            let mut command = sandbox.plugin(&["instances"]);
            run(command.env(variable, value)).ends_with(0).says(&["prod"]);
        }
    }
}

#[test]
fn a_region_that_the_api_does_not_serve_is_named() {
    let sandbox = with_instances("[{name: prod}]");
    ccr2tcr(&sandbox, &["sync", "--tcr-region", "ap-qingyuan"]).ends_with(COULD_NOT_START).says(&[
        "error: DescribeInstances was refused",
        "(UnsupportedRegion, RequestId ",
        "hint: the API doesn't serve ap-qingyuan at this endpoint: choose another with --tcr-region",
    ]);
    ccr2tcr(&sandbox, &["sync", "--ccr-region", "ap-qingyuan"])
        .ends_with(COULD_NOT_START)
        .says(&["(UnsupportedRegion, RequestId ", "choose another with --ccr-region"]);
}

#[test]
fn ccr_that_was_never_set_up_is_told_with_the_region() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal: [{region: ap-guangzhou, initialised: false}]
enterprise: [{name: prod}]
",
    );
    ccr2tcr(&sandbox, &["sync"]).ends_with(COULD_NOT_START).says(&[
        "error: DescribeNamespacePersonal was refused",
        "(ResourceNotFound.ErrNoUser, RequestId ",
        "hint: the Personal Edition was never set up in ap-guangzhou by this account: choose another region with --ccr-region",
    ]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_plain_http_endpoint_is_refused_unless_it_is_this_machine() {
    let sandbox = with_instances("[{name: prod}]");
    for flag in ["--tcr-api-endpoint", "--ccr-api-endpoint"] {
        ccr2tcr(&sandbox, &["sync", flag, "http://tcr.example.com"])
            .ends_with(COULD_NOT_START)
            .says(&[
                "error: the API endpoint http://tcr.example.com is not encrypted\n",
                "hint: use https://tcr.example.com, or allow plain HTTP with --insecure-registry tcr.example.com\n",
            ]);
    }
    ccr2tcr(&sandbox, &["sync", "--tcr-api-endpoint", "ftp://tcr.example.com"])
        .ends_with(USAGE)
        .says(&["`ftp://tcr.example.com` is not an API endpoint: expected a host such as tcr.tencentcloudapi.com"]);
    assert_nothing_was_written(&sandbox);
}

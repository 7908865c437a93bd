//! Which logins are handed out, and what becomes of the ones that are made.

use std::collections::BTreeSet;
use std::process::Stdio;

use super::world;
use crate::support::cluster::yaml::workload;
use crate::support::{Run, run};

#[test]
fn a_login_that_the_registry_refuses_is_not_handed_out() {
    let world = world("refused");
    world.deployment_without_pods();
    let other = world.cluster.namespace("source");
    world.wrong_secret(&other, "wrong", world.sandbox().tcr());
    let before = world.cluster.snapshot(&[&world.namespace]);
    for line in ["--dry-run", "--yes", "--yes -o json"] {
        let line = format!("copy {line} --from-secret {other}/wrong");
        let refused = world.secrets(&line).ends_with(2);
        refused.says(&[
            &format!("refuses the login from Secret {other}/wrong"),
            "nothing was written",
            "--service-account NAME",
        ]);
    }
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn a_login_that_may_not_pull_what_is_needed_is_not_handed_out() {
    let world = world("unfit");
    world.deployment_without_pods();
    let login = ["login", "--service-account", "robot", "--namespace", "infra"];
    world.sandbox().ccr2tcr(&login).ends_with(0);
    let before = world.cluster.snapshot(&[&world.namespace]);
    let refused = world.secrets("copy --yes").ends_with(2);
    refused.says(&[&format!("may not pull {}/shop/web", world.sandbox().tcr()), "docker login"]);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn what_is_not_in_tcr_yet_is_no_reason_to_refuse_a_login() {
    let world = world("notyet");
    let image = format!("{}/later/web:v1", world.sandbox().ccr());
    world.cluster.apply(&workload("Deployment", &world.namespace, "web", &image));
    let done = world.secrets("copy --yes").ends_with(0);
    done.says(&["/later/web: it does not exist in TCR yet"]);
    assert_eq!(world.account(), ["tcr"]);
}

#[test]
fn a_registry_that_can_not_be_reached_from_here_is_no_reason_either() {
    let world = world("faraway");
    world.deployment_without_pods();
    let other = world.cluster.namespace("source");
    world.wrong_secret(&other, "far", "127.0.0.1:1");
    let line = format!("secrets copy --yes --tcr-host 127.0.0.1:1 --from-secret {other}/far");
    let mut command = world.verbose_command(&line);
    command.env_remove("TENCENTCLOUD_SECRET_ID").env_remove("TENCENTCLOUD_SECRET_KEY");
    let done = run(&mut command).ends_with(0);
    world.without_passwords(done).says(&["can't check from here", "127.0.0.1:1"]);
    assert_eq!(
        (world.hosts("tcr"), world.account()),
        (vec!["127.0.0.1:1".into()], vec!["tcr".into()])
    );
}

/// The command line of a process, and those of its children.
fn command_lines(process: u32) -> Vec<String> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let children =
        tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    let children: String = children.collect();
    let all = children.split_whitespace().map(str::to_owned).chain([process.to_string()]);
    let lines = all.filter_map(|process| std::fs::read(format!("/proc/{process}/cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).into_owned()).collect()
}

#[test]
fn a_long_term_token_is_made_and_never_shown() {
    let world = world("lasting");
    world.deployment_without_pods();
    world.secrets("copy --dry-run=server --long-term").ends_with(1);
    let before = world.sandbox().count("api", "CreateInstanceToken");
    let mut command =
        world.verbose_command("secrets copy --yes --long-term -o json --rollback-file back.json");
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BTreeSet::new();
    while process.try_wait().unwrap().is_none() {
        lines.extend(command_lines(process.id()));
    }
    let done = Run::from(process.wait_with_output().unwrap()).ends_with(0);
    // `without_passwords` knows the token: the sandbox keeps all that it makes.
    let done = world.without_passwords(done);
    done.json();
    done.says(&["created in TCR: long-term token of", "it expires on"]);
    assert_eq!(world.sandbox().count("api", "CreateInstanceToken"), before + 1);

    let held = world.cluster.get("secrets", &world.namespace, "tcr").to_string();
    let file = std::fs::read_to_string(world.sandbox().folder().join("back.json")).unwrap();
    assert!(lines.iter().any(|line| line.contains("--long-term")), "the process was not watched");
    for password in world.passwords() {
        assert!(!file.contains(&password) && !held.contains(&password));
        assert!(!lines.iter().any(|line| line.contains(&password)));
    }
    assert_eq!(
        (world.hosts("tcr"), world.account()),
        (vec![world.sandbox().tcr().into()], vec!["tcr".into()])
    );
    world.to_tcr();
    world.cluster.roll_out(&world.namespace, "deployment/web");
}

#[test]
fn a_preferred_secret_that_is_not_fit_is_told() {
    let world = world("prefer");
    world.deployment_without_pods();
    world.secret(&world.namespace, "mine", &["r.lan"]);
    world.secret(&world.namespace, "tcr", &[world.sandbox().tcr()]);
    let plan = |name: &str| {
        let mut command = world.verbose_command(&format!("--dry-run -o json --secret-name {name}"));
        let plan = world.without_passwords(run(&mut command)).ends_with(1);
        assert_eq!(plan.json()["serviceAccounts"][0]["new"], serde_json::json!(["tcr"]));
        plan
    };
    plan("mine").says(&[
        "can't use Secret mine, named by --secret-name",
        &format!("it has no login for {}; using tcr instead", world.sandbox().tcr()),
    ]);
    plan("gone").says(&["pull secret gone, named by --secret-name, does not exist"]);
    plan("tcr").never_says(&["--secret-name"]);
}

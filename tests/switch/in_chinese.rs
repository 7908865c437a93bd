//! What a cluster refuses or lacks, explained in Chinese below the English line.

use std::process::Command;

use super::fixtures::World;
use crate::support::cluster::User;
use crate::support::cluster::yaml::workload;
use crate::support::run;

#[track_caller]
fn assert_explained(mut command: Command, english: &str, chinese: &str) {
    let run = run(command.env("LANG", "zh_CN.UTF-8"));
    assert!(!run.stdout.contains("说明"), "{}", run.stdout);
    let place = |words: &str| run.stderr.find(words);
    let explained = place(&format!("\n说明: {chinese}"));
    let error = place(english).unwrap_or_else(|| panic!("no `{english}` in:\n{}", run.stderr));
    assert!(explained.is_some_and(|place| place > error), "no `{chinese}` in:\n{}", run.stderr);
}

#[test]
fn what_most_users_meet_is_explained() {
    let world = World::private("chinese");
    let image = world.in_ccr("web:v1");
    world.cluster.create(&workload("Deployment", &world.namespace, "web", &image));
    let switch = |words: &[&str]| world.switch_command(words);
    assert_explained(switch(&["--dry-run"]), "is not in TCR", "TCR 中没有这个镜像");
    world.sandbox().ccr2tcr(&["sync"]).ends_with(0);
    assert_explained(
        switch(&["--dry-run"]),
        "; not changed",
        "该命名空间没有可用于 TCR 的拉取凭证",
    );
    let wrong = ["--dry-run", "--token", "expired"];
    assert_explained(switch(&wrong), "does not take the login", "集群不接受当前的登录");
    let user = world.cluster.user();
    let mut closed = world.command(&user, &["scan", "-n", &world.namespace]);
    world.name_hosts(&mut closed);
    assert_explained(closed, "can't list ", "集群的 RBAC 没有授予");
}

#[test]
fn a_namespace_that_is_not_there_is_explained() {
    let world = World::open("chinese-ns");
    let mut command = world.command(&User::admin(), &["--yes", "-n", "not-there"]);
    world.name_hosts(&mut command);
    assert_explained(command, "not found", "集群中没有这个命名空间。");
}

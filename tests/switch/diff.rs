//! `diff`: what `kubectl diff` would show of the plan.

use serde_json::json;

use super::fixtures::World;
use crate::support::{Run, run};

/// `diff`, with a folder of its own for what it writes in passing; that must be empty at the end.
#[track_caller]
fn diff(world: &World, external: Option<&str>) -> Run {
    let folder = tempfile::tempdir_in(world.cluster.folder()).unwrap();
    let mut command = world.switch_command(&["diff"]);
    command.env("TMPDIR", folder.path());
    if let Some(external) = external {
        command.env("KUBECTL_EXTERNAL_DIFF", external);
    }
    let ended = run(&mut command);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    ended
}

#[test]
fn each_object_is_shown_before_and_after_and_none_is_changed() {
    let world = World::open("diff");
    world.copied("web:v1");
    world.not_copied("api:v1");
    world.deployment("web", "web:v1");
    world.deployment("api", "api:v1");
    let shown = diff(&world, None).ends_with(1);
    let file = format!("apps.v1.Deployment.{}.web", world.namespace);
    for line in [
        format!("/{file}\t"),
        format!("-      - image: {}", world.in_ccr("web:v1")),
        format!("+      - image: {}", world.in_tcr("web:v1")),
    ] {
        assert!(shown.stdout.contains(&line), "{line} is not in\n{}", shown.stdout);
    }
    assert!(shown.stdout.contains("LIVE-") && shown.stdout.contains("MERGED-"));
    assert!(!shown.stdout.contains("managedFields"), "{}", shown.stdout);
    assert!(!shown.stdout.contains("api"), "it is not switched: {}", shown.stdout);
    assert!(shown.stderr.contains("is not in TCR"), "{}", shown.stderr);
    assert_eq!(world.image_of("web"), world.in_ccr("web:v1"));
}

#[test]
fn kubectl_external_diff_is_run_and_its_exit_code_counts() {
    let world = World::open("diff");
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    let program = |name: &str, line: &str| {
        let path = world.cluster.file(name, &format!("#!/bin/sh\n{line}\n"));
        let may_run = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&path, may_run).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let lists = program("lists", "echo \"$1 $#\"; ls \"$2\" \"$3\"; printf '\\033[31mred'; exit 1");
    let shown = diff(&world, Some(&format!("{lists} --flag=1 ;no"))).ends_with(1);
    assert!(shown.stdout.starts_with("--flag=1 3\n"), "{}", shown.stdout);
    let file = format!("apps.v1.Deployment.{}.web\n", world.namespace);
    assert_eq!(shown.stdout.matches(&file).count(), 2, "{}", shown.stdout);
    assert!(!shown.stdout.contains('\u{1b}'), "what comes from a cluster moves no cursor");

    diff(&world, Some(&program("same", "exit 0"))).ends_with(0);
    diff(&world, Some(&program("broken", "echo oh >&2; exit 7"))).ends_with(2).says(&["oh"]);
    let missing = diff(&world, Some("/nonexistent/diff")).ends_with(2);
    missing.says(&["error: /nonexistent/diff can't be run", "hint: KUBECTL_EXTERNAL_DIFF"]);
}

#[test]
fn nothing_to_change_is_no_difference() {
    let world = World::open("diff");
    let shown = diff(&world, None).ends_with(0);
    assert_eq!(shown.stdout, "");
}

#[test]
fn a_secret_that_an_account_gets_is_named_and_never_shown() {
    let world = World::private("diff");
    world.sandbox().ccr2tcr(&["sync", "shop"]).ends_with(0);
    world.pull_secret("tcr", world.tcr());
    world.create(&json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {
            "replicas": 0, "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "main", "image": world.in_ccr("web:v1")}]},
            },
        },
    }));
    let shown = diff(&world, None).ends_with(1);
    let file = format!("v1.ServiceAccount.{}.default", world.namespace);
    assert!(shown.stdout.contains(&file), "{}", shown.stdout);
    assert!(shown.stdout.contains("+imagePullSecrets:\n+- name: tcr\n"), "{}", shown.stdout);
    assert!(!shown.stdout.contains("dockerconfigjson"), "{}", shown.stdout);
}

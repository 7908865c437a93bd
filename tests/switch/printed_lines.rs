//! The lines that a switch prints to bring what is lacking: pasted into a shell, they do that.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::fixtures::World;
use crate::support::cluster::User;
use crate::support::{Run, install_docker_plugin, run};

/// The hint of a run that begins so.
#[track_caller]
pub(super) fn printed<'a>(run: &'a Run, start: &str) -> &'a str {
    let mut hints = run.stderr.lines().filter_map(|line| line.strip_prefix("hint: "));
    let line = hints.find(|hint| hint.starts_with(start));
    line.unwrap_or_else(|| panic!("no hint begins with `{start}`:\n{}", run.stderr))
}

/// Runs a line as if pasted into a shell: docker and kubectl find their plugins, and the
/// environment names the sandbox. Without a cluster, unless the line names one.
pub(super) fn paste(world: &World, line: &str) -> Run {
    let config = Path::new(world.sandbox().variable("DOCKER_CONFIG"));
    if !config.join("cli-plugins").exists() {
        install_docker_plugin(config);
    }
    let mut shell = world.sandbox().command("sh");
    world.cluster.equip(&mut shell, &User::admin());
    shell.env_remove("KUBECONFIG").args(["-c", line]);
    run(&mut shell)
}

/// Takes the API key away, and the machine's role.
fn without_key(command: &mut Command) {
    command.env("TENCENTCLOUD_METADATA_ENDPOINT", "http://127.0.0.1:1");
    command.env_remove("TENCENTCLOUD_SECRET_ID").env_remove("TENCENTCLOUD_SECRET_KEY");
}

/// The same for a line.
fn keyless(line: &str) -> String {
    format!(
        "unset TENCENTCLOUD_SECRET_ID TENCENTCLOUD_SECRET_KEY; export TENCENTCLOUD_METADATA_ENDPOINT=http://127.0.0.1:1; {line}"
    )
}

/// A namespace whose pods have both logins.
pub(super) fn with_logins(world: &World) {
    world.pull_secret("ccr", world.ccr());
    world.pull_secret("tcr", world.tcr());
    let secrets = json!({"imagePullSecrets": [{"name": "ccr"}]});
    world.cluster.merge("serviceaccounts", &world.namespace, "default", &secrets);
}

fn kubeconfig(world: &World) -> PathBuf {
    world.cluster.kubeconfig(&User::admin())
}

#[test]
fn the_sync_line_can_be_pasted_and_the_switch_goes_through() {
    let world = World::private("paste");
    with_logins(&world);
    world.deployment("web", "web:v1");
    world.deployment("api", "api:v1");
    let file = "version: 1\nmap:\n  - {from: shop/api, to: back/api}\n";
    world.sandbox().file("our team's.yaml", file);
    let (target, region) = (world.tcr(), "ap-guangzhou");
    let switch = |more: &[&str]| {
        let mut command = world.command(&User::admin(), &["-n", &world.namespace]);
        command.args(["--map", "shop/web=front/web", "--mapping", "our team's.yaml"]);
        command.args(["--tcr-host", target, "--ccr-region", region]).args(more);
        run(&mut command)
    };
    let left = switch(&["--yes"]).ends_with(1);
    let line = printed(&left, "docker ccr2tcr sync");
    assert_eq!(
        line,
        format!(
            r"docker ccr2tcr sync shop/api:v1 shop/web:v1 --tcr-host={target} --ccr-region={region} --map='shop/web=front/web' --mapping='our team'\''s.yaml'"
        )
    );
    paste(&world, line).ends_with(0);
    let moved: Vec<String> =
        world.sandbox().images("tcr").into_iter().map(|(name, _)| name).collect();
    assert_eq!(moved, ["back/api:v1", "front/web:v1"], "what is lacking, and no more");
    switch(&["--yes"]).ends_with(0);
    assert_eq!(world.image_of("web"), format!("{target}/front/web:v1"));
}

#[test]
fn without_a_key_of_ccr_the_line_needs_none() {
    let world = World::private("keyless");
    with_logins(&world);
    world.deployment("web", "web:v1");
    let switch = |more: &[&str]| {
        let mut command = world.switch_command(more);
        without_key(&mut command);
        run(&mut command)
    };
    // Without a key the namespace can't be created.
    let create = ["sync", "shop/api"];
    world.sandbox().ccr2tcr(&create).ends_with(0);
    let left = switch(&["--yes"]).ends_with(1);
    let line = printed(&left, "printf").to_owned();
    let tcr = world.tcr();
    let image = world.in_ccr("web:v1");
    let expected =
        format!(r"printf '%s\n' {image} | docker ccr2tcr sync --images - --tcr-host={tcr}");
    assert_eq!(line, expected);
    paste(&world, &keyless(&line)).ends_with(0);
    switch(&["--yes"]).ends_with(0);
    assert_eq!(world.image_of("web"), world.in_tcr("web:v1"));
}

#[test]
fn more_images_than_fit_in_a_line_come_from_the_cluster() {
    let world = World::with_account(
        "many",
        "
version: 1
docker_login: [ccr, tcr]
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1]}]}
          - {name: many, generate: {tags: 21, prefix: v, layers: [1kB]}}
enterprise: [{}]
",
    );
    with_logins(&world);
    let containers: Vec<_> = (1..=21)
        .map(|number| {
            json!({"name": format!("c{number}"), "image": world.in_ccr(&format!("many:v{number:03}"))})
        })
        .collect();
    world.create(&json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "many", "labels": {"app": "many"}},
        "spec": {
            "replicas": 0, "selector": {"matchLabels": {"app": "many"}},
            "template": {"metadata": {"labels": {"app": "many"}}, "spec": {"containers": containers}},
        },
    }));
    // Another object of the namespace, which is not in scope.
    world.deployment("web", "web:v1");
    let config = kubeconfig(&world);
    let config = config.to_str().unwrap();
    let scope = ["--yes", "-l", "app in (many)", "--kubeconfig", config];
    let left = world.switch(&scope).ends_with(1);
    let line = printed(&left, "kubectl tcr-switch images");
    let (list, sync) = line.split_once(" | ").unwrap();
    assert_eq!(
        list,
        format!(
            "kubectl tcr-switch images -n {} -l 'app in (many)' --kubeconfig={config}",
            world.namespace
        )
    );
    assert_eq!(sync, format!("docker ccr2tcr sync --images - --tcr-host={}", world.tcr()));
    let listed = paste(&world, list).ends_with(0);
    assert_eq!(listed.stdout.lines().count(), 21, "{}", listed.stdout);
    paste(&world, line).ends_with(0);
    world.switch(&scope).ends_with(0);
}

#[test]
fn the_line_for_a_login_acts_on_the_same_cluster_and_instance() {
    let world = World::private("login");
    world.sandbox().ccr2tcr(&["sync", "shop"]).ends_with(0);
    world.pull_secret("ccr", world.ccr());
    let secrets = json!({"imagePullSecrets": [{"name": "ccr"}]});
    world.cluster.merge("serviceaccounts", &world.namespace, "default", &secrets);
    world.deployment("web", "web:v1");
    let config = kubeconfig(&world);
    let config = config.to_str().unwrap();
    let left = world.switch(&["--yes", "--kubeconfig", config]).ends_with(1);
    let line = printed(&left, "kubectl tcr-switch secrets copy");
    let (namespace, tcr) = (&world.namespace, world.tcr());
    assert_eq!(
        line,
        format!(
            "kubectl tcr-switch secrets copy -n {namespace} --kubeconfig={config} --tcr-host={tcr}"
        )
    );
    paste(&world, &format!("{line} --yes")).ends_with(0);
    // The line before has made such a file as well, maybe in this very second.
    let file = ["--rollback-file", "back.json"];
    world.switch(&[&["--yes", "--kubeconfig", config][..], &file].concat()).ends_with(0);
    assert_eq!(world.image_of("web"), world.in_tcr("web:v1"));
}

#[test]
fn a_stale_tag_is_brought_by_its_line_with_and_without_a_key() {
    let world = World::private("again");
    with_logins(&world);
    world.sandbox().ccr2tcr(&["sync", "shop/web", "shop/api"]).ends_with(0);
    world.deployment("web", "web:v1");
    world.deployment("api", "api:v1");
    let push = |repository: &str| {
        // Push times are in whole seconds, and this one must be later than that of the copy.
        std::thread::sleep(std::time::Duration::from_millis(1100));
        let body =
            json!({"registry": "ccr", "repository": repository, "tag": "v1", "layers": [5000]});
        world.sandbox().tell("/push", &body);
    };
    let of = |app: &str, keyless: bool| {
        let mut command =
            world.switch_command(&["--yes", "--field-selector", &format!("metadata.name={app}")]);
        if keyless {
            without_key(&mut command);
        }
        run(command.args(["--rollback-file", &format!("{app}-{keyless}.json")]))
    };
    push("shop/web");
    let left = of("web", false).ends_with(1).says(&["is stale"]);
    let line = printed(&left, "docker ccr2tcr sync shop/web:v1");
    paste(&world, line).ends_with(0).says(&["1 copied"]);
    of("web", false).ends_with(0);

    push("shop/api");
    let left = of("api", true).ends_with(1).says(&["is stale"]);
    let line = printed(&left, "where CCR's image is the right one: ");
    let (_, line) = line.split_once(": ").unwrap();
    paste(&world, &keyless(line)).ends_with(0).says(&["1 copied"]);
    of("api", true).ends_with(0);
}

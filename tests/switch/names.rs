//! Which images a switch is about, and the lines that are printed to bring what is lacking.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::world::World;
use crate::support::cluster::yaml::workload;
use crate::support::cluster::{Cluster, User};
use crate::support::{Run, plugin, run};

/// The hint of a run that begins so.
#[track_caller]
fn printed<'a>(run: &'a Run, start: &str) -> &'a str {
    let mut hints = run.stderr.lines().filter_map(|line| line.strip_prefix("hint: "));
    let line = hints.find(|hint| hint.starts_with(start));
    line.unwrap_or_else(|| panic!("no hint begins with `{start}`:\n{}", run.stderr))
}

/// Runs a line as somebody does who pastes it: docker and kubectl find their plugins, and the
/// environment names the sandbox. Without a cluster, unless the line names one.
fn paste(world: &World, line: &str) -> Run {
    let plugins = Path::new(world.sandbox().variable("DOCKER_CONFIG")).join("cli-plugins");
    if !plugins.exists() {
        std::fs::create_dir(&plugins).unwrap();
        std::os::unix::fs::symlink(plugin(), plugins.join("docker-ccr2tcr")).unwrap();
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
fn with_logins(world: &World) {
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
    // Without a key nobody makes the namespace.
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
fn what_the_mapping_file_excludes_is_left_by_every_command() {
    let world = World::private_on(Cluster::alone(), "excluded");
    with_logins(&world);
    world.deployment("web", "web:v1");
    world.deployment("api", "api:v1");
    world.sandbox().file("team.yaml", "version: 1\nexclude: [\"shop/api\"]\n");
    let mapping = ["--mapping", "team.yaml"];
    let with = |words: &[&str]| world.switch(&[words, &mapping].concat());

    let listed = with(&["images"]).ends_with(0).says(&["1 image is left out: excluded"]);
    assert_eq!(listed.stdout.trim(), world.in_ccr("web:v1"));
    world.sandbox().ccr2tcr(&["sync", "shop", mapping[0], mapping[1]]).ends_with(0);

    // By its name no more than with all the others.
    let listed = format!("echo {} | docker ccr2tcr sync --images -", world.in_ccr("api:v1"));
    paste(&world, &format!("{listed} --mapping team.yaml")).ends_with(0);
    let moved = world.sandbox().images("tcr");
    assert!(moved.iter().all(|(name, _)| !name.contains("api")), "{moved:?}");

    let api = world.in_ccr("api");
    let done = with(&["--yes"]).ends_with(1);
    done.says(&[
        &format!("{api} is excluded by the mapping file: shop/api"),
        "take `shop/api` out of `exclude`",
        "1 rolled out",
    ])
    .never_says(&["is not in TCR", "docker ccr2tcr sync"]);
    assert_eq!(world.image_of("api"), world.in_ccr("api:v1"));
    assert_eq!(world.image_of("web"), world.in_tcr("web:v1"));

    with(&["scan"]).ends_with(1).says(&["of these, 1 image is excluded by the mapping file"]);
    let scanned = with(&["scan", "-o", "json"]).ends_with(1).json();
    assert_eq!(scanned["objects"][0]["images"][0]["excludedBy"], "shop/api");
    let names = format!("names {api}:v1, excluded by the mapping file: shop/api");
    with(&["verify"]).ends_with(1).says(&[&names]);
    let verified = with(&["verify", "-o", "json"]).ends_with(1).json();
    assert_eq!(verified["namesCcr"][0]["excluded"], json!([world.in_ccr("api:v1")]));
}

/// An account in whose CCR somebody else's namespace is used, and the same for another host.
const WITH_OTHERS: &str = "
version: 1
docker_login: [ccr, tcr]
personal:
  - namespaces:
      - {name: shop, repositories: [{name: web, images: [{tags: [v1]}]}]}
      - name: stranger
        others: true
        repositories: [{name: tool, public: true, images: [{tags: [v1]}]}]
      - name: tkeimages
        others: true
        repositories: [{name: pause, public: true, images: [{tags: [v1]}]}]
enterprise: [{}]
";

#[test]
fn somebody_elses_image_is_told_apart_from_the_accounts_own() {
    let world = World::with_account("stranger", WITH_OTHERS);
    with_logins(&world);
    world.deployment("web", "web:v1");
    for (name, image) in [("tool", "stranger/tool:v1"), ("pause", "tkeimages/pause:v1")] {
        let image = format!("{}/{image}", world.ccr());
        world.cluster.create(&workload("Deployment", &world.namespace, name, &image));
    }
    world.sandbox().ccr2tcr(&["sync"]).ends_with(0);
    let before = world.sandbox().count("api", "DescribeNamespacePersonal");
    let done = world.switch(&["--yes"]).ends_with(1);
    let asked = world.sandbox().count("api", "DescribeNamespacePersonal") - before;
    assert_eq!(asked, 1, "one listing for the run");
    let ccr = world.ccr();
    let done = done.says(&[
        &format!("namespace stranger of {ccr} isn't this account's"),
        "--map 'stranger=OWN'",
        "1 reference is to images of Tencent's own",
        "1 rolled out",
    ]);
    let line = printed(&done, "printf").to_owned();
    assert!(line.contains(&format!("{ccr}/stranger/tool:v1 | docker ccr2tcr sync --images -")));
    paste(&world, &line).ends_with(0);
    let done = world.switch(&["--yes", "--rollback-file", "second.json"]).ends_with(0);
    done.says(&["namespace stranger of CCR isn't this account's; TCR has the image"]);
    assert_eq!(world.image_of("tool"), format!("{}/stranger/tool:v1", world.tcr()));
    let pause = format!("{ccr}/tkeimages/pause:v1");
    assert_eq!(world.image_of("pause"), pause);
    // It never will be another, and nothing else is left.
    for command in ["verify", "scan", "images"] {
        let ended = world.switch(&[command]).ends_with(0).never_says(&[&pause]);
        ended.says(&["1 reference is to images of Tencent's own; left alone"]);
    }
}

#[test]
fn a_list_of_namespaces_that_is_not_whole_decides_nothing() {
    let account =
        WITH_OTHERS.replace("  - namespaces", "  - privilege_filtered: true\n    namespaces");
    let world = World::with_account("filtered", &account);
    with_logins(&world);
    let image = format!("{}/stranger/tool:v1", world.ccr());
    world.cluster.create(&workload("Deployment", &world.namespace, "tool", &image));
    let plan = world.switch(&["--dry-run"]).ends_with(1);
    plan.says(&["are not all to be seen with this key", "stranger/tool:v1 is not in TCR"])
        .never_says(&["isn't this account's"]);
    // Nor does a key that is refused.
    let mut command = world.switch_command(&["--dry-run"]);
    command.env("CCR_SECRET_ID", "AKIDnobody").env("CCR_SECRET_KEY", "x");
    let plan = run(&mut command).ends_with(1);
    plan.says(&["can't be told", "stranger/tool:v1 is not in TCR"])
        .never_says(&["isn't this account's"]);
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

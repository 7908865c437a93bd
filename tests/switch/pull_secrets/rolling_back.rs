//! Rollbacks of workloads that pull with a login.

use std::io::copy;
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;

use serde_json::json;

use crate::support::cluster::User;
use crate::support::cluster::yaml::{changed, workload};
use crate::support::{Run, run, signal};
use crate::switch::fixtures::World;

/// TCR has one more tag, which CI has pushed there.
const ACCOUNT: &str = r"
version: 1
docker_login: [ccr, tcr]
personal:
  - region: ap-guangzhou
    namespaces:
      - {name: shop, repositories: [{name: web, images: [{tags: [v1], layers: [2kB]}]}]}
enterprise:
  - name: prod
    region: ap-shanghai
    namespaces:
      - name: shop
        repositories: [{name: web, images: [{tags: [v1], layers: [2kB]}, {tags: [v2], layers: [3kB]}]}]
";

/// Three Deployments that have been switched, through the account `default`, which had a login
/// for CCR and was given one for TCR; `back.json` takes that back.
fn switched(like: &str) -> World {
    let world = World::with_account(like, ACCOUNT);
    world.secret(&world.namespace, "ccr", &[world.sandbox().ccr()]);
    world.secret(&world.namespace, "tcr", &[world.sandbox().tcr()]);
    world.account_lists(&["ccr"]);
    for name in ["a", "b", "c"] {
        world.deployment(name, "web:v1");
    }
    world.line(&["--yes", "--rollback-file", "back.json"]).ends_with(0).says(&["3 rolled out"]);
    assert_eq!(world.account(), ["ccr", "tcr"]);
    world
}

impl World {
    fn line(&self, arguments: &[&str]) -> Run {
        run(self.command(&User::admin(), arguments).args(["-n", &self.namespace]))
    }

    fn images(&self) -> [String; 3] {
        ["a", "b", "c"].map(|name| self.image_of(name))
    }

    fn set_image(&self, name: &str, image: &str) {
        let set = format!("main={image}");
        let line = ["set", "image", &format!("deployment/{name}"), &set, "-n", &self.namespace];
        self.cluster.kubectl(&line).ends_with(0);
        self.cluster.roll_out(&self.namespace, &format!("deployment/{name}"));
    }
}

#[test]
fn an_account_keeps_its_secret_while_something_pulls_from_tcr_through_it() {
    let world = switched("kept");
    world.set_image("a", &world.in_tcr("web:v2"));
    let back = world.roll_back("back.json").ends_with(1);
    back.says(&[
        "deployment.apps/a still pulls",
        "kept",
        "a in",
        "has been changed since; not rolled back",
    ]);
    let (old, new) = (world.in_ccr("web:v1"), world.in_tcr("web:v2"));
    assert_eq!(world.images(), [new, old.clone(), old.clone()]);
    assert_eq!(world.account(), ["ccr", "tcr"]);
    let line = ["delete", "pod", "--all", "-n", &world.namespace];
    world.cluster.kubectl(&line).ends_with(0);
    world.cluster.roll_out(&world.namespace, "deployment/a");

    world.set_image("a", &old);
    world.roll_back("back.json").ends_with(0).says(&["1 written"]);
    assert_eq!(world.account(), ["ccr"]);
    world.roll_back("back.json").ends_with(0).says(&["unchanged"]);
}

#[test]
fn nothing_goes_back_to_what_can_not_be_pulled_any_more() {
    let world = switched("pruned");
    world.line(&["secrets", "prune", "--yes", "--rollback-file", "prune.json"]).ends_with(0);
    assert_eq!(world.account(), ["tcr"]);
    let new = world.images();
    let back = world.roll_back("back.json").ends_with(1);
    back.says(&[
        "its pods could not pull",
        "ServiceAccount default names no Secret with a login for it",
    ]);
    assert_eq!(world.images(), new);

    // Who insists sees the first one break, and no other.
    let line = ["rollback", "back.json", "--yes", "--allow-unproven-login", "--concurrency", "1"];
    let broken = run(world.command(&User::admin(), &line).args(["-o", "json"])).ends_with(1);
    assert_eq!(broken.json()["stopped"], true);
    broken.says(&["1 broken", "2 not tried", "stopped: a pod can't pull"]);
    let images = world.images();
    assert_eq!(images.iter().filter(|image| **image == world.in_ccr("web:v1")).count(), 1);

    world.roll_back("prune.json").ends_with(0);
    world.roll_back("back.json").ends_with(0);
    assert_eq!(world.account(), ["ccr"]);
    assert_eq!(world.images(), [(); 3].map(|()| world.in_ccr("web:v1")));
}

#[test]
fn a_refused_login_for_the_old_registry_is_noticed_before() {
    let world = switched("expired");
    world.wrong_secret(&world.namespace, "ccr", world.sandbox().ccr());
    let new = world.images();
    let back = world.roll_back("back.json").ends_with(1);
    back.says(&[
        "its pods could not pull",
        "refuses the login in Secret ccr",
        "hint: put the login",
    ]);
    assert_eq!(world.images(), new);
}

#[test]
fn a_login_that_a_copy_gave_is_not_taken_back_from_what_has_been_switched_since() {
    let world = World::with_account("copied", ACCOUNT);
    world.secret(&world.namespace, "ccr", &[world.sandbox().ccr()]);
    world.account_lists(&["ccr"]);
    let text = workload("Deployment", &world.namespace, "own", &world.in_ccr("web:v1"));
    world.cluster.create(&changed(&text, |object| {
        object["spec"]["template"]["spec"]["imagePullSecrets"] = json!([{"name": "ccr"}]);
    }));
    world.cluster.roll_out(&world.namespace, "deployment/own");
    world.deployment("web", "web:v1");
    let copy = ["secrets", "copy", "--yes", "--to-templates", "--rollback-file", "copy.json"];
    world.line(&copy).ends_with(0);
    world.line(&["--yes"]).ends_with(0).says(&["2 rolled out"]);
    let back = world.roll_back("copy.json").ends_with(1);
    back.says(&["its pods could not pull", "deployment.apps/web still pulls", "kept: "]);
    assert_eq!(world.account(), ["ccr", "tcr"]);
}

#[test]
fn a_rollback_that_was_interrupted_goes_on() {
    let world = switched("halfway");
    world.cluster.freeze(&world.namespace);
    let line = ["rollback", "back.json", "--yes", "--concurrency", "1"];
    let mut command = world.command(&User::admin(), &line);
    let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let is_back = || world.images().contains(&world.in_ccr("web:v1"));
    world.cluster.wait_until("the first is back", is_back);
    signal(&process, "INT");
    let ended = Run::from(process.wait_with_output().unwrap()).ends_with(130);
    ended.says(&["1 not rolled out yet, 3 not tried"]);
    assert_eq!(world.account(), ["ccr", "tcr"]);
    world.cluster.thaw(&world.namespace);
    world.roll_back("back.json").ends_with(0).says(&["1 already as planned"]);
    assert_eq!(world.account(), ["ccr"]);
    assert_eq!(world.images(), [(); 3].map(|()| world.in_ccr("web:v1")));
}

#[test]
fn another_address_of_the_same_cluster_is_told_by_the_objects() {
    let world = switched("address");
    let user = world.cluster.user_of(&world.namespace);
    let path = world.sandbox().folder().join("back.json");
    let text = std::fs::read_to_string(path).unwrap();
    let mut file: serde_json::Value = serde_json::from_str(&text).unwrap();
    // As the same user's switch would have written it.
    file["cluster"] = json!("");
    world.sandbox().file("mine.json", &file.to_string());
    let server = world.cluster.plane().server().trim_start_matches("https://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let other = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for near in listener.incoming() {
            let (near, far) = (near.unwrap(), TcpStream::connect(&server).unwrap());
            for (mut from, mut to) in
                [(near.try_clone().unwrap(), far.try_clone().unwrap()), (far, near)]
            {
                std::thread::spawn(move || copy(&mut from, &mut to));
            }
        }
    });
    let line = ["rollback", "mine.json", "--yes", "--server", &other];
    run(&mut world.command(&user, &line)).ends_with(0).says(&["3 rolled out"]);
    assert_eq!(world.images(), [(); 3].map(|()| world.in_ccr("web:v1")));
    // None of its objects is there: another cluster.
    for entry in file["entries"].as_array_mut().unwrap() {
        entry["uid"] = json!("00000000-0000-0000-0000-000000000000");
    }
    world.sandbox().file("other.json", &file.to_string());
    let line = ["rollback", "other.json", "--yes", "--allow-edited", "--server", &other];
    run(&mut world.command(&user, &line)).ends_with(2).says(&["belongs to another cluster"]);
}

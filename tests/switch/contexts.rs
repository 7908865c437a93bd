//! Several clusters in one report.

use std::path::PathBuf;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::fixtures::World;
use crate::support::cluster::User;
use crate::support::cluster::kubeconfigs::several_contexts;
use crate::support::cluster::yaml::{changed, workload};
use crate::support::snapshot::{snapshots, whole};
use crate::support::{Run, run};

/// A world that two contexts show one namespace of each; another shows a cluster that isn't there.
struct Fleet {
    world: World,
    other: String,
    kubeconfig: PathBuf,
}

impl Fleet {
    fn start(like: &str) -> Self {
        let world = World::private(like);
        let other = world.cluster.namespace(like);
        let admin = User::admin();
        let kubeconfig = several_contexts(
            &world.cluster,
            &[
                ("team-a", &world.cluster, &admin, &world.namespace),
                ("team-b", &world.cluster, &admin, &other),
            ],
        );
        Self { world, other, kubeconfig }
    }

    fn uses(&self, namespace: &str, name: &str, image: &str) {
        let image = self.world.in_ccr(image);
        // Without pods nothing waits for an image, whatever the moment.
        let idle = workload("Deployment", namespace, name, &image);
        let idle = changed(&idle, |object| object["spec"]["replicas"] = json!(0));
        self.world.cluster.create(&idle);
    }

    fn run(&self, line: &str) -> Run {
        let words: Vec<&str> = line.split(' ').collect();
        let mut command = self.world.command(&User::admin(), &words);
        self.world.name_hosts(command.arg("--kubeconfig").arg(&self.kubeconfig));
        run(&mut command)
    }

    fn compare(&self, name: &str, run: &Run) {
        let mut settings = snapshots(&[
            (self.world.ccr(), "ccr.sandbox.lan"),
            (self.world.tcr(), "tcr.sandbox.lan"),
            (&self.world.namespace, "fleet-000"),
            (&self.other, "fleet-001"),
            (self.kubeconfig.to_str().unwrap(), "[kubeconfig]"),
        ]);
        settings.add_filter(r"of \d+ objects", "of [n] objects");
        settings.bind(|| assert_snapshot!(name, whole(run)));
    }
}

#[test]
fn what_several_contexts_name_is_in_one_report() {
    let fleet = Fleet::start("fleet");
    let (here, other) = (&fleet.world.namespace, &fleet.other);
    fleet.uses(here, "web", "web:v1");
    fleet.uses(other, "api", "api:v1");
    for (name, line) in [
        ("fleet_scan", "scan --contexts team-b,team-a"),
        ("fleet_scan_wide", "scan --contexts team-* -o wide"),
        ("fleet_scan_name", "scan --contexts team-a,team-b -o name"),
    ] {
        fleet.compare(name, &fleet.run(line).ends_with(1));
    }
    let report = fleet.run("scan --contexts team-* -o json").ends_with(1).json();
    let contexts: Vec<&Value> = report["contexts"].as_array().unwrap().iter().collect();
    assert_eq!(contexts.len(), 2);
    assert_eq!(
        (&contexts[0]["name"], &contexts[0]["summary"]["objects"]),
        (&json!("team-a"), &json!(1))
    );
    assert_eq!(report["summary"]["objects"], 2);
    let of: Vec<(&Value, &Value)> = report["objects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| (&found["context"], &found["object"]["name"]))
        .collect();
    assert_eq!(of, [(&json!("team-a"), &json!("web")), (&json!("team-b"), &json!("api"))]);
    // Alone, a report is as it always was.
    let alone = fleet.run("scan --context team-a -o json").ends_with(1).json();
    assert_eq!((&alone["contexts"], &alone["objects"][0]["context"]), (&Value::Null, &Value::Null));
    let yaml = fleet.run("scan --contexts team-a -o yaml").ends_with(1);
    yaml.says(&["context: team-a"]);
}

#[test]
fn the_images_of_several_contexts_are_one_list() {
    let fleet = Fleet::start("fleet");
    let (here, other) = (&fleet.world.namespace, &fleet.other);
    for (namespace, name, image) in [
        (here, "web", "web:v1"),
        (here, "api", "api:v1"),
        (other, "api", "api:v1"),
        (other, "job", "job:v2"),
    ] {
        fleet.uses(namespace, name, image);
    }
    let listed = fleet.run("images --contexts team-*").ends_with(0);
    let listed = listed
        .says(&["context team-a uses 2 images of CCR", "context team-b uses 2 images of CCR"]);
    let all = ["api:v1", "job:v2", "web:v1"].map(|image| fleet.world.in_ccr(image) + "\n").concat();
    assert_eq!(listed.stdout, all);
    let partly = fleet.run("images --contexts away,team-b").ends_with(2);
    let partly = partly.says(&["context away can't be read"]);
    assert_eq!(partly.stdout.lines().count(), 2, "what could be read is there");
}

#[test]
fn a_cluster_that_can_not_be_read_costs_itself_and_is_named() {
    let fleet = Fleet::start("fleet");
    fleet.uses(&fleet.world.namespace, "web", "web:v1");
    let scan = fleet.run("scan --contexts team-a,away,team-b").ends_with(2);
    fleet.compare("fleet_scan_with_one_away", &scan);
    let report = fleet.run("scan --contexts * -o json").ends_with(2).json();
    assert_eq!(report["objects"].as_array().unwrap().len(), 1);
    assert_eq!(report["unread"].as_array().unwrap().last().unwrap()["context"], "away");
    let away = report["contexts"].as_array().unwrap().iter().find(|one| one["name"] == "away");
    assert!(
        away.unwrap()["error"]["message"].as_str().unwrap().contains("127.0.0.1:1"),
        "{report}"
    );

    let verify = fleet.run("verify --contexts team-a,away,team-b").ends_with(2);
    fleet.compare("fleet_verify_with_one_away", &verify);
    let report = fleet.run("verify --contexts team-a,team-b -o json").ends_with(1).json();
    assert_eq!(
        (&report["namesCcr"][0]["context"], &report["summary"]["namesCcr"]),
        (&json!("team-a"), &json!(1))
    );
    fleet.run("verify --contexts team-b").ends_with(0).says(&["context team-b:", "all is well"]);

    // The page says of which cluster an entry is, and that one could not be read.
    let folder = fleet.world.cluster.folder();
    let document = fleet.run("verify --contexts team-a,away -o json").ends_with(2).stdout;
    std::fs::write(folder.join("verify.json"), document).unwrap();
    let (file, page) = (folder.join("verify.json"), folder.join("page.html"));
    let (file, html) = (file.to_str().unwrap(), page.to_str().unwrap());
    run(&mut fleet.world.command(&User::admin(), &["report", file, "--html", html]));
    let page = std::fs::read_to_string(html).unwrap();
    for text in [&format!("team-a/{}", fleet.world.namespace), "away", "everything", "127.0.0.1:1"]
    {
        assert!(page.contains(text), "{text} is not on the page");
    }
}

#[test]
fn contexts_that_are_not_there_and_commands_that_write_are_refused() {
    let fleet = Fleet::start("fleet");
    let unknown = fleet.run("scan --contexts team-a,stag*").ends_with(2);
    unknown.says(&["the kubeconfig has no context `stag*`", "there are team-a, team-b"]);
    fleet.run("scan --contexts away").ends_with(2).says(&["context away can't be read"]);
    for line in
        ["--dry-run --contexts team-*", "apply --yes --contexts team-*", "guard --contexts a"]
    {
        fleet.run(line).ends_with(2).says(&["unexpected argument '--contexts'"]);
    }
    fleet
        .run("scan --contexts team-a --context team-b")
        .ends_with(2)
        .says(&["cannot be used with"]);
}

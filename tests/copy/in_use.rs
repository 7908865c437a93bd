//! `sync --in-use`: what clusters use, out of the account's images.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::fixtures::{COULD_NOT_START, LEFT, USAGE, ccr2tcr, copied, run_changed, with_outcome};
use crate::support::cluster::kubeconfigs::several_contexts;
use crate::support::cluster::yaml::{changed, cron_job, workload};
use crate::support::cluster::{Cluster, User};
use crate::support::{Run, Sandbox};

const ACCOUNT: &str = "
version: 1
docker_login: [ccr, tcr]
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1]}, {tags: [v2]}, {tags: [v3]}, {tags: [unused]}]}
          - {name: api, images: [{tags: [v1]}, {tags: [v2]}]}
          - {name: job, images: [{tags: [v1]}]}
          - {name: idle, images: [{tags: [v1]}]}
      - name: scratch
        repositories: [{name: try, images: [{tags: [v1]}]}]
enterprise: [{name: prod}]
";

/// A sandbox, and a cluster that two contexts show one namespace of each.
struct World {
    sandbox: Sandbox,
    cluster: Cluster,
    namespaces: [String; 2],
    kubeconfig: PathBuf,
}

impl World {
    fn start() -> Self {
        let (sandbox, cluster) = (Sandbox::with_account(ACCOUNT), Cluster::shared());
        let namespaces = [cluster.namespace("in-use"), cluster.namespace("in-use")];
        let users = [cluster.user_of(&namespaces[0]), cluster.user_of(&namespaces[1])];
        let [one, two] = [0, 1].map(|at| (&cluster, &users[at], namespaces[at].as_str()));
        let kubeconfig = several_contexts(
            &cluster,
            &[
                ("team-a", one.0, one.1, one.2),
                ("team-b", two.0, two.1, two.2),
                ("admin", &cluster, &User::admin(), "default"),
            ],
        );
        Self { sandbox, cluster, namespaces, kubeconfig }
    }

    /// `shop/web:v1` in CCR.
    fn image(&self, image: &str) -> String {
        format!("{}/{image}", self.sandbox.ccr())
    }

    fn uses(&self, namespace: usize, name: &str, image: &str) {
        let namespace = &self.namespaces[namespace];
        self.cluster.create(&workload("Deployment", namespace, name, &self.image(image)));
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = self.sandbox.plugin(arguments);
        command.arg("--kubeconfig").arg(&self.kubeconfig);
        run_changed(&mut command)
    }
}

#[test]
fn what_all_contexts_use_is_copied_and_nothing_else() {
    let world = World::start();
    world.uses(0, "web", "shop/web:v1");
    world.uses(0, "api", "shop/api:v1");
    let nightly = cron_job(&world.namespaces[1], "nightly", &world.image("shop/job:v1"));
    world.cluster.create(&nightly);
    world.uses(1, "web", "shop/web:v2");
    // What runs counts, not what is written: pods stay as they are where nothing replaces them.
    let own = world.image("shop/web:v3");
    let agent = workload("StatefulSet", &world.namespaces[1], "agent", &own);
    let on_delete =
        |object: &mut Value| object["spec"]["updateStrategy"] = json!({"type": "OnDelete"});
    world.cluster.create(&changed(&agent, on_delete));
    world.cluster.wait_until("the pod runs", || {
        let path = format!("/api/v1/namespaces/{}/pods/agent-0", world.namespaces[1]);
        world.cluster.api().get(&path).status == 200
    });
    let new = json!({"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "x.y/z:v1"}]}}}});
    world.cluster.merge("statefulsets", &world.namespaces[1], "agent", &new);

    let both = ["sync", "--in-use", "--kube-context", "admin"];
    let dry = world.run(&[&both[..], &["--dry-run"]].concat()).ends_with(LEFT);
    dry.says(&["context admin uses 5 images of CCR", "5 to copy"]);
    assert_eq!(copied(&world.sandbox), [""; 0]);

    let newest = world.run(&[&both[..], &["--newest", "1", "--exclude", "shop/job"]].concat());
    newest.ends_with(0).says(&["2 left in CCR by --newest", "2 copied"]);
    assert_eq!(copied(&world.sandbox), ["shop/api:v1", "shop/web:v3"]);

    let report = world.run(&[&both[..], &["-o", "json"]].concat()).ends_with(0).json();
    let all = ["shop/api:v1", "shop/job:v1", "shop/web:v1", "shop/web:v2", "shop/web:v3"];
    assert_eq!(copied(&world.sandbox), all);
    assert_eq!((&report["summary"]["copied"], &report["summary"]["equal"]), (&json!(3), &json!(2)));
    world.run(&["verify", "--in-use", "--kube-context", "admin"]).ends_with(0).says(&["5 equal"]);

    // Push times are known, as the API has them: what was pushed to CCR later replaces TCR's.
    let push = json!({"registry": "ccr", "repository": "shop/web", "tag": "v1", "layers": ["5kB"], "pushed": "2100-01-01T00:00:00Z"});
    world.sandbox.tell("/push", &push);
    world
        .run(&["verify", "--in-use", "--kube-context", "admin"])
        .ends_with(LEFT)
        .says(&["1 not equal"]);
    world.run(&both).ends_with(0).says(&["1 of these to replace another image in TCR", "1 copied"]);
}

#[test]
fn contexts_are_united_and_what_can_not_be_read_is_named() {
    let world = World::start();
    world.uses(0, "web", "shop/web:v1");
    world.uses(1, "api", "shop/api:v2");
    world.uses(1, "scratch", "scratch/try:v1");
    let line = ["sync", "--in-use", "--kube-context", "team-*,away", "--exclude", "scratch"];
    let report = world.run(&[&line[..], &["-o", "json"]].concat()).ends_with(LEFT);
    report.says(&["context team-a uses 1 image", "context team-b uses 2 images"]);
    let run = world.run(&line).ends_with(LEFT);
    let run = run.says(&[
        "could not be read: what context away uses",
        "127.0.0.1:1",
        "could not be read: all other namespaces of context team-a",
        "name a context for each namespace",
    ]);
    run.never_says(&["scratch"]);
    assert_eq!(copied(&world.sandbox), ["shop/api:v2", "shop/web:v1"]);
    let report = world.run(&[&line[..], &["-o", "json", "--report", "report.json"]].concat());
    let report = report.ends_with(LEFT).json();
    let unread: Vec<&Value> = report["unread"].as_array().unwrap().iter().collect();
    assert_eq!(unread.len(), 3, "{unread:?}");
    assert!(unread.iter().all(|unread| unread["scope"] == "cluster"), "{unread:?}");
    // A report that left no image is not the end of it.
    let retry = ccr2tcr(&world.sandbox, &["sync", "--retry-from", "report.json"]).ends_with(LEFT);
    retry.says(&["could not be read (3) needs `docker ccr2tcr sync --in-use` again"]);

    world
        .run(&["sync", "--in-use", "--kube-context", "away"])
        .ends_with(COULD_NOT_START)
        .says(&["context away can't be read", "127.0.0.1:1"]);
    world
        .run(&["sync", "--in-use", "--kube-context", "stagin"])
        .ends_with(COULD_NOT_START)
        .says(&["the kubeconfig has no context `stagin`", "kubectl config get-contexts"]);
    ccr2tcr(&world.sandbox, &["sync", "--kube-context", "x"]).ends_with(USAGE).says(&["--in-use"]);
    let both = ["sync", "--in-use", "--images", "x"];
    ccr2tcr(&world.sandbox, &both).ends_with(USAGE).says(&["cannot be used with"]);
}

#[test]
fn what_the_account_does_not_list_is_looked_for_and_named_if_it_is_gone() {
    let world = World::start();
    let sandbox = &world.sandbox;
    // By a digest that no tag points at any more.
    let digest = sandbox.digest("ccr", "shop/api:v1").unwrap();
    world.uses(0, "pinned", &format!("shop/api@{digest}"));
    let push = json!({"registry": "ccr", "repository": "shop/api", "tag": "v1", "layers": ["6kB"]});
    sandbox.tell("/push", &push);
    // By a digest that a tag points at.
    let web = sandbox.digest("ccr", "shop/web:v2").unwrap();
    world.uses(0, "by-digest", &format!("shop/web:old@{web}"));
    world.uses(1, "gone", "shop/web:deleted");
    let line = ["sync", "--in-use", "--kube-context", "team-*"];

    let dry = world.run(&[&line[..], &["--dry-run"]].concat()).ends_with(LEFT);
    dry.says(&["2 to copy", "shop/web:deleted", "it is in use, and CCR has no such tag"]);
    let run = world.run(&[&line[..], &["--report", "report.json"]].concat()).ends_with(LEFT);
    run.says(&["shop/web:deleted", "it is in use, and CCR has no such tag", "hint: ", "2 copied"]);
    let report = sandbox.report("report.json");
    assert_eq!(with_outcome(&report, "failed"), ["shop/web:deleted"]);
    let own_tag = format!("shop/api:ccr2tcr-{}", &digest["sha256:".len()..][..12]);
    assert_eq!(copied(sandbox), [own_tag, "shop/web:v2".to_owned()]);
    assert_eq!(sandbox.manifest(sandbox.tcr(), "shop/api", &digest).status, 200);
    let again = world.run(&line).ends_with(LEFT);
    again.says(&["2 equal on both sides", "shop/web:deleted"]);
    world
        .run(&["verify", "--in-use", "--kube-context", "team-*"])
        .ends_with(LEFT)
        .says(&["2 equal"]);

    // An earlier copy of it is in TCR: nothing is lost.
    let push = json!({"registry": "tcr", "repository": "shop/web", "tag": "deleted"});
    sandbox.tell("/push", &push);
    let kept = world.run(&[&line[..], &["-o", "json"]].concat()).ends_with(LEFT).json();
    assert_eq!(with_outcome(&kept, "kept"), ["shop/web:deleted"]);
    assert_eq!(with_outcome(&kept, "failed"), [""; 0]);
}

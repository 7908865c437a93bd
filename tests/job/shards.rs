//! A Job on the real control plane, its pods as processes.

use std::collections::{BTreeSet, HashMap};
use std::io::Read as _;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::MultiGzDecoder;
use serde_json::{Value, json};

use super::{ACCOUNT, assert_dealt_out, planned};
use crate::support::cluster::{Cluster, Fate, Place, Program, User};
use crate::support::{Run, Sandbox, plugin, run};

const IMAGE: &str = "tools.example.com/tools/ccr2tcr@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

/// The retries of an index take half a minute.
const LIMIT: Duration = Duration::from_secs(180);

pub(super) struct World {
    pub(super) sandbox: Sandbox,
    pub(super) cluster: Cluster,
    pub(super) namespace: String,
    user: User,
    program: Arc<Program>,
}

impl World {
    pub(super) fn new(fates: &[(usize, Fate)]) -> Self {
        // A process that is killed must not have been done before.
        let sandbox = Sandbox::slow(ACCOUNT, 25);
        let cluster = Cluster::shared();
        let namespace = cluster.namespace("move");
        // As docs/job.md says.
        let all = ["create", "get", "list", "delete"];
        let rules = json!([
            {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": all},
            {"apiGroups": [""], "resources": ["configmaps", "secrets"], "verbs": all},
            {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]},
        ]);
        let user = cluster.user_who_may(&namespace, &rules);
        let strict =
            json!({"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}});
        cluster.api().merge(&format!("/api/v1/namespaces/{namespace}"), &strict).good();
        let program = Arc::new(Program {
            path: plugin().into(),
            fates: Mutex::new(fates.iter().copied().collect()),
            started: Mutex::default(),
        });
        cluster.place(&namespace, "tools.example.com", Place::HoldsAll);
        cluster.run_pods(&namespace, Arc::clone(&program));
        Self { sandbox, cluster, namespace, user, program }
    }

    pub(super) fn job(&self, words: &[&str]) -> Run {
        run(&mut self.command(words))
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.sandbox.plugin(&["job"]);
        command.args(words).args(["-n", &self.namespace]);
        self.cluster.equip(&mut command, &self.user);
        command
    }

    fn apply(&self, shards: &str) -> Run {
        self.job(&["--shards", shards, "--image", IMAGE, "--apply", "--yes"])
    }

    /// Waits until the job has ended; how it was then.
    pub(super) fn end(&self) -> Value {
        let begin = Instant::now();
        loop {
            let state = self.job(&["status", "-o", "json"]).json();
            if state["ended"].is_string() {
                return state;
            }
            assert!(begin.elapsed() < LIMIT, "{state}");
            std::thread::sleep(Duration::from_millis(500));
        }
    }

    pub(super) fn objects(&self, kind: &str) -> Vec<Value> {
        let group = if kind == "jobs" { "apis/batch" } else { "api" };
        let selector = "labelSelector=app.kubernetes.io/managed-by%3Dccr2tcr";
        let path = format!("/{group}/v1/namespaces/{}/{kind}?{selector}", self.namespace);
        self.cluster.api().get(&path).good()["items"].as_array().unwrap().clone()
    }

    /// The lists, as they lie in `ConfigMap`s.
    fn lists(&self) -> Vec<String> {
        let mut lists: HashMap<usize, String> = HashMap::new();
        for map in self.objects("configmaps") {
            for (key, data) in map["binaryData"].as_object().unwrap() {
                let packed = STANDARD.decode(data.as_str().unwrap()).unwrap();
                let list =
                    lists.entry(key.split('.').next().unwrap().parse().unwrap()).or_default();
                MultiGzDecoder::new(packed.as_slice()).read_to_string(list).unwrap();
            }
        }
        lists.into_values().collect()
    }
}

fn listing_calls(sandbox: &Sandbox) -> u64 {
    let stats = sandbox.control("/stats");
    stats["api"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
}

#[test]
fn eight_shards_copy_all_but_what_is_broken() {
    let world =
        World::new(&[(1, Fate::KilledAfter(Duration::from_millis(200))), (2, Fate::RunsTwice)]);
    let sandbox = &world.sandbox;
    let before = listing_calls(sandbox);
    let planned = planned(sandbox);
    let of_a_plan = listing_calls(sandbox) - before;

    world
        .job(&["--shards", "8", "--apply"])
        .ends_with(125)
        .says(&["--image TCR/NAMESPACE/ccr2tcr --image-file ccr2tcr-v…-image.tar pushes it"]);
    let nothing = world.job(&["--image", IMAGE, "--secret", "logins", "--apply"]).ends_with(2);
    nothing.says(&["Secret logins isn't there", "kubectl create secret generic logins"]);
    let before = listing_calls(sandbox);
    let applied = world.apply("8").ends_with(0);
    applied.says(&["job/ccr2tcr: created", "hint: docker ccr2tcr job status -n move-"]);
    assert_dealt_out(&world.lists(), &planned);
    world.apply("8").ends_with(2).says(&["job ccr2tcr runs in namespace move-"]);
    let state = world.end();
    let calls = listing_calls(sandbox) - before;
    println!("API calls: {of_a_plan} of a plan, {calls} of the job and its shards");
    // Besides the plan: a namespace made and read back.
    assert!(calls <= of_a_plan + 4, "{calls} calls, a plan has {of_a_plan}");

    assert_eq!(state["summary"]["failed"], 1, "{state}");
    let shards = state["shards"].as_array().unwrap();
    let failed: Vec<&Value> = shards.iter().filter(|shard| shard["state"] == "failed").collect();
    assert_eq!(failed.len(), 1, "{state}");
    assert_eq!(failed[0]["pods"], 3, "two retries: {state}");
    let left = &failed[0]["report"]["left"][0];
    assert!(left["source"].as_str().unwrap().ends_with("/shop/broken:bad"), "{left}");
    assert_eq!(shards[1]["pods"], 2, "killed, and tried again: {state}");
    assert_eq!(shards.iter().filter(|shard| shard["state"] == "done").count(), 7);
    let told = world.job(&["status"]).ends_with(1);
    told.says(&[
        "SHARD",
        "7 of 8 shards done, 1 failed",
        "/shop/broken:bad",
        "verify has the last word",
    ]);
    sandbox.ccr2tcr(&["verify"]).ends_with(1).says(&["shop/broken:bad", "1 not equal"]);
    sandbox.assert_target_is_whole();
    sandbox.assert_nothing_was_deleted();
    no_secret_outside_the_secret(&world);

    // What is left is one image, which is mended; another job takes the place of the one that ended.
    let mended =
        json!({"registry": "ccr", "repository": "shop/broken", "tag": "bad", "layers": ["1kB"]});
    sandbox.tell("/push", &mended);
    world.apply("8").ends_with(0).says(&["1 shard of job ccr2tcr begin"]);
    let state = world.end();
    assert_eq!(
        (&state["ended"], &state["summary"]["copied"]),
        (&json!("Complete"), &json!(1)),
        "{state}"
    );
    world.job(&["status"]).ends_with(0);
    sandbox.ccr2tcr(&["verify"]).ends_with(0);
    world.apply("8").ends_with(0).says(&["nothing is to be copied"]);

    world.job(&["remove"]).ends_with(1).says(&["no terminal to ask"]);
    let removed = world.job(&["remove", "--yes"]).ends_with(0);
    removed.says(&[
        "job/ccr2tcr: deleted",
        "configmap/ccr2tcr-lists-0: deleted",
        "secret/ccr2tcr-logins: deleted",
    ]);
    for kind in ["jobs", "pods", "configmaps", "secrets"] {
        world.cluster.wait_until(kind, || world.objects(kind).is_empty());
    }
    world.job(&["status"]).ends_with(2).says(&["there is no job ccr2tcr in namespace move-"]);
    world.job(&["remove", "--yes"]).ends_with(0).says(&["nothing of a job is there"]);
}

/// The passwords stand in the Secret, and nowhere else.
fn no_secret_outside_the_secret(world: &World) {
    let passwords: BTreeSet<String> = world
        .sandbox
        .control("/secrets")
        .as_array()
        .unwrap()
        .iter()
        .map(|secret| secret.as_str().unwrap().to_owned())
        .collect();
    assert!(passwords.contains("ccr-password-1"));
    let mut places: Vec<String> = ["jobs", "pods", "configmaps"]
        .iter()
        .flat_map(|kind| world.objects(kind))
        .map(|object| object.to_string())
        .collect();
    places.extend(world.program.started.lock().unwrap().iter().map(|line| line.join(" ")));
    let printed = world.job(&["--image", IMAGE, "-o", "yaml"]);
    places.extend([printed.stdout, printed.stderr]);
    for place in places {
        for password in passwords.iter().filter(|password| password.len() > 6) {
            assert!(!place.contains(password.as_str()), "{password} in {place}");
        }
    }
}

#[test]
fn a_command_line_that_is_not_understood_ends_the_job() {
    let world = World::new(&[]);
    world.apply("4").ends_with(0);
    let mut printed =
        world.job(&["--image", IMAGE, "-o", "yaml", "--name", "other"]).ends_with(1).stdout;
    // As from another version of this program.
    printed = printed.replace("--termination-log\n", "--nonsense\n");
    printed = printed.replace("other-logins", "ccr2tcr-logins");
    world.cluster.apply(&printed);
    let begin = Instant::now();
    let state = loop {
        let state = world.job(&["status", "-o", "json", "--name", "other"]).json();
        if state["ended"].is_string() {
            break state;
        }
        assert!(begin.elapsed() < LIMIT, "{state}");
        std::thread::sleep(Duration::from_millis(300));
    };
    assert_eq!(state["ended"], "Failed: PodFailurePolicy");
    assert!(
        state["shards"].as_array().unwrap().iter().any(|shard| shard["exitCode"] == 125),
        "{state}"
    );
}

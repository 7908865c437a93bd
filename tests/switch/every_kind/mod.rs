//! One cluster with every custom kind, and four ways to have a login: planned, switched, verified,
//! rolled back. After each, pods are made as the operators would make them, and ask the registry.

mod operators;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::fixtures::World;
use crate::support::cluster::custom_kinds::{self, ALL, CustomKind};
use crate::support::cluster::{Cluster, Snapshot, User};
use crate::support::{Run, run};

/// Where the logins of a namespace are.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Logins {
    /// In the objects' own lists; there is a Secret for TCR.
    OwnLists,
    /// The same, and no Secret for TCR.
    NoneForTcr,
    /// The same, and TCR refuses what the Secret says.
    Refused,
    /// At the `ServiceAccount`, and no object has a list; there is a Secret for TCR.
    Account,
}

const ALL_LOGINS: [Logins; 4] =
    [Logins::OwnLists, Logins::NoneForTcr, Logins::Refused, Logins::Account];

struct Everything {
    world: World,
    namespaces: Vec<(Logins, String)>,
    /// The paths of all objects.
    paths: Vec<String>,
}

impl Everything {
    fn new() -> Self {
        let world = World::private_on(Cluster::alone(), "own");
        world.sandbox().ccr2tcr(&["sync", "shop"]).ends_with(0);
        world.cluster.install_kinds(ALL);
        let mut all = Self { world, namespaces: Vec::new(), paths: Vec::new() };
        for logins in ALL_LOGINS {
            let namespace = match logins {
                Logins::OwnLists => all.world.namespace.clone(),
                _ => all.world.cluster.namespace(&format!("{logins:?}").to_lowercase()),
            };
            all.fill(logins, &namespace);
            all.namespaces.push((logins, namespace));
        }
        all
    }

    fn fill(&mut self, logins: Logins, namespace: &str) {
        let (ccr, tcr) = (self.world.ccr().to_owned(), self.world.tcr().to_owned());
        self.secret(namespace, "qcloudregistrykey", &ccr, None);
        match logins {
            Logins::NoneForTcr => {}
            Logins::Refused => self.secret(namespace, "tcr", &tcr, Some("YTpi")),
            _ => self.secret(namespace, "tcr", &tcr, None),
        }
        let list = json!({"imagePullSecrets": [{"name": "qcloudregistrykey"}]});
        // Task and Pipeline have no list of their own wherever they are.
        self.world.cluster.merge("serviceaccounts", namespace, "default", &list);
        let all =
            [custom_kinds::examples(&ccr), custom_kinds::fixed(&ccr), custom_kinds::ended(&ccr)];
        for mut object in all.into_iter().flatten() {
            if logins == Logins::Account {
                strip_lists(&mut object);
            }
            self.paths.push(self.world.cluster.create_custom(namespace, &object));
        }
    }

    fn secret(&self, namespace: &str, name: &str, host: &str, login: Option<&str>) {
        let login = login.map_or_else(|| self.world.sandbox().login(host).unwrap(), str::to_owned);
        let config = json!({"auths": {host: {"auth": login}}}).to_string();
        let object = json!({
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/dockerconfigjson",
            "metadata": {"name": name, "namespace": namespace},
            "stringData": {".dockerconfigjson": config},
        });
        self.world.cluster.create(&object.to_string());
    }

    /// Makes the pods of all objects that run or will run; by `NAMESPACE/KIND/NAME`, why one of
    /// them can't pull.
    fn pods(&self) -> BTreeMap<String, String> {
        let cluster = &self.world.cluster;
        let mut made = BTreeMap::new();
        for path in &self.paths {
            let object = cluster.api().get(path).good();
            if object["metadata"]["name"].as_str().unwrap().ends_with("-ended") {
                continue;
            }
            let namespace = object["metadata"]["namespace"].as_str().unwrap();
            let pods = format!("/api/v1/namespaces/{namespace}/pods");
            for spec in operators::pod_specs(&object) {
                let pod = json!({"metadata": {"generateName": "made-"}, "spec": spec});
                let pod = cluster.api().post(&pods, &pod).good();
                let name = pod["metadata"]["name"].as_str().unwrap();
                made.insert(format!("{pods}/{name}"), key(&object));
            }
        }
        let mut refused = BTreeMap::new();
        cluster.wait_until("each pod has asked", || {
            let mut is_decided = true;
            for (path, key) in &made {
                match Pull::of(&cluster.api().get(path).good()) {
                    Pull::Refused(why) => drop(refused.insert(key.clone(), why)),
                    Pull::Done => {}
                    Pull::Undecided => is_decided = false,
                }
            }
            is_decided
        });
        for path in made.keys() {
            cluster.api().ask("DELETE", path, None);
        }
        cluster.wait_until("they are gone", || {
            made.keys().all(|path| cluster.api().get(path).status == 404)
        });
        refused
    }

    fn switch(&self, line: &[&str]) -> Run {
        let mut command = self.world.command(&User::admin(), line);
        self.world.name_hosts(&mut command);
        run(&mut command)
    }

    /// Of each object what the plan says, by `NAMESPACE/KIND/NAME`.
    fn plan(&self) -> BTreeMap<String, String> {
        let planned = self.switch(&["-A", "--dry-run", "-o", "json"]);
        let objects = planned.json()["objects"].as_array().unwrap().clone();
        objects.iter().map(|one| (reference(&one["object"]), text(&one["verdict"]))).collect()
    }

    fn snapshot(&self) -> Snapshot {
        let names: Vec<&str> = self.namespaces.iter().map(|(_, name)| name.as_str()).collect();
        self.world.cluster.snapshot(&names)
    }
}

/// Removes every list of pull secrets.
fn strip_lists(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for key in ["imagePullSecrets", "pullSecrets", "imagePullSecret"] {
                map.remove(key);
            }
            map.remove("flinkConfiguration");
            map.values_mut().for_each(strip_lists);
        }
        Value::Array(list) => list.iter_mut().for_each(strip_lists),
        _ => {}
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn key(object: &Value) -> String {
    let metadata = &object["metadata"];
    format!(
        "{}/{}/{}",
        text(&metadata["namespace"]),
        text(&object["kind"]),
        text(&metadata["name"])
    )
}

fn reference(object: &Value) -> String {
    format!("{}/{}/{}", text(&object["namespace"]), text(&object["kind"]), text(&object["name"]))
}

/// What has become of a pod.
enum Pull {
    /// It has all its images.
    Done,
    /// It can't have one of them, and why.
    Refused(String),
    /// Its kubelet has not said yet.
    Undecided,
}

impl Pull {
    fn of(pod: &Value) -> Self {
        let statuses = pod["status"]["containerStatuses"].as_array().into_iter().flatten();
        let waits: Vec<&Value> = statuses.map(|one| &one["state"]["waiting"]).collect();
        let refused = waits.iter().find(|waits| waits["message"].is_string());
        match refused {
            Some(waits) => Self::Refused(text(&waits["message"])),
            None if !waits.is_empty() && waits.iter().all(|it| it.is_null()) => Self::Done,
            None => Self::Undecided,
        }
    }
}

#[test]
fn a_cluster_with_every_kind_is_switched_and_rolled_back() {
    let all = Everything::new();
    let before = all.snapshot();
    assert_eq!(all.pods(), BTreeMap::new(), "every pod pulls from CCR");

    let plan = all.plan();
    let line = ["-A", "--yes", "--no-wait", "--rollback-file", "back.json"];
    let done = all.switch(&line).ends_with(1);
    let refused = all.pods();
    assert_eq!(refused, BTreeMap::new(), "{}\n{}", done.stdout, done.stderr);

    let on_tcr = all.snapshot();
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (logins, namespace) in &all.namespaces {
        let kinds: BTreeSet<&str> = ALL.iter().map(|kind: &CustomKind| kind.kind).collect();
        for (key, verdict) in
            plan.iter().filter(|(key, _)| key.starts_with(&format!("{namespace}/")))
        {
            let kind = key.split('/').nth(1).unwrap();
            if kinds.contains(kind) {
                *counts.entry((format!("{logins:?}"), verdict.clone())).or_default() += 1;
            }
        }
        let verified = all.switch(&["verify", "-n", namespace, "-o", "json"]);
        println!("{logins:?}: verify {}", verified.code);
    }
    for ((logins, verdict), count) in &counts {
        println!("{logins}: {count} {verdict}");
    }
    // What was to be switched names TCR alone, and what wasn't is as it was.
    for (key, object) in &on_tcr.0 {
        let old = before.0.get(key).unwrap();
        let text = object.to_string();
        let planned = plan.iter().find(|(name, _)| same(name, key, object));
        match planned.map(|(_, verdict)| verdict.as_str()) {
            Some("switch") => {
                assert!(!text.contains(all.world.ccr()), "{key} still names CCR: {object:#}");
            }
            Some(_) => assert_eq!(old, object, "{key} is not to be switched"),
            None => {}
        }
    }

    let back = run(&mut all
        .world
        .command(&User::admin(), &["rollback", "back.json", "--yes", "--no-wait"]));
    back.ends_with(0);
    before.assert_same(&all.snapshot());
    assert_eq!(all.pods(), BTreeMap::new(), "every pod pulls from CCR again");
}

/// Whether a plan's object is the one of a snapshot.
fn same(planned: &str, key: &str, object: &Value) -> bool {
    let namespace = key.split('/').next().unwrap();
    planned
        == format!("{namespace}/{}/{}", text(&object["kind"]), text(&object["metadata"]["name"]))
}

//! A namespace in a random state: workloads of the built-in kinds, with their logins in different
//! places, paused, held, stuck, ended, half switched, changed by others.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::Run;
use crate::support::random::Random;
use crate::support::run;
use crate::switch::fixtures::World;

/// `lost` is never copied.
const ACCOUNT: &str = "
version: 1
docker_login: [ccr, tcr]
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1, v2], layers: [2kB]}]}
          - {name: api, images: [{tags: [v1], layers: [4kB]}, {tags: [v2], layers: [5kB]}]}
          - {name: lost, images: [{tags: [v1], layers: [3kB]}]}
enterprise: [{}]
";

/// How many workloads a namespace has.
const WORKLOADS: u64 = 9;

pub(super) struct State {
    pub(super) world: World,
    random: RefCell<Random>,
    told: RefCell<Vec<String>>,
    /// Whether everything can be switched.
    is_smooth: bool,
    workloads: Vec<Workload>,
}

/// One workload: its kind's plural, and its name.
#[derive(Clone)]
struct Workload {
    plural: &'static str,
    name: String,
}

impl State {
    pub(super) fn random(random: Random) -> Self {
        let world = World::with_account("state", ACCOUNT);
        world.sandbox().ccr2tcr(&["sync", "shop/web", "shop/api"]).ends_with(0);
        let mut state = Self {
            world,
            random: RefCell::new(random),
            told: RefCell::default(),
            is_smooth: false,
            workloads: Vec::new(),
        };
        state.is_smooth = state.percent(40);
        state.make_secrets();
        state.workloads = (0..WORKLOADS).map(|number| state.make_workload(number)).collect();
        state.hold_some();
        state
    }

    fn below(&self, limit: u64) -> u64 {
        self.random.borrow_mut().below(limit)
    }

    fn percent(&self, chance: u64) -> bool {
        self.random.borrow_mut().percent(chance)
    }

    fn one_of<T: Copy>(&self, choices: &[T]) -> T {
        self.random.borrow_mut().one_of(choices)
    }

    pub(super) fn tell(&self, what: String) {
        self.told.borrow_mut().push(what);
    }

    /// What was made, for a failure's message.
    pub(super) fn told(&self) -> String {
        self.told.borrow().join("\n")
    }

    fn make_secrets(&self) {
        let (ccr, tcr) = (self.world.ccr().to_owned(), self.world.tcr().to_owned());
        self.world.pull_secret("qcloudregistrykey", &ccr);
        self.world.pull_secret("ccr2", &ccr);
        let has_tcr = self.is_smooth || self.percent(85);
        if has_tcr {
            self.world.pull_secret("tcr", &tcr);
        }
        if self.percent(30) {
            self.secret_with("a-wrong-one", &tcr, "YTpi");
            self.tell("a-wrong-one has a login for TCR that is refused".to_owned());
        }
        self.tell(format!("a Secret for TCR: {has_tcr}"));
        let default = self.one_of(&[&["qcloudregistrykey"][..], &["ccr2", "qcloudregistrykey"]]);
        self.set_account("default", default);
        let both = if has_tcr { &["ccr2", "tcr"][..] } else { &["ccr2"] };
        self.set_account("robot", both);
        self.set_account("bare", &[]);
    }

    fn secret_with(&self, name: &str, host: &str, login: &str) {
        let config = json!({"auths": {host: {"auth": login}}}).to_string();
        self.world.create(&json!({
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/dockerconfigjson",
            "metadata": {"name": name}, "stringData": {".dockerconfigjson": config},
        }));
    }

    fn set_account(&self, name: &str, secrets: &[&str]) {
        let list: Vec<Value> = secrets.iter().map(|name| json!({"name": name})).collect();
        let list = json!({"imagePullSecrets": list});
        let namespace = &self.world.namespace;
        if name == "default" {
            self.world.cluster.merge("serviceaccounts", namespace, name, &list);
        } else {
            let mut object =
                json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}});
            object["imagePullSecrets"] = list["imagePullSecrets"].clone();
            self.world.create(&object);
        }
        self.tell(format!("account {name}: {secrets:?}"));
    }

    fn image(&self) -> String {
        let image = self.one_of(&["web:v1", "web:v2", "api:v1", "api:v2"]);
        match self.below(20) {
            0 | 1 => self.world.in_tcr(image),
            2 if !self.is_smooth => self.world.in_ccr("lost:v1"),
            // It is nowhere.
            3 if !self.is_smooth => self.world.in_ccr("web:missing"),
            _ => self.world.in_ccr(image),
        }
    }

    /// A pod spec with images, a list or none, an account.
    fn pod_spec(&self) -> Value {
        let mut spec = json!({"containers": [{"name": "main", "image": self.image()}]});
        if self.percent(25) {
            spec["initContainers"] = json!([{"name": "first", "image": self.image()}]);
        }
        if self.percent(25) {
            let second = json!({"name": "second", "image": self.image()});
            spec["containers"].as_array_mut().unwrap().push(second);
        }
        let own: &[&str] = match self.below(5) {
            0 => &["qcloudregistrykey"],
            1 => &["ccr2", "tcr"],
            2 => &["gone", "ccr2"],
            _ => &[],
        };
        if !own.is_empty() {
            spec["imagePullSecrets"] = own.iter().map(|name| json!({"name": name})).collect();
        }
        match self.below(6) {
            0 => spec["serviceAccountName"] = "robot".into(),
            1 => spec["serviceAccountName"] = "bare".into(),
            _ => {}
        }
        spec
    }

    fn make_workload(&self, number: u64) -> Workload {
        let kinds = [
            ("Deployment", "deployments"),
            ("Deployment", "deployments"),
            ("StatefulSet", "statefulsets"),
            ("StatefulSet", "statefulsets"),
            ("DaemonSet", "daemonsets"),
            ("CronJob", "cronjobs"),
            ("ReplicaSet", "replicasets"),
            ("Job", "jobs"),
            ("Pod", "pods"),
        ];
        let (kind, plural) = self.one_of(if self.is_smooth { &kinds[..6] } else { &kinds });
        let name = format!("w{number}");
        let mut pod = self.pod_spec();
        let labels = json!({"labels": {"app": name}});
        let template = json!({"metadata": labels, "spec": pod});
        let apps = |spec: Value| json!({"apiVersion": "apps/v1", "kind": kind, "spec": spec});
        let selector = json!({"matchExpressions": [
            {"key": "app", "operator": "In", "values": [name]},
        ]});
        let mut object = match kind {
            "Pod" => json!({"apiVersion": "v1", "kind": kind, "spec": pod}),
            "Job" | "CronJob" => {
                pod["restartPolicy"] = "Never".into();
                let mut template = json!({"spec": pod});
                if self.percent(50) {
                    template["metadata"] = json!({"annotations": {"runs-on": "true"}});
                }
                let spec = json!({"template": template});
                match kind {
                    "Job" => json!({"apiVersion": "batch/v1", "kind": kind, "spec": spec}),
                    _ => json!({"apiVersion": "batch/v1", "kind": kind, "spec":
                        {"schedule": "0 3 1 1 *", "jobTemplate": {"spec": spec}}}),
                }
            }
            "DaemonSet" => apps(json!({"selector": selector, "template": template})),
            _ => {
                let replicas = self.one_of(&[1, 1, 2, 2, 0]);
                apps(json!({"selector": selector, "template": template, "replicas": replicas}))
            }
        };
        object["metadata"] = json!({"name": name});
        if !self.is_smooth && self.percent(10) {
            object["metadata"]["annotations"] = json!({"meta.helm.sh/release-name": "front"});
        }
        self.tell(format!("{kind} {name}: {}", short(&object)));
        self.world.create(&object);
        Workload { plural, name }
    }

    /// Pauses and partitions, once the first pods are there.
    fn hold_some(&self) {
        self.settle();
        for Workload { plural, name } in &self.workloads {
            let patch = match (*plural, self.below(6)) {
                ("deployments", 0) => json!({"spec": {"paused": true}}),
                ("statefulsets", 0 | 1) => json!({"spec": {"updateStrategy":
                    {"rollingUpdate": {"partition": self.one_of(&[1, 2])}}}}),
                ("statefulsets" | "daemonsets", 2) => {
                    json!({"spec": {"updateStrategy": {"type": "OnDelete", "rollingUpdate": null}}})
                }
                _ => continue,
            };
            self.tell(format!("{plural} {name}: {patch}"));
            self.world.cluster.merge(plural, &self.world.namespace, name, &patch);
        }
    }

    /// What others do between a switch and its rollback: deploy another image from TCR, or one of
    /// CCR, scale, label.
    pub(super) fn change_some(&self) {
        for Workload { plural, name } in &self.workloads {
            if !matches!(*plural, "deployments" | "statefulsets" | "daemonsets") {
                continue;
            }
            let image = |image: String| json!({"spec": {"template": {"spec": {"containers": [{"name": "main", "image": image}]}}}});
            let now = self.world.cluster.get(plural, &self.world.namespace, name);
            let is_on_tcr = now["spec"]["template"]["spec"]["containers"][0]["image"]
                .as_str()
                .is_some_and(|image| image.starts_with(self.world.tcr()));
            let patch = match self.below(5) {
                0 if is_on_tcr => image(self.world.in_tcr("api:v2")),
                1 => json!({"spec": {"template": {"metadata": {"labels": {"changed": "yes"}}}}}),
                2 => json!({"metadata": {"labels": {"changed": "yes"}}}),
                _ => continue,
            };
            self.tell(format!("since the switch, {plural} {name}: {patch}"));
            let path = format!("/apis/apps/v1/namespaces/{}/{plural}/{name}", self.world.namespace);
            let body = Some(("application/strategic-merge-patch+json", &patch));
            self.world.cluster.api().ask("PATCH", &path, body).good();
        }
    }

    /// `kubectl tcr-switch` on the namespace.
    pub(super) fn run(&self, line: &[&str]) -> Run {
        self.world.switch(line)
    }

    /// The same without a namespace.
    pub(super) fn run_anywhere(&self, line: &[&str]) -> Run {
        run(&mut self.world.command(&crate::support::cluster::User::admin(), line))
    }

    /// A file of those that runs write.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.world.sandbox().folder().join(name)
    }

    /// The same, while a second pair of hands gives TCR's Secrets logins that are refused, once a
    /// workload names TCR that did not before.
    pub(super) fn run_and_spoil(&self, line: &[&str]) -> Run {
        let cluster = &self.world.cluster;
        let on_tcr = || -> usize {
            let plurals = ["deployments", "statefulsets", "daemonsets", "replicasets", "cronjobs"];
            let all = plurals.iter().flat_map(|it| cluster.list(it, &self.world.namespace));
            all.filter(|object| {
                let is_owned = object["metadata"]["ownerReferences"].is_array();
                !is_owned && object["spec"].to_string().contains(self.world.tcr())
            })
            .count()
        };
        let before = on_tcr();
        let mut command = self.world.switch_command(line);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        while process.try_wait().unwrap().is_none() {
            if on_tcr() > before {
                let tcr = self.world.tcr();
                let config = json!({"auths": {tcr: {"auth": "YTpi"}}}).to_string();
                let spoilt = json!({"stringData": {".dockerconfigjson": config}});
                let path = format!("/api/v1/namespaces/{}/secrets/tcr", self.world.namespace);
                cluster.api().merge(&path, &spoilt);
                break;
            }
        }
        process.wait_with_output().unwrap().into()
    }

    /// The objects that the report of a switch calls broken.
    pub(super) fn broken_by_switch(&self, switched: &Run) -> BTreeSet<String> {
        assert!(switched.code < 2, "{}\n{}", switched.stdout, switched.stderr);
        let written = std::fs::read(self.file("switch.json"));
        Self::broken(&serde_json::from_slice(&written.unwrap_or_else(|_| b"null".into())).unwrap())
    }

    /// The objects that a report calls broken: `w3`.
    pub(super) fn broken(report: &Value) -> BTreeSet<String> {
        if report.is_null() {
            return BTreeSet::new();
        }
        let objects = report["objects"].as_array().unwrap();
        let broken = objects.iter().filter(|object| object["outcome"] == "broken");
        let broken: BTreeSet<String> =
            broken.map(|one| one["object"]["name"].as_str().unwrap().to_owned()).collect();
        assert_eq!(report["stopped"] == true, !broken.is_empty(), "{report:#}");
        broken
    }

    /// The names of the Secrets that there are.
    pub(super) fn secrets(&self) -> BTreeSet<String> {
        let all = self.world.cluster.list("secrets", &self.world.namespace);
        all.iter().map(|secret| secret["metadata"]["name"].as_str().unwrap().to_owned()).collect()
    }

    /// Nothing that stays names a Secret that is gone. The rest of `gone`, which never was, aside.
    pub(super) fn assert_unnamed(&self, gone: &[String], run: &Run) {
        for (key, object) in &self.world.cluster.snapshot(&[&self.world.namespace]).0 {
            for name in gone {
                let named = format!("\"{name}\"");
                assert!(
                    !object.to_string().contains(&named),
                    "{key} names {name}, which is deleted:\n{object:#}\n{}\n{}\n{}",
                    run.stdout,
                    run.stderr,
                    self.told()
                );
            }
        }
    }
}

fn short(object: &Value) -> String {
    let mut object = object.clone();
    object.as_object_mut().unwrap().remove("apiVersion");
    object["spec"].to_string()
}

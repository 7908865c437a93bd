//! What every test of a switch begins with: a namespace of a cluster, and both registries.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::cluster::yaml::{job, workload};
use crate::support::cluster::{Cluster, User};
use crate::support::content::Shelf;
use crate::support::{DockerRegistry, Run, Sandbox, run};

/// A cluster, a namespace of this test's own, CCR and TCR.
pub(super) struct World {
    pub(super) cluster: Cluster,
    pub(super) namespace: String,
    registries: Registries,
}

enum Registries {
    /// Everybody may pull.
    Open { ccr: DockerRegistry, tcr: DockerRegistry },
    /// Each asks for a login.
    Private(Sandbox),
}

/// An account with `shop/web:v1` and `shop/api:v1`.
const ACCOUNT: &str = "
version: 1
docker_login: [ccr, tcr]
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1], layers: [2kB]}, {tags: [unused], layers: [3kB]}]}
          - {name: api, images: [{tags: [v1], layers: [4kB]}]}
enterprise: [{}]
";

impl World {
    /// Registries without logins, empty.
    pub(super) fn open(like: &str) -> Self {
        Self::open_on(Cluster::shared(), like)
    }

    /// The same, on this cluster.
    pub(super) fn open_on(cluster: Cluster, like: &str) -> Self {
        let namespace = cluster.namespace(like);
        let registries =
            Registries::Open { ccr: DockerRegistry::start(), tcr: DockerRegistry::start() };
        Self { cluster, namespace, registries }
    }

    /// Registries with logins. CCR's holds `shop/web:v1` and `shop/api:v1`; TCR's is empty.
    pub(super) fn private(like: &str) -> Self {
        Self::private_on(Cluster::shared(), like)
    }

    /// The same, on this cluster.
    pub(super) fn private_on(cluster: Cluster, like: &str) -> Self {
        let namespace = cluster.namespace(like);
        let registries = Registries::Private(Sandbox::with_account(ACCOUNT));
        Self { cluster, namespace, registries }
    }

    /// Registries with logins, of another account.
    pub(super) fn with_account(like: &str, account: &str) -> Self {
        let cluster = Cluster::shared();
        let namespace = cluster.namespace(like);
        let registries = Registries::Private(Sandbox::with_account(account));
        Self { cluster, namespace, registries }
    }

    /// The sandbox of a world with logins.
    #[track_caller]
    pub(super) fn sandbox(&self) -> &Sandbox {
        match &self.registries {
            Registries::Private(sandbox) => sandbox,
            Registries::Open { .. } => panic!("this world has no sandbox"),
        }
    }

    pub(super) fn ccr(&self) -> &str {
        match &self.registries {
            Registries::Open { ccr, .. } => ccr.host(),
            Registries::Private(sandbox) => sandbox.ccr(),
        }
    }

    pub(super) fn tcr(&self) -> &str {
        match &self.registries {
            Registries::Open { tcr, .. } => tcr.host(),
            Registries::Private(sandbox) => sandbox.tcr(),
        }
    }

    /// `web:v1` in CCR.
    pub(super) fn in_ccr(&self, image: &str) -> String {
        format!("{}/shop/{image}", self.ccr())
    }

    /// `web:v1` in TCR.
    pub(super) fn in_tcr(&self, image: &str) -> String {
        format!("{}/shop/{image}", self.tcr())
    }

    /// Puts `web:v1` into both registries.
    pub(super) fn copied(&self, image: &str) {
        for host in [self.ccr(), self.tcr()] {
            put(host, image);
        }
    }

    /// Puts `web:v1` into TCR alone.
    pub(super) fn only_in_tcr(&self, image: &str) {
        put(self.tcr(), image);
    }

    /// Puts `web:v1` into CCR alone.
    pub(super) fn not_copied(&self, image: &str) {
        put(self.ccr(), image);
    }

    /// A Deployment that runs an image of CCR.
    pub(super) fn deployment(&self, name: &str, image: &str) {
        self.cluster.create(&workload("Deployment", &self.namespace, name, &self.in_ccr(image)));
        self.cluster.roll_out(&self.namespace, &format!("deployment/{name}"));
    }

    /// A Job that ran an image of CCR to its end.
    pub(super) fn finished_job(&self, name: &str, image: &str) {
        self.cluster.create(&job(&self.namespace, name, &self.in_ccr(image)));
        let job = format!("job/{name}");
        let line = ["wait", "--for=condition=complete", &job, "--timeout=60s", "-n"];
        self.cluster.kubectl(&[&line[..], &[&self.namespace]].concat()).ends_with(0);
    }

    /// The image of a Deployment's only container.
    pub(super) fn image_of(&self, name: &str) -> String {
        let object = self.cluster.get("deployments", &self.namespace, name);
        let image = &object["spec"]["template"]["spec"]["containers"][0]["image"];
        image.as_str().unwrap().to_owned()
    }

    /// A Secret with the login for a registry, as `kubectl create secret docker-registry` makes it.
    pub(super) fn pull_secret(&self, name: &str, host: &str) {
        let login = match &self.registries {
            Registries::Private(sandbox) => sandbox.login(host).unwrap(),
            Registries::Open { .. } => "YTpi".to_owned(),
        };
        let config = json!({"auths": {host: {"auth": login}}}).to_string();
        self.create(&json!({
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/dockerconfigjson",
            "metadata": {"name": name}, "stringData": {".dockerconfigjson": config},
        }));
    }

    /// Creates an object in the test's namespace.
    pub(super) fn create(&self, object: &Value) {
        let mut object = object.clone();
        object["metadata"]["namespace"] = json!(self.namespace);
        self.cluster.create(&object.to_string());
    }

    /// `kubectl tcr-switch …` as a user, still to be run.
    pub(super) fn command(&self, user: &User, arguments: &[&str]) -> Command {
        let mut command = match &self.registries {
            Registries::Open { .. } => self.cluster.command(user),
            Registries::Private(sandbox) => self.cluster.command_with(sandbox, user),
        };
        command.arg("tcr-switch").args(arguments);
        command
    }

    /// `kubectl tcr-switch` on the test's namespace.
    pub(super) fn switch(&self, arguments: &[&str]) -> Run {
        run(&mut self.switch_command(arguments))
    }

    /// `kubectl tcr-switch verify` on the test's namespace.
    pub(super) fn verify(&self) -> Run {
        self.switch(&["verify"])
    }

    /// The same, still to be run.
    pub(super) fn switch_command(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(&User::admin(), arguments);
        command.args(["-n", &self.namespace]);
        self.name_hosts(&mut command);
        command
    }

    /// `kubectl tcr-switch` as another user, on what the arguments say.
    pub(super) fn switch_as(&self, user: &User, arguments: &[&str]) -> Run {
        let mut command = self.command(user, arguments);
        self.name_hosts(&mut command);
        run(&mut command)
    }

    /// Says to the plugin where both registries are.
    pub(super) fn name_hosts(&self, command: &mut Command) {
        command.args(["--ccr-host", self.ccr(), "--tcr-host", self.tcr()]);
    }

    /// `kubectl tcr-switch rollback FILE --yes`
    pub(super) fn roll_back(&self, file: &str) -> Run {
        run(&mut self.command(&User::admin(), &["rollback", file, "--yes"]))
    }
}

/// The same bytes wherever they are put, so that no copy is stale.
fn put(host: &str, image: &str) {
    let (name, tag) = image.split_once(':').unwrap();
    Shelf::open(host, &format!("shop/{name}")).image(Some(tag), image, &[b"layer"]);
}

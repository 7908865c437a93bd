//! `kubectl tcr-switch secrets`: what pull secrets there are, giving namespaces one for TCR.

mod addon;
mod deletion;
mod logins;
mod rolling_back;
mod rollouts;
mod stale;
mod useless_logins;

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::fixtures::World;
use crate::support::cluster::User;
use crate::support::cluster::yaml::workload;
use crate::support::{Run, run};

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
      - {name: shop, repositories: [{name: web, images: [{tags: [v1], layers: [2kB]}]}]}
      - {name: infra}
";

fn world(like: &str) -> World {
    World::with_account(like, ACCOUNT)
}

impl World {
    /// `kubectl tcr-switch secrets …` in the namespace, as talkative as can be; no password may be
    /// in what it says.
    #[track_caller]
    fn secrets(&self, line: &str) -> Run {
        self.without_passwords(run(&mut self.verbose_command(&format!("secrets {line}"))))
    }

    /// `kubectl tcr-switch …` in the namespace, still to be run.
    fn verbose_command(&self, line: &str) -> Command {
        let mut command = self.command(&User::admin(), &["-vv"]);
        command.args(line.split_whitespace());
        command.args(["-n", &self.namespace]);
        command
    }

    #[track_caller]
    fn without_passwords(&self, run: Run) -> Run {
        let secrets = self.passwords();
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        run.never_says(&secrets)
    }

    /// Every secret that the sandbox knows, and each login as it stands in Docker's store.
    fn passwords(&self) -> Vec<String> {
        let known = self.sandbox().control("/secrets");
        let known = known.as_array().unwrap().iter().map(|secret| secret.as_str().unwrap());
        let stored = [self.sandbox().ccr(), self.sandbox().tcr()].map(|host| {
            let login = self.sandbox().login(host).unwrap();
            let plain = String::from_utf8(STANDARD.decode(&login).unwrap()).unwrap();
            [login, plain.split_once(':').unwrap().1.to_owned()]
        });
        known.map(str::to_owned).chain(stored.into_iter().flatten()).collect()
    }

    /// A Secret with Docker's logins for these hosts.
    #[track_caller]
    fn secret(&self, namespace: &str, name: &str, hosts: &[&str]) {
        let entry = |host: &&str| {
            let login = self.sandbox().login(host).unwrap_or_else(|| STANDARD.encode("a:b"));
            ((*host).to_owned(), json!({"auth": login}))
        };
        let auths: serde_json::Map<String, Value> = hosts.iter().map(entry).collect();
        self.cluster.create(&pull_secret(namespace, name, &auths.into()).to_string());
    }

    /// A Secret with a login that no registry takes.
    #[track_caller]
    fn wrong_secret(&self, namespace: &str, name: &str, host: &str) {
        let auths = json!({host: {"auth": STANDARD.encode("a:b")}});
        self.cluster.apply(&pull_secret(namespace, name, &auths).to_string());
    }

    /// `default` names these.
    fn account_lists(&self, names: &[&str]) {
        let names: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
        let patch = json!({"imagePullSecrets": names});
        self.cluster.merge("serviceaccounts", &self.namespace, "default", &patch);
    }

    fn account(&self) -> Vec<String> {
        let account = self.cluster.get("serviceaccounts", &self.namespace, "default");
        let names = account["imagePullSecrets"].as_array().into_iter().flatten();
        names.map(|name| name["name"].as_str().unwrap().to_owned()).collect()
    }

    /// A Deployment `web` with CCR's image that can't be pulled: nothing waits for it.
    #[track_caller]
    fn deployment_without_pods(&self) {
        let image = format!("{}/shop/web:v1", self.sandbox().ccr());
        self.cluster.apply(&workload("Deployment", &self.namespace, "web", &image));
    }

    /// Gives that Deployment TCR's image.
    #[track_caller]
    fn to_tcr(&self) {
        let image = format!("main={}/shop/web:v1", self.sandbox().tcr());
        let line = ["set", "image", "deployment/web", &image, "-n", &self.namespace];
        self.cluster.kubectl(&line).ends_with(0);
    }

    /// The registries that a Secret is for.
    fn hosts(&self, name: &str) -> Vec<String> {
        let secret = self.cluster.get("secrets", &self.namespace, name);
        let content = secret["data"][".dockerconfigjson"].as_str().unwrap();
        let content: Value = serde_json::from_slice(&STANDARD.decode(content).unwrap()).unwrap();
        content["auths"].as_object().unwrap().keys().cloned().collect()
    }
}

fn pull_secret(namespace: &str, name: &str, auths: &Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/dockerconfigjson",
        "metadata": {"namespace": namespace, "name": name},
        "stringData": {".dockerconfigjson": json!({"auths": auths}).to_string()},
    })
}

#[test]
fn the_list_says_which_secret_is_for_which_host_and_what_uses_it() {
    let world = world("list");
    world.secret(&world.namespace, "old", &[world.sandbox().ccr()]);
    world.secret(&world.namespace, "idle", &["r.lan", world.sandbox().tcr()]);
    world.account_lists(&["old", "gone"]);
    // Names neither CCR nor a Secret, and is pulled with one all the same.
    let image = format!("{}/shop/web:v1", world.sandbox().tcr());
    world.cluster.apply(&workload("Deployment", &world.namespace, "web", &image));
    let table = world.secrets("list -o wide").ends_with(0);
    table.says(&[
        "NAMESPACE",
        "USED BY",
        world.sandbox().ccr(),
        "serviceaccount/default,deployment.apps/web (through ServiceAccount default)",
        "missing",
        "pull secret gone does not exist",
        "2 pull secrets, 1 for CCR",
    ]);
    let json = world.secrets("list -o json").ends_with(0).json();
    let names: Vec<&str> = json["secrets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["gone", "idle", "old"]);
    let old = &json["secrets"][2];
    assert_eq!((&old["onlyForCcr"], &old["usedBy"][1]), (&json!(true), &Value::Null));
    let through = &old["usedThroughServiceAccount"];
    assert_eq!((&through[0]["object"]["name"], &through[1]), (&json!("web"), &Value::Null));
    assert_eq!(world.secrets("list -o name").ends_with(0).stdout, "secret/idle\nsecret/old\n");
}

#[test]
fn dockers_login_is_copied_and_a_deployment_comes_up_with_it() {
    let world = world("copy");
    world.secret(&world.namespace, "old", &[world.sandbox().ccr()]);
    world.account_lists(&["old"]);
    world.deployment("web", "web:v1");

    let before = world.cluster.snapshot(&[&world.namespace]);
    world.secrets("copy --dry-run").ends_with(1).says(&["secret/tcr", "create", "old → old,tcr"]);
    world.secrets("copy --dry-run=server -o json").ends_with(1).says(&["accepts every change"]);
    world.secrets("copy").ends_with(1).says(&["no terminal to ask for confirmation", "--yes"]);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));

    world.secrets("copy --yes").ends_with(0).says(&["secret/tcr", "written"]);
    let made = world.cluster.get("secrets", &world.namespace, "tcr");
    assert_eq!(made["metadata"]["labels"]["app.kubernetes.io/managed-by"], "tcr-switch");
    assert_eq!(made["type"], "kubernetes.io/dockerconfigjson");
    assert_eq!(world.hosts("tcr"), [world.sandbox().tcr()]);
    assert_eq!(world.account(), ["old", "tcr"]);

    world.to_tcr();
    world.cluster.roll_out(&world.namespace, "deployment/web");
    world.secrets("copy --yes").ends_with(0).says(&["has one"]);
}

#[test]
fn of_another_secret_only_the_logins_for_tcr_are_taken() {
    let world = world("from");
    world.deployment_without_pods();
    let other = world.cluster.namespace("source");
    world.secret(&other, "all", &[world.sandbox().tcr(), world.sandbox().ccr(), "r.lan"]);
    world.secret(&other, "none", &["r.lan"]);

    let refused = world.secrets(&format!("copy --yes --from-secret {other}/none")).ends_with(2);
    refused.says(&["holds no login for", "secrets list"]);
    world.secrets(&format!("copy --yes --from-secret {other}/gone")).ends_with(2);
    world.secrets(&format!("copy --yes --from-secret {other}/all --name mine")).ends_with(0);
    assert_eq!(world.hosts("mine"), [world.sandbox().tcr()]);
    assert_eq!(world.account(), ["mine"]);
}

#[test]
fn a_service_account_is_made_only_when_it_is_agreed_to() {
    let world = world("robot");
    world.deployment_without_pods();
    world.secrets("copy --dry-run=server --service-account tke").ends_with(1);
    assert_eq!(world.sandbox().count("api", "CreateServiceAccount"), 0);
    let run = world.secrets("copy --yes --service-account tke").ends_with(0);
    run.says(&["created in TCR: service account", "it expires on"]);
    assert_eq!(world.hosts("tcr"), [world.sandbox().tcr()]);
    world.to_tcr();
    world.cluster.roll_out(&world.namespace, "deployment/web");
}

#[test]
fn a_secret_of_the_name_is_never_overwritten() {
    let world = world("name");
    world.deployment_without_pods();
    world.secret(&world.namespace, "tcr", &["r.lan"]);
    let before = world.cluster.snapshot(&[&world.namespace]);
    let refused = world.secrets("copy --yes").ends_with(2);
    refused.says(&["Secret tcr already exists", "other hosts", "--name"]);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
    world.secrets("copy --yes --name tcr-2").ends_with(0);
    assert_eq!((world.hosts("tcr"), world.account()), (vec!["r.lan".into()], vec!["tcr-2".into()]));
}

#[test]
fn a_template_with_a_list_of_its_own_is_left_for_the_switch_unless_told_otherwise() {
    let world = world("own");
    world.deployment_without_pods();
    world.secret(&world.namespace, "old", &[world.sandbox().ccr()]);
    let spec = json!({"imagePullSecrets": [{"name": "old"}]});
    let patch = json!({"spec": {"template": {"spec": spec}}});
    world.cluster.merge("deployments", &world.namespace, "web", &patch);
    let list = || {
        let web = world.cluster.get("deployments", &world.namespace, "web");
        web["spec"]["template"]["spec"]["imagePullSecrets"].clone()
    };
    world.secrets("copy --yes").ends_with(0).says(&["the switch adds the new Secret"]);
    assert_eq!(list(), json!([{"name": "old"}]));
    world.secrets("copy --yes --to-templates").ends_with(0).says(&["pods of 1 workload restart"]);
    assert_eq!(list(), json!([{"name": "old"}, {"name": "tcr"}]));
}

#[test]
fn prune_keeps_what_is_used_and_takes_the_rest_out_of_use() {
    let world = world("prune");
    world.secret(&world.namespace, "old", &[world.sandbox().ccr()]);
    world.secret(&world.namespace, "tcr", &[world.sandbox().tcr()]);
    world.account_lists(&["old", "tcr"]);
    world.deployment("web", "web:v1");

    let before = world.cluster.snapshot(&[&world.namespace]);
    let kept = world.secrets("prune --yes --delete-secrets").ends_with(1);
    kept.says(&["deployment.apps/web still names CCR", "keeping its Secrets"]);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));

    world.to_tcr();
    world.cluster.roll_out(&world.namespace, "deployment/web");
    world.cluster.wait_until("the old pod is gone", || {
        world.cluster.list("pods", &world.namespace).len() == 1
    });
    let before = world.cluster.snapshot(&[&world.namespace]);
    world.secrets("prune --dry-run=server --delete-secrets").ends_with(1);
    world.secrets("prune -l app=web").ends_with(2).says(&["a selector hides"]);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));

    let json = world.secrets("prune --yes -o json").ends_with(0).json();
    assert_eq!(world.account(), ["tcr"]);
    assert!(world.cluster.find("secrets", &world.namespace, "old").is_some());
    let file = json["rollbackFile"].as_str().unwrap();
    world.roll_back(file).ends_with(0);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));

    let gone = world.secrets("prune --yes --delete-secrets").ends_with(0);
    gone.says(&["rollback does not restore them", "secret/old"]);
    assert!(world.cluster.find("secrets", &world.namespace, "old").is_none());
    assert!(world.cluster.find("secrets", &world.namespace, "tcr").is_some());
    world.secrets("prune --delete-secrets").ends_with(0).says(&["nothing uses"]);
}

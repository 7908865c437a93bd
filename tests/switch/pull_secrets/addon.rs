//! `--pull-secret addon`: what TKE's TCR addon is told to do by its `ImagePullSecret`s, and what it
//! has done. No addon runs: what it would make is made here.

use std::fs;

use serde_json::{Value, json};

use super::world;
use crate::support::cluster::custom_kinds::CustomKind;
use crate::support::cluster::yaml::{changed, workload};
use crate::support::cluster::{Cluster, User};
use crate::support::{Run, run};
use crate::switch::fixtures::World;

const KIND: CustomKind = CustomKind {
    group: "tcr.tencentcloudcr.com",
    version: "v1",
    kind: "ImagePullSecret",
    plural: "imagepullsecrets",
    short_names: &["ips", "ipss"],
    is_namespaced: false,
    has_status: true,
};

/// The password in the objects. Applied, so that it stands in an annotation as well.
const CANARY: &str = "canary-of-the-addon";

/// The Deployment `web` on CCR, with a list of its own; the addon's kind is there.
fn with_addon(like: &str) -> World {
    let world = world(like);
    world.cluster.install_kinds(&[KIND]);
    world.web_with_a_list();
    world
}

impl World {
    fn web_with_a_list(&self) {
        self.secret(&self.namespace, "ccr", &[self.sandbox().ccr()]);
        let yaml = workload("Deployment", &self.namespace, "web", &self.in_ccr("web:v1"));
        self.cluster.create(&changed(&yaml, |web| {
            web["spec"]["template"]["spec"]["imagePullSecrets"] = json!([{"name": "ccr"}]);
        }));
        self.cluster.roll_out(&self.namespace, "deployment/web");
    }

    /// An `ImagePullSecret`; gives its name.
    fn tells_addon(&self, server: &str, namespaces: &str, accounts: &str) -> String {
        let name = format!("tcr.ips-{}", self.namespace);
        let docker = json!({"username": "1000", "password": CANARY, "server": server});
        let object = json!({
            "apiVersion": KIND.api_version(), "kind": KIND.kind, "metadata": {"name": name},
            "spec": {"namespaces": namespaces, "serviceAccounts": accounts, "docker": docker},
        });
        self.cluster.apply(&object.to_string());
        let status = json!({"status": {"secretsDesired": 2, "secretsSuccess": 1,
                                       "sAsDesired": 4, "sAsSuccess": 0}});
        let path = format!("{}/{name}/status", KIND.path(None));
        self.cluster.api().merge(&path, &status).good();
        name
    }

    /// What the addon would make of it for these hosts; the account is told as well.
    fn addon_has_done(&self, hosts: &[&str]) {
        self.secret(&self.namespace, "tcr.ipsabc", hosts);
        self.account_lists(&["tcr.ipsabc"]);
    }

    /// `kubectl tcr-switch --pull-secret addon …`; no password may be in what it says.
    #[track_caller]
    fn by_addon(&self, line: &str) -> Run {
        self.by_addon_as(&User::admin(), line)
    }

    #[track_caller]
    fn by_addon_as(&self, user: &User, line: &str) -> Run {
        let mut command = self.command(user, &["--pull-secret", "addon", "-vv"]);
        command.args(line.split_whitespace()).args(["-n", &self.namespace]);
        self.without_passwords(run(&mut command)).never_says(&[CANARY])
    }

    /// The plan says why nothing is switched.
    #[track_caller]
    fn is_blocked(&self, words: &[&str]) {
        let account = format!(
            "ServiceAccount default of namespace {} has no Secret of the TCR addon for {}: ",
            self.namespace,
            self.sandbox().tcr()
        );
        let run = self.by_addon("--dry-run").ends_with(1);
        run.says(&[&account, "Plan: 1 blocked"]).says(words);
    }

    fn template_list(&self, name: &str) -> Value {
        let object = self.cluster.get("deployments", &self.namespace, name);
        object["spec"]["template"]["spec"]["imagePullSecrets"].clone()
    }
}

#[test]
fn no_object_for_the_host_blocks() {
    let world = with_addon("nohost");
    world.tells_addon("elsewhere.tencentcloudcr.com", "*", "*");
    let tcr = world.sandbox().tcr();
    world.is_blocked(&[
        "its ImagePullSecrets are for",
        &format!("hint: add {tcr} to the addon in the TKE console"),
    ]);
}

#[test]
fn a_namespace_that_it_does_not_serve_blocks() {
    let world = with_addon("nons");
    let name = world.tells_addon(world.sandbox().tcr(), "infra , kube-system", "*");
    world.is_blocked(&[
        &format!("the namespace is not in the scope of ImagePullSecret {name}"),
        "add the namespace to spec.namespaces",
        "(spec.namespaces: infra, kube-system)",
        &format!("kubectl edit ips {name}"),
    ]);
}

#[test]
fn an_account_that_it_does_not_serve_blocks() {
    let world = with_addon("nosa");
    let scope = format!("infra, {}", world.namespace);
    let name = world.tells_addon(world.sandbox().tcr(), &scope, "batch");
    world.is_blocked(&[
        &format!("the account is not in the scope of ImagePullSecret {name}"),
        "(spec.serviceAccounts: batch)",
        "add the account to spec.serviceAccounts",
    ]);
}

#[test]
fn a_secret_that_is_not_made_yet_blocks_and_the_status_is_told() {
    let world = with_addon("notyet");
    let name = world.tells_addon(world.sandbox().tcr(), "", "*");
    world.is_blocked(&[
        &format!("the namespace has none; ImagePullSecret {name} asks for it"),
        "its status says 1 of 2 Secrets, 0 of 4 ServiceAccounts",
        "kubectl get deployment tcr-assistant-controller-manager -n tcr-assistant-system",
    ]);
}

#[test]
fn a_secret_that_the_account_does_not_name_yet_blocks() {
    let world = with_addon("unnamed");
    let name = world.tells_addon(world.sandbox().tcr(), "*", "");
    world.secret(&world.namespace, "tcr.ipsabc", &[world.sandbox().tcr()]);
    world.is_blocked(&[
        "its Secret tcr.ipsabc is there, and the account doesn't name it",
        &format!("ImagePullSecret {name} asks for it"),
        "tcr-assistant-controller-manager",
    ]);
}

#[test]
fn a_secret_for_another_host_blocks() {
    let world = with_addon("other");
    world.tells_addon(world.sandbox().tcr(), "*", "*");
    world.addon_has_done(&["prod-vpc.tencentcloudcr.com"]);
    world.is_blocked(&[
        "the namespace has only tcr.ipsabc for prod-vpc.tencentcloudcr.com; ImagePullSecret ",
    ]);
}

#[test]
fn a_login_that_has_ended_blocks_and_the_object_to_renew_is_named() {
    let world = with_addon("ended");
    let name = world.tells_addon(world.sandbox().tcr(), "*", "*");
    let secret = format!("tcr.ips{name}");
    world.wrong_secret(&world.namespace, &secret, world.sandbox().tcr());
    world.account_lists(&[&secret]);
    world.by_addon("--dry-run").ends_with(1).says(&[
        &format!("refuses the login in Secret {secret} of namespace"),
        &format!(
            "put a new login into spec.docker of ImagePullSecret {name} (kubectl edit ips {name})"
        ),
    ]);
}

#[test]
fn a_cluster_without_the_addon_is_told_and_blocks() {
    let world = World::private_on(Cluster::alone(), "none");
    world.sandbox().ccr2tcr(&["sync", "shop"]).ends_with(0);
    world.web_with_a_list();
    world.is_blocked(&[
        "warning: the TCR addon isn't installed in this cluster (it has no imagepullsecrets.tcr.tencentcloudcr.com)",
        "the addon isn't installed in this cluster; not changed",
    ]);
}

#[test]
fn what_the_addon_serves_is_switched_and_its_password_is_nowhere() {
    let world = with_addon("served");
    world.tells_addon(world.sandbox().tcr(), "*", "*");
    world.addon_has_done(&[world.sandbox().tcr()]);
    let before = world.cluster.snapshot(&[&world.namespace]);
    let file = world.cluster.folder().join("back.json");
    let report = world.cluster.folder().join("report.json");
    let line = format!("--yes --rollback-file {} --report {}", file.display(), report.display());
    world.by_addon(&line).ends_with(0).says(&["1 rolled out"]);
    for file in [&file, &report] {
        let text = fs::read_to_string(file).unwrap();
        assert!(text.contains("web") && !text.contains(CANARY), "{text}");
    }
    assert_eq!(world.image_of("web"), world.in_tcr("web:v1"));
    assert_eq!(world.template_list("web"), Value::Null);
    let documents = ["--dry-run -o json", "--dry-run -o yaml", "--dry-run -A"];
    for line in documents {
        assert!(world.by_addon(line).code < 2, "{line}");
    }
    world.roll_back(file.to_str().unwrap()).ends_with(0);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn who_may_not_list_the_objects_is_told_and_goes_by_secrets_and_accounts() {
    let world = with_addon("rbac");
    world.tells_addon(world.sandbox().tcr(), "elsewhere", "*");
    let user = world.cluster.user_of(&world.namespace);
    let unknown = "warning: can't find out what the TCR addon serves, going by Secrets and ServiceAccounts alone: can't list imagepullsecrets.tcr.tencentcloudcr.com";
    let blocked = world.by_addon_as(&user, "--dry-run").ends_with(1);
    blocked.says(&[unknown, "for ", "the namespace has none; not changed"]);
    world.addon_has_done(&[world.sandbox().tcr()]);
    let plan = world.by_addon_as(&user, "--dry-run -o json").ends_with(1).json();
    assert_eq!(plan["unread"], json!([]), "it holds no images");
    assert_eq!(plan["notices"][0]["code"], "addon-unknown", "{plan}");
    world.by_addon_as(&user, "--yes").ends_with(0).says(&[unknown, "1 rolled out"]);
}

#[test]
fn pods_made_before_the_account_got_its_secret_are_named_with_the_line_that_helps() {
    let world = with_addon("before");
    world.tells_addon(world.sandbox().tcr(), "*", "*");
    world.secret(&world.namespace, "mine", &[world.sandbox().tcr()]);
    world.account_lists(&["mine"]);
    let image = world.in_tcr("web:v1");
    let api = workload("Deployment", &world.namespace, "api", &image);
    world.cluster.create(&changed(&api, |api| api["spec"]["replicas"] = json!(2)));
    world.create(&json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bare"},
        "spec": {"containers": [{"name": "main", "image": image}]},
    }));
    world.cluster.roll_out(&world.namespace, "deployment/api");
    let told = "made before the TCR addon gave the ServiceAccount its Secret";
    world.addon_has_done(&[world.sandbox().tcr()]);
    world.by_addon("--dry-run").ends_with(1).never_says(&[told]);

    let line = ["delete", "secret", "mine", "-n", &world.namespace];
    world.cluster.kubectl(&line).ends_with(0);
    let restart = format!("kubectl rollout restart deployment.apps/api -n {}", world.namespace);
    let plan = world.by_addon("--dry-run").ends_with(1);
    plan.says(&[
        &format!("3 pods of namespace {} were {told}", world.namespace),
        "Plan: 1 to switch",
        &format!("{restart}; delete and create again: pod/bare"),
    ]);
    let plan = world.by_addon("--dry-run -o json").ends_with(1).json();
    let pods: Vec<_> =
        plan["podsMadeBefore"].as_array().unwrap().iter().map(|one| one["pods"].clone()).collect();
    assert_eq!(pods, [1, 2], "{plan}");

    let words: Vec<&str> = restart.split(' ').skip(1).collect();
    world.cluster.kubectl(&words).ends_with(0);
    world.cluster.roll_out(&world.namespace, "deployment/api");
    let line = ["delete", "pod", "bare", "--now", "-n", &world.namespace];
    world.cluster.kubectl(&line).ends_with(0);
    world.cluster.wait_until("the old pods are gone", || {
        world.cluster.list("pods", &world.namespace).len() == 3
    });
    let run = world.by_addon("--yes").ends_with(0);
    run.says(&["1 rolled out"]).never_says(&[told]);
}

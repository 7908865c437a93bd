//! The README's run in one namespace, there and back, is what is printed.

use serde_json::{Value, json};

use super::fixtures::World;
use crate::pages::{Compared, shown_in};
use crate::support::Run;
use crate::support::cluster::yaml::{changed, workload};

#[test]
fn the_readme_shows_a_switch_and_its_rollback() {
    let world = World::open("billing");
    world.copied("ledger:v7");
    world.deployment("ledger", "ledger:v7");
    let managed = |name: &str, labels: Value, annotations: Value| {
        let text = workload("Deployment", &world.namespace, name, &world.in_ccr("ledger:v7"));
        world.cluster.create(&changed(&text, |object| {
            object["metadata"]["labels"] = labels;
            object["metadata"]["annotations"] = annotations;
        }));
    };
    let argo = "books:apps/Deployment:billing/by-argo";
    managed("by-argo", json!({}), json!({"argocd.argoproj.io/tracking-id": argo}));
    let flux = "kustomize.toolkit.fluxcd.io";
    let labels =
        json!({format!("{flux}/name"): "books", format!("{flux}/namespace"): "flux-system"});
    managed("by-flux", labels, json!({}));
    let release = json!({"meta.helm.sh/release-name": "cashier",
        "meta.helm.sh/release-namespace": world.namespace});
    managed("by-helm", json!({"app.kubernetes.io/managed-by": "Helm"}), release);

    let sessions = shown_in("README.md");
    let mut sessions = sessions.iter().filter(|session| session.shown.len() > 1);
    let mut shows = |begin: &str, run: &Run| {
        let session = sessions.next().unwrap();
        assert!(session.command.starts_with(begin), "{session:?}");
        // Hints repeat how this test names its registries.
        let hosts = format!(" --tcr-host={} --ccr-host={}", world.tcr(), world.ccr());
        let names = [
            (hosts.as_str(), ""),
            (world.namespace.as_str(), "billing"),
            (world.ccr(), "127.0.0.1:41649"),
            ("/shop/", "/billing/"),
        ];
        let printed = format!("{}{}", run.stdout, run.stderr);
        let at = format!("README.md:{}: {}", session.at, session.command);
        Compared::new(&printed, &names).shows(&at, &session.shown);
    };
    // A file of another name, for tests of the cluster run beside each other.
    let file = "tcr-switch-rollback-readme.json";
    let switched = world.switch(&["--yes", "--rollback-file", file]).ends_with(1);
    shows("kubectl tcr-switch -n billing --yes", &switched);
    shows("kubectl tcr-switch rollback tcr-switch-rollback-", &world.roll_back(file).ends_with(0));
}

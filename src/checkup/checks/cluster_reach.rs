//! The API server answers, and takes the login.

use serde_json::Value;

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found};
use crate::checkup::ground::{ClusterGround, Ground};
use crate::kubernetes::Cluster;

pub(super) const CHECK: Check = Check {
    id: "cluster.reach",
    about: "the cluster's API server answers and takes the login",
    needs: &[],
    after: &[],
    run: Run::EachCluster(|ground, cluster| Box::pin(check(ground, cluster))),
};

async fn check(_: &Ground, ground: &ClusterGround) -> Found {
    let failed = |error: &_| Finding::cluster(error);
    let cluster = Cluster::connect(&ground.connection).await.map_err(|e| failed(&e))?;
    let version = cluster.get("/version").await.map_err(|error| failed(&error))?;
    // Everyone may ask for the version; this tells whether the login is taken.
    let asked = cluster.discover().await.map_err(|error| failed(&error))?;
    let version = version.get("gitVersion").and_then(Value::as_str).unwrap_or("of unknown version");
    let text = format!("Kubernetes {version} at {}, as {}", cluster.server(), cluster.user());
    ground.kinds.fill(asked);
    ground.cluster.fill(cluster);
    Ok(Finding::ok(text))
}

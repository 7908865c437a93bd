//! Which TKE cluster it is, and in which VPC.

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found, Need};
use crate::checkup::ground::{ClusterGround, Ground};
use crate::tencent::Region;
use crate::tke::{TkeError, find};

pub(super) const CHECK: Check = Check {
    id: "cluster.identity",
    about: "which TKE cluster the context is, its state and its VPC",
    needs: &["identity", "cluster.reach"],
    after: &["tcr.instance"],
    run: Run::EachCluster(|ground, cluster| Box::pin(check(ground, cluster))),
};

async fn check(ground: &Ground, of: &ClusterGround) -> Found {
    let api = ground.api().await?;
    let found = match find(api, &regions(ground), of.cluster.get()?).await {
        Ok(found) => found,
        Err(TkeError::Api(error)) => return Err(Finding::api(&error, Need::Optional)),
        Err(TkeError::Cluster(error)) => return Err(Finding::cluster(&error)),
        Err(error @ TkeError::NotFound { .. }) => {
            let finding = Finding::not_proven(error.to_string());
            return Err(match error.hint() {
                Some(hint) => finding.hint(hint),
                None => finding,
            });
        }
    };
    let cluster = &found.cluster;
    let text = format!(
        "{} ({}) in {}, {}, {}",
        cluster.id, cluster.name, found.region, cluster.vpc, cluster.status
    );
    let running = cluster.status.eq_ignore_ascii_case("Running");
    of.tke.fill(found);
    Ok(if running {
        Finding::ok(text)
    } else {
        // Upgrades and the like end by themselves; what else there is to look at may still be well.
        Finding::warn(text).hint("wait until the cluster is Running before it is switched")
    })
}

/// Where it may be: beside the instance, beside CCR.
fn regions(ground: &Ground) -> Vec<Region> {
    let instance = ground.account.peek().and_then(|account| account.instance.as_ref());
    let mut regions: Vec<Region> =
        instance.map(|instance| instance.region.clone()).into_iter().collect();
    regions.extend(ground.settings.tcr_region.clone());
    regions.extend(ground.sources.peek().into_iter().flatten().map(|ccr| ccr.region.clone()));
    let mut known = std::collections::HashSet::new();
    regions.retain(|region| known.insert(region.as_str().to_owned()));
    regions
}

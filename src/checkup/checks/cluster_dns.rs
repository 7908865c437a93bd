//! Whether the machines of the cluster's VPC ask a resolver that knows the instance's names.

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found, Need};
use crate::checkup::ground::{ClusterGround, Ground};
use crate::tencent::vpcs;

pub(super) const CHECK: Check = Check {
    id: "cluster.dns",
    about: "the VPC's resolvers are Tencent's: others know no private zones",
    needs: &["cluster.link"],
    after: &[],
    run: Run::EachCluster(|ground, cluster| Box::pin(check(ground, cluster))),
};

async fn check(ground: &Ground, of: &ClusterGround) -> Found {
    let api = ground.api().await?;
    let found = of.tke.get()?;
    let id = found.cluster.vpc.as_str();
    let listed = vpcs(&api.with_region(found.region.clone()), &[id]).await;
    let listed = listed.map_err(|error| Finding::api(&error, Need::Optional))?;
    let Some(vpc) = listed.items.into_iter().find(|vpc| vpc.id == id) else {
        return Err(Finding::not_proven(format!("the key can't see {id}")));
    };
    if vpc.asks_tencent_dns() {
        return Ok(Finding::ok(format!("{id} asks Tencent's resolvers")));
    }
    Ok(Finding::fail(format!(
        "{id} asks {}, which don't know the instance's names inside the VPC",
        vpc.dns_servers.join(", ")
    ))
    .hint(
        "forward tencentcloudcr.com from these resolvers to 183.60.83.19 and 183.60.82.98, or give \
         the VPC Tencent's resolvers",
    ))
}

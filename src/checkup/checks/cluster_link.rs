//! Whether the cluster's VPC is linked to the instance.

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found};
use crate::checkup::ground::{ClusterGround, Ground};
use crate::diagnostic::shell_word;

pub(super) const CHECK: Check = Check {
    id: "cluster.link",
    about: "the cluster's VPC is linked to the TCR instance",
    needs: &["cluster.identity", "network.links"],
    after: &["network.public"],
    run: Run::EachCluster(|ground, cluster| Box::pin(check(ground, cluster))),
};

#[allow(clippy::unused_async, reason = "the table of checks needs one signature")]
async fn check(ground: &Ground, of: &ClusterGround) -> Found {
    let vpc = &of.tke.get()?.cluster.vpc;
    let links = ground.links.get()?;
    if let Some(link) = links.iter().find(|link| link.vpc == *vpc && link.is_ready()) {
        let address = link.address.as_deref().unwrap_or_default();
        return Ok(Finding::ok(format!("{vpc} is linked, at {address}")));
    }
    let hint = format!(
        "docker ccr2tcr network apply --for-kube-context {}; a VPC that is joined to a linked one \
         by CCN or peering needs a custom domain instead",
        shell_word(&of.name)
    );
    Ok(match ground.entry_is_open.peek() {
        Some(true) => Finding::warn(format!(
            "{vpc} is not linked: its nodes reach TCR through the public entry, if at all"
        )),
        _ => Finding::fail(format!("{vpc} is not linked, and the public entry is not open")),
    }
    .hint(hint))
}

//! The links of the instance into VPCs.

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found, Need};
use crate::checkup::ground::Ground;
use crate::diagnostic::{counted, shortened};

/// How many are named.
const SHOWN: usize = 3;

pub(super) const CHECK: Check = Check {
    id: "network.links",
    about: "the VPCs that the instance is linked into, each with an address",
    needs: &["tcr.instance"],
    after: &[],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

async fn check(ground: &Ground) -> Found {
    let enterprise = ground.enterprise()?;
    let links = enterprise.links().await;
    let links = links.map_err(|error| Finding::api(&error, Need::Optional))?;
    let (ready, others): (Vec<_>, Vec<_>) = links.iter().partition(|link| link.is_ready());
    let waiting: Vec<String> = others
        .iter()
        .map(|link| {
            format!(
                "{} ({})",
                link.vpc,
                if link.status.is_empty() { "no state yet" } else { &link.status }
            )
        })
        .collect();
    let named: Vec<String> = ready
        .iter()
        .map(|link| format!("{} at {}", link.vpc, link.address.as_deref().unwrap_or_default()))
        .collect();
    let finding = if links.is_empty() {
        Finding::warn("no VPC is linked: nodes reach TCR through its public entry alone")
            .hint("docker ccr2tcr network apply --vpc VPC")
    } else if waiting.is_empty() {
        let count = counted(ready.len(), "VPC", "VPCs");
        Finding::ok(format!("{count}: {}", shortened(&named, SHOWN)))
    } else {
        Finding::fail(format!("not ready: {}", shortened(&waiting, SHOWN))).hint(
            "a link takes up to 10 minutes; after that, remove it and link again with \
             `docker ccr2tcr network apply --vpc VPC`",
        )
    };
    ground.links.fill(links);
    Ok(finding)
}

//! Webhooks of TCR that a copy would fire.

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found, Need};
use crate::checkup::ground::Ground;
use crate::diagnostic::{counted, shortened};

/// How many are named.
const SHOWN: usize = 3;

pub(super) const CHECK: Check = Check {
    id: "tcr.webhooks",
    about: "webhooks of TCR that fire for each tag that is copied",
    needs: &["tcr.instance"],
    after: &["ccr.quota"],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

async fn check(ground: &Ground) -> Found {
    let enterprise = ground.enterprise()?;
    let listed = enterprise.webhooks().await;
    let listed = listed.map_err(|error| Finding::api(&error, Need::Optional))?;
    let firing: Vec<String> = listed
        .items
        .iter()
        .filter(|hook| hook.enabled && ground.is_target(&hook.namespace))
        .filter(|hook| hook.events.iter().any(|event| event.to_lowercase().contains("push")))
        .map(|hook| format!("{} of {} ({})", hook.name, hook.namespace, hook.hosts.join(", ")))
        .collect();
    let count = counted(listed.items.len(), "webhook", "webhooks");
    if firing.is_empty() {
        return Ok(Finding::ok(format!("{count}, none that a copy fires")));
    }
    Ok(Finding::warn(format!(
        "{} for each tag that is copied: {}",
        if firing.len() == 1 { "one fires" } else { "several fire" },
        shortened(&firing, SHOWN)
    ))
    .hint("switch them off for the move, if what they call would deploy or rebuild old tags"))
}

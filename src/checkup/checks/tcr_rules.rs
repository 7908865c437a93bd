//! Rules of TCR that refuse or delete what is copied: immutable tags, retention.

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found, Need};
use crate::checkup::ground::Ground;
use crate::diagnostic::{counted, shortened};

/// How many are named.
const SHOWN: usize = 3;

pub(super) const CHECK: Check = Check {
    id: "tcr.rules",
    about: "rules of TCR for immutable tags and for retention",
    needs: &["tcr.instance"],
    after: &["ccr.quota"],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

async fn check(ground: &Ground) -> Found {
    let enterprise = ground.enterprise()?;
    let (immutable, retention) =
        tokio::join!(enterprise.immutable_rules(), enterprise.retention_rules());
    let optional = |error| Finding::api(&error, Need::Optional);
    let (immutable, retention) = (immutable.map_err(optional)?, retention.map_err(optional)?);
    let fixed: Vec<String> = immutable
        .items
        .iter()
        .filter(|rule| !rule.disabled && ground.is_target(&rule.namespace))
        .map(|rule| format!("tags in {} can't be overwritten", rule.namespace))
        .collect();
    let deleting: Vec<String> = retention
        .items
        .iter()
        .filter(|rule| !rule.disabled && !rule.cron.eq_ignore_ascii_case("manual"))
        .filter(|rule| ground.is_target(&rule.namespace))
        .map(|rule| format!("tags in {} are deleted {}", rule.namespace, rule.cron))
        .collect();
    if fixed.is_empty() && deleting.is_empty() {
        return Ok(Finding::ok(format!(
            "{} and {}, none that touches a copy",
            counted(immutable.items.len(), "immutable-tag rule", "immutable-tag rules"),
            counted(retention.items.len(), "retention rule", "retention rules"),
        )));
    }
    let hint = if deleting.is_empty() {
        "a tag that changes in CCR after its copy can't be copied again: disable the rule until the \
         last sync, or use --on-conflict skip"
    } else {
        "disable the retention rule until the move is over: it may delete what was just copied"
    };
    Ok(Finding::warn(shortened(&[deleting, fixed].concat(), SHOWN)).hint(hint))
}

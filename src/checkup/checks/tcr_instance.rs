//! The instance of TCR: is it there, does it run, and for how long is it paid. One that doesn't run
//! can't be opened.

use jiff::{Timestamp, Unit};

use crate::account::{Account, RequiredApis, Settings};
use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found, Need};
use crate::checkup::ground::Ground;
use crate::tencent::{Instance, Prepaid};

/// From when on it is warned of: a move takes weeks.
const SOON: i64 = 30;

pub(super) const CHECK: Check = Check {
    id: "tcr.instance",
    about: "the TCR instance: found, running, its edition, paid for how long",
    needs: &["identity"],
    after: &[],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

async fn check(ground: &Ground) -> Found {
    // CCR's logins are read by `ccr.registry`, and may come from standard input.
    let settings = Settings { ccr_auth_file: None, ccr_login: None, ..ground.settings.clone() };
    let account = Account::open(&settings, &ground.environment, RequiredApis::Tcr).await;
    let account = account.map_err(|error| Finding::account(&error, Need::Needed))?;
    let Some(instance) = account.instance.clone() else {
        return Err(Finding::not_proven("no instance was chosen"));
    };
    ground.account.fill(account);
    let Instance { name, region, kind, status, .. } = &instance;
    let text = format!("{name} in {region}, {kind}, {status}");
    Ok(instance.prepaid.as_ref().map_or_else(
        || Finding::ok(text.clone()),
        |prepaid| paid(&text, prepaid, Timestamp::now()),
    ))
}

fn paid(text: &str, prepaid: &Prepaid, now: Timestamp) -> Finding {
    let Some(until) = prepaid.until else {
        return Finding::ok(format!("{text}, paid in advance"));
    };
    let days = (until - now).total(Unit::Hour).map_or(0.0, |hours| hours / 24.0);
    let date = until.strftime("%Y-%m-%d");
    // Whole days; a fraction of one is said as 0.
    #[allow(clippy::cast_possible_truncation)]
    let days = days.floor() as i64;
    match (prepaid.renews, days) {
        (_, ..0) => Finding::fail(format!("{text}, paid until {date}, which is over"))
            .hint("renew it at https://console.cloud.tencent.com/tcr/instance"),
        (false, ..=SOON) => {
            Finding::warn(format!("{text}, paid until {date}, in {days} days, and not renewed"))
                .hint("renew it at https://console.cloud.tencent.com/tcr/instance")
        }
        (false, _) => Finding::ok(format!("{text}, paid until {date}")),
        (true, _) => Finding::ok(format!("{text}, paid until {date}, then renewed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkup::finding::Verdict;

    #[test]
    fn an_instance_that_ends_during_a_move_is_warned_of() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let paid = |until: &str, renews| {
            paid("prod", &Prepaid { until: until.parse().ok(), renews }, now).verdict
        };
        assert_eq!(paid("2026-03-01T00:00:00Z", false), Verdict::Ok);
        assert_eq!(paid("2026-01-20T00:00:00Z", false), Verdict::Warn);
        assert_eq!(paid("2026-01-20T00:00:00Z", true), Verdict::Ok);
        assert_eq!(paid("2025-12-31T00:00:00Z", true), Verdict::Fail);
        assert_eq!(paid("", false), Verdict::Ok);
    }
}

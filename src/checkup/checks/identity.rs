//! Whose keys sign the calls.

use crate::account::{AccountError, ccr_apis};
use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found, Need};
use crate::checkup::ground::Ground;
use crate::tencent::{Identity, identity};

pub(super) const CHECK: Check = Check {
    id: "identity",
    about: "whose API keys these are, for CCR and for TCR",
    needs: &["clock"],
    after: &[],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

async fn check(ground: &Ground) -> Found {
    let needed = |error: &_| Finding::account(error, Need::Needed);
    let caller = ground.caller().await;
    let regions = ccr_apis(&ground.settings, &ground.environment).await.map_err(|e| needed(&e))?;
    let ccr = regions.first().map(|region| region.personal.api().clone());
    let tcr = match &caller.answer {
        Ok(tcr) => tcr,
        // Some temporary keys may not ask this, and are good keys all the same.
        Err(error @ AccountError::Api(refused)) if refused.is_permission() => {
            ground.sources.fill(regions);
            return Err(Finding::account(error, Need::Optional));
        }
        Err(error) => return Err(needed(error)),
    };
    let ccr = match ccr {
        Some(api) => identity(&api).await.map_err(|error| Finding::api(&error, Need::Needed))?,
        None => tcr.clone(),
    };
    ground.sources.fill(regions);
    ground.callers.fill([ccr.clone(), tcr.clone()]);
    Ok(Finding::ok(if ccr == *tcr {
        words(tcr)
    } else {
        format!("TCR: {}; CCR: {}", words(tcr), words(&ccr))
    }))
}

fn words(of: &Identity) -> String {
    let Identity { account, user, kind, .. } = of;
    if kind.eq_ignore_ascii_case("RootAccount") {
        return format!("account {account}, root user");
    }
    if kind.eq_ignore_ascii_case("CAMUser") {
        // STS has been seen to call the root user so, too: then both numbers are the account's.
        return if user == account {
            format!("account {account}, root user")
        } else {
            format!("account {account}, sub-user {user}")
        };
    }
    format!("account {account}, {kind} {user}")
}

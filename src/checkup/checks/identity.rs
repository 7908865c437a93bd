//! Whose keys sign the calls.

use crate::account::ccr_apis;
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
    let refused = |error: &_| Finding::account(error, Need::Needed);
    let caller = ground.caller().await;
    let tcr = caller.answer.as_ref().map_err(refused)?;
    let regions = ccr_apis(&ground.settings, &ground.environment).await.map_err(|e| refused(&e))?;
    let ccr = match regions.first() {
        Some(region) => identity(region.personal.api()).await,
        None => Ok(tcr.clone()),
    };
    let ccr = ccr.map_err(|error| Finding::api(&error, Need::Needed))?;
    ground.sources.fill(regions);
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

//! The way in from this machine to TCR's registry.

use crate::checkup::check::{Check, Finding, Found, Run};
use crate::checkup::ground::Ground;

pub(super) const CHECK: Check = Check {
    id: "network.public",
    about: "this machine reaches TCR's registry: the public entry and its allowlist",
    needs: &["tcr.instance"],
    after: &[],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

async fn check(ground: &Ground) -> Found {
    let account = ground.account.get()?;
    let Some(host) = &account.target_host else {
        return Err(Finding::not_proven("the registry's host isn't known"));
    };
    let registry = account.registries.get(host);
    registry.probe().await.map_err(|error| Finding::registry(&error))?;
    Ok(Finding::ok(format!("{} answers from here", registry.host())))
}

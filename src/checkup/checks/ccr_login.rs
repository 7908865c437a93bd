//! CCR takes the login that images would be pulled with.

use crate::account::CcrRegistries;
use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found};
use crate::checkup::ground::Ground;
use crate::image::{Host, RepositoryName};
use crate::registry::Access;

pub(super) const CHECK: Check = Check {
    id: "ccr.login",
    about: "CCR takes the login, and lets it pull",
    needs: &["ccr.registry"],
    after: &["ccr.quota"],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

async fn check(ground: &Ground) -> Found {
    let ccr = ground.ccr.get()?;
    let mut told = Vec::new();
    for host in &ccr.hosts {
        told.push(of_host(ground, ccr, host).await?);
    }
    Ok(Finding::ok(told.join("; ")))
}

async fn of_host(ground: &Ground, ccr: &CcrRegistries, host: &Host) -> Result<String, Finding> {
    let registry = ccr.registries.get(host);
    let origin = match ccr.registries.lasting_login(host).await {
        Ok(Some(login)) => format!("the login from {}", login.origin),
        Ok(None) => "no login".to_owned(),
        Err(error) => {
            let finding = Finding::fail(error.to_string());
            return Err(match error.hint() {
                Some(hint) => finding.hint(hint),
                None => finding,
            });
        }
    };
    let held = ground.repositories.peek().into_iter().flatten();
    let private = held
        .filter(|held| held.host == *host && !held.listed.public && held.listed.tags > 0)
        .find_map(|held| held.listed.name.parse::<RepositoryName>().ok());
    let Some(repository) = private else {
        registry.check_login().await.map_err(|error| Finding::registry(&error))?;
        return Ok(format!("{host} takes {origin}"));
    };
    let checked = registry.check_access(&repository, Access::Pull).await;
    checked.map_err(|error| Finding::registry(&error))?;
    Ok(format!("{host} takes {origin}, which may pull {repository}"))
}

//! A 1-hour token of TCR, and what the registry grants it.

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found, Need};
use crate::checkup::ground::Ground;
use crate::image::RepositoryName;
use crate::registry::{Access, Login, LoginKind};
use crate::tencent::TokenKind;

/// A repository that need not exist: rights are of its namespace.
const ANY: &str = "ccr2tcr-doctor";

pub(super) const CHECK: Check = Check {
    id: "tcr.token",
    about: "a 1-hour token is made, and TCR's registry lets it pull and push",
    needs: &["network.public"],
    after: &["tcr.visibility"],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

async fn check(ground: &Ground) -> Found {
    let account = ground.account.get()?;
    let (Some(enterprise), Some(host)) = (&account.enterprise, &account.target_host) else {
        return Err(Finding::no_api());
    };
    let made = enterprise.create_token(&TokenKind::Temporary).await;
    let made = made.map_err(|error| Finding::api(&error, Need::Needed))?;
    let user = made.username.clone();
    let login = Login {
        username: made.username,
        password: made.password,
        kind: LoginKind::Password,
        origin: "a 1-hour token made with the API key".to_owned(),
    };
    let registry = account.registries.with_login(host, login);
    registry.check_login().await.map_err(|error| Finding::registry(&error))?;
    ground.target.fill(registry.clone());
    // A token grants nothing in a namespace that isn't there.
    let namespaces = ground.namespaces.peek().into_iter().flatten();
    let mut names: Vec<&str> = namespaces.map(|held| held.name.as_str()).collect();
    names.sort_by_key(|name| !ground.is_target(name));
    let repository = names.first().map(|name| format!("{name}/{ANY}").parse::<RepositoryName>());
    let Some(Ok(repository)) = repository else {
        return Ok(Finding::not_proven(format!(
            "the token of {user} is taken; what it grants shows once TCR has a namespace"
        )));
    };
    let granted = registry.granted(&repository, Access::Push).await;
    let place = repository.namespace();
    Ok(match granted.map_err(|error| Finding::registry(&error))? {
        Some(true) => Finding::ok(format!("the token of {user} may pull and push in {place}")),
        Some(false) => {
            Finding::fail(format!("the token of {user} may not push in {place}")).hint(format!(
                "allow tcr:PushRepository and tcr:PullRepository on \
                 qcs::tcr:::repository/{}/{place}/*",
                account.instance.as_ref().map_or("INSTANCE", |instance| &instance.id)
            ))
        }
        None => Finding::not_proven(format!(
            "the token of {user} is taken; the registry doesn't say what it grants"
        )),
    })
}

//! The login that `secrets copy` hands out: found before the plan is shown, or made once it is
//! agreed to.
//!
//! It stays in a cluster for months, so a token for an hour is none; and the registry must take it
//! before anything is written.

use std::collections::BTreeSet;

use ccr2tcr::account::{Account, AccountError};
use ccr2tcr::image::{Host, RepositoryName};
use ccr2tcr::kubernetes::{Cluster, Resource};
use ccr2tcr::proof::{UnfitLogin, prove_logins};
use ccr2tcr::switch::PullLogins;
use ccr2tcr::tencent::{ApiError, TokenKind};
use ccr2tcr::terminal::Printer;
use jiff::{SignedDuration, Timestamp};

use super::problems;
use crate::cli::{CopyArgs, SecretName};

/// What ends sooner is no login for a Secret.
const AT_LEAST: SignedDuration = SignedDuration::from_hours(24);

const OTHERS: &str = "make one that lasts: --service-account NAME or --long-term, or take one of the cluster's: --from-secret NAMESPACE/NAME";

/// What a login is needed for.
pub(super) struct Need<'a> {
    pub(super) account: &'a Account,
    pub(super) host: &'a Host,
    /// What will be pulled with it.
    pub(super) repositories: &'a BTreeSet<RepositoryName>,
}

/// A login that is there already. `None` if it can't be had, once that has been told.
pub(super) async fn find(
    args: &CopyArgs,
    need: &Need<'_>,
    cluster: &Cluster,
    printer: &Printer,
) -> anyhow::Result<Option<PullLogins>> {
    let host = need.host;
    let (logins, origin) = match &args.from_secret {
        Some(name) => {
            let object = cluster.get(&path(name)).await?;
            match PullLogins::from_secret(&object, host) {
                Ok(logins) => (logins, format!("Secret {}/{}", name.namespace, name.name)),
                Err(error) => {
                    problems::plain(printer, &error.to_string(), Some(&error.hint()));
                    return Ok(None);
                }
            }
        }
        None => match stored(need.account, host, printer).await {
            Some(found) => found,
            None => return Ok(None),
        },
    };
    if let Some(end) = logins.end()
        && end < Timestamp::now() + AT_LEAST
    {
        let message = format!("the login for {host} from {origin} ends on {end}: too soon");
        problems::plain(printer, &message, Some(OTHERS));
        return Ok(None);
    }
    printer.note(&format!("the login for {host} is from {origin}"));
    let hint = match args.from_secret {
        Some(_) => OTHERS.to_owned(),
        None => format!("docker login {host}; or {OTHERS}"),
    };
    Ok(is_fit(&logins, &origin, need, &hint, printer).await.then_some(logins))
}

/// Whether the registry takes a login and lets it pull what is needed, as far as can be told from
/// here. What can't be told, and why a login is unfit, is told.
async fn is_fit(
    logins: &PullLogins,
    origin: &str,
    need: &Need<'_>,
    hint: &str,
    printer: &Printer,
) -> bool {
    let registries = &need.account.registries;
    let uses = logins.uses(origin, need.host, need.repositories);
    let unfit = match prove_logins(uses, origin, need.host, need.repositories, registries).await {
        Ok(unproven) => {
            for notice in unproven {
                printer.warning(&notice);
            }
            return true;
        }
        Err(unfit) => unfit,
    };
    let hint = match unfit {
        UnfitLogin::Refused(_) => hint.to_owned(),
        UnfitLogin::MayNotPull { .. } => format!(
            "give it that right in TCR, or leave those workloads out: -l SELECTOR, --exclude-namespace GLOB; or another login: {hint}"
        ),
    };
    problems::plain(printer, &format!("{unfit}; nothing was written"), Some(&hint));
    false
}

async fn stored(account: &Account, host: &Host, printer: &Printer) -> Option<(PullLogins, String)> {
    match account.registries.lasting_login(host).await {
        Ok(Some(login)) if login.identity_token => {
            let message = format!(
                "the login for {host} from {} is an identity token, which no kubelet can use",
                login.origin
            );
            problems::plain(printer, &message, Some(OTHERS));
            None
        }
        Ok(Some(login)) => {
            Some((PullLogins::one(host, &login.username, login.password), login.origin))
        }
        Ok(None) => {
            let message = format!("docker has stored no login for {host}");
            let hint = format!("docker login {host}; or {OTHERS}");
            problems::plain(printer, &message, Some(&hint));
            None
        }
        Err(error) => {
            problems::account(printer, &error.into());
            None
        }
    }
}

/// Makes a login through the API. `None` if it can't be made, once that has been told.
pub(super) async fn make(
    args: &CopyArgs,
    need: &Need<'_>,
    printer: &Printer,
) -> Option<PullLogins> {
    let host = need.host;
    let Some(enterprise) = &need.account.enterprise else {
        problems::account(printer, &AccountError::NoTarget);
        return None;
    };
    let description = "kubectl tcr-switch secrets copy";
    let made: Result<(PullLogins, String), ApiError> = async {
        if let Some(name) = &args.service_account {
            let all = enterprise.namespaces().await?.items;
            let names: Vec<&str> = all.iter().map(|namespace| namespace.name.as_str()).collect();
            let made = enterprise
                .create_service_account(name, &names, false, Some(args.days), description)
                .await?;
            tell(
                printer,
                &format!("service account {}, which pulls only", made.name),
                made.expires,
            );
            let origin = format!("the service account {} that was just made", made.name);
            return Ok((PullLogins::one(host, &made.name, made.password), origin));
        }
        let kind = TokenKind::LongTerm { description: description.to_owned() };
        let made = enterprise.create_token(&kind).await?;
        let what = format!("a long-term token of {}", made.username);
        tell(printer, &what, Some(made.expires));
        let origin = "the long-term token that was just made".to_owned();
        Ok((PullLogins::one(host, &made.username, made.password), origin))
    }
    .await;
    let made = made.map_err(|error| problems::account(printer, &error.into()));
    let (logins, origin) = made.ok()?;
    let hint = format!("it stays in TCR until it is deleted there; {OTHERS}");
    is_fit(&logins, &origin, need, &hint, printer).await.then_some(logins)
}

fn tell(printer: &Printer, what: &str, end: Option<Timestamp>) {
    let end = end.map(|end| format!("; it ends on {end}")).unwrap_or_default();
    printer.note(&format!("made in TCR: {what}{end}"));
}

fn path(name: &SecretName) -> String {
    Resource::core("Secret", "secrets").path(Some(&name.namespace), Some(&name.name))
}

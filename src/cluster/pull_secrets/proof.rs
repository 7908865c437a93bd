//! Proving that a registry takes the logins that are to be handed out, before anything is written.
//!
//! A registry that can't be reached from here proves nothing, one way or the other.

use std::collections::BTreeSet;

use futures::{StreamExt as _, stream};

use super::PullLogins;
use crate::account::Registries;
use crate::image::{Host, RepositoryName, TagOrDigest};
use crate::registry::{Access, Registry, RegistryError};

/// How many repositories are asked about at once.
const AT_ONCE: usize = 16;
/// How many repositories are named in a message.
const NAMED: usize = 3;

/// Why a login is not handed out.
#[derive(Debug, thiserror::Error)]
pub enum UnfitLogin {
    /// The registry doesn't take it.
    #[error(transparent)]
    Refused(RegistryError),
    /// It is a good one, and not for what is needed.
    #[error("the login from {origin} may not pull {}", some(repositories))]
    MayNotPull {
        /// Where it is from.
        origin: String,
        /// `HOST/REPOSITORY`
        repositories: Vec<String>,
    },
}

/// What a registry says of one login and one repository.
pub(super) enum Answer {
    May,
    MayNot,
    /// There is nothing of that name yet, so that nobody is granted anything.
    NotThere,
    Refused(RegistryError),
    /// Nobody could say.
    Unknown(RegistryError),
}

/// Proves that `host` takes each login, and that they may pull these repositories. Gives what could
/// not be proven, for people.
///
/// # Errors
/// [`UnfitLogin`], which says where the login is from and never what it is.
pub async fn prove_logins(
    logins: &PullLogins,
    origin: &str,
    host: &Host,
    repositories: &BTreeSet<RepositoryName>,
    registries: &Registries,
) -> Result<Vec<String>, UnfitLogin> {
    let (mut denied, mut proven) = (BTreeSet::new(), BTreeSet::new());
    let (mut absent, mut unknown) = (BTreeSet::new(), None);
    let secrets = logins.alone();
    for (login, secret) in logins.0.iter().zip(&secrets) {
        let registry = registries.with_login(host, login.to_registry(origin));
        let own: Vec<&RepositoryName> =
            repositories.iter().filter(|name| secret.knows(host, name.as_str())).collect();
        for (name, answer) in ask(&registry, &own).await {
            match answer {
                Answer::May => drop(proven.insert(name)),
                Answer::MayNot => drop(denied.insert(name)),
                Answer::NotThere => drop(absent.insert(name)),
                Answer::Refused(error) => return Err(UnfitLogin::Refused(error)),
                Answer::Unknown(error) => unknown = unknown.or(Some(error)),
            }
        }
    }
    let is_tried =
        |name: &RepositoryName| secrets.iter().any(|secret| secret.knows(host, name.as_str()));
    denied.extend(repositories.iter().filter(|name| !is_tried(name)).map(Some));
    let whole = |names: BTreeSet<Option<&RepositoryName>>| -> Vec<String> {
        let names = names.into_iter().filter(|name| !proven.contains(name)).flatten();
        names.map(|name| format!("{host}/{name}")).collect()
    };
    let (repositories, absent) = (whole(denied), whole(absent));
    if !repositories.is_empty() {
        return Err(UnfitLogin::MayNotPull { origin: origin.to_owned(), repositories });
    }
    let unknown = unknown.map(|error| {
        format!("whether {host} takes the login from {origin} can't be told from here: {error}")
    });
    let absent = (!absent.is_empty()).then(|| {
        format!(
            "whether the login from {origin} may pull {} can't be told: there is nothing of that name in TCR yet",
            some(&absent)
        )
    });
    Ok(unknown.into_iter().chain(absent).collect())
}

/// Asks about each repository; about the login alone if there is none. A registry that says nothing
/// to the first question is not asked the others.
pub(super) async fn ask<'a>(
    registry: &Registry,
    repositories: &[&'a RepositoryName],
) -> Vec<(Option<&'a RepositoryName>, Answer)> {
    let Some((first, others)) = repositories.split_first() else {
        return vec![(None, of(registry.check_login().await))];
    };
    let answer = about(registry, first).await;
    let is_over = matches!(answer, Answer::Refused(_) | Answer::Unknown(_));
    let mut answers = vec![(Some(*first), answer)];
    if !is_over {
        let others = stream::iter(others)
            .map(async |name| (Some(*name), about(registry, name).await))
            .buffer_unordered(AT_ONCE);
        answers.extend(others.collect::<Vec<_>>().await);
    }
    answers
}

async fn about(registry: &Registry, repository: &RepositoryName) -> Answer {
    let answer = of(registry.check_access(repository, Access::Pull).await);
    let Answer::MayNot = answer else { return answer };
    // A token grants nothing in a namespace that isn't there, whoever asks for it.
    let Ok(tag) = "latest".parse() else { return answer };
    match registry.find_manifest(repository, &TagOrDigest::Tag(tag)).await {
        Ok(None) => Answer::NotThere,
        found => of(found.map(drop)),
    }
}

fn of(answer: Result<(), RegistryError>) -> Answer {
    match answer {
        Ok(()) => Answer::May,
        Err(RegistryError::Denied { .. }) => Answer::MayNot,
        Err(
            error @ (RegistryError::LoginRefused { .. }
            | RegistryError::NoLogin { .. }
            | RegistryError::Login(_)),
        ) => Answer::Refused(error),
        Err(error) => Answer::Unknown(error),
    }
}

/// A few of them, and how many more there are.
pub(super) fn some(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

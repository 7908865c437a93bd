//! Does a registry take a login, and may it pull what is needed.
//!
//! A registry that can't be reached from here proves nothing, one way or the other.

use std::collections::BTreeSet;

use futures::{StreamExt as _, stream};

use crate::account::Registries;
use crate::diagnostic::shortened;
use crate::image::{Host, RepositoryName, TagOrDigest};
use crate::registry::{Access, Login, Registry, RegistryError};

/// How many repositories are asked about at once.
const AT_ONCE: usize = 16;
/// How many different logins are tried at once.
const LOGINS_AT_ONCE: usize = 4;
/// How many repositories are named in a message.
const NAMED: usize = 3;

/// Why a login is not handed out.
#[derive(Debug, thiserror::Error)]
pub enum UnfitLogin {
    /// The registry doesn't take it.
    #[error(transparent)]
    Refused(RegistryError),
    /// It is a good one, and not for what is needed.
    #[error("the login from {origin} may not pull {}", shortened(repositories, NAMED))]
    MayNotPull {
        /// Where it is from.
        origin: String,
        /// `HOST/REPOSITORY`
        repositories: Vec<String>,
    },
}

/// What a registry says of one login and one repository.
#[derive(Debug)]
pub enum LoginAnswer {
    /// It pulls from there.
    MayPull,
    /// It is a good login, and not for this repository.
    MayNotPull,
    /// There is nothing of that name yet, so that no login is granted anything.
    Absent,
    /// The registry does not take it at all.
    Refused(RegistryError),
    /// The registry could not be asked.
    Unknown(RegistryError),
}

/// A login, and the repositories that it is for.
#[derive(Debug)]
pub struct LoginUse<'a> {
    /// As it is shown to the registry.
    pub login: Login,
    /// What is pulled with it.
    pub repositories: Vec<&'a RepositoryName>,
}

/// What a registry said of a login, by repository; of the login alone if there is none.
pub type LoginAnswers = Vec<(Option<RepositoryName>, LoginAnswer)>;

/// Proves that `host` takes each login, and that together they may pull `repositories`. Gives what
/// could not be proven, for people; `origin` says where the logins are from.
///
/// # Errors
/// [`UnfitLogin`], which says where the login is from and never what it is.
pub async fn prove_logins(
    logins: Vec<LoginUse<'_>>,
    origin: &str,
    host: &Host,
    repositories: &BTreeSet<RepositoryName>,
    registries: &Registries,
) -> Result<Vec<String>, UnfitLogin> {
    let (mut denied, mut proven) = (BTreeSet::new(), BTreeSet::new());
    let (mut absent, mut unknown) = (BTreeSet::new(), None);
    let mut untried: BTreeSet<&RepositoryName> = repositories.iter().collect();
    for LoginUse { login, repositories } in logins {
        let registry = registries.with_login(host, login);
        untried.retain(|name| !repositories.contains(name));
        for (name, answer) in ask(&registry, &repositories).await {
            match answer {
                LoginAnswer::MayPull => drop(proven.insert(name)),
                LoginAnswer::MayNotPull => drop(denied.insert(name)),
                LoginAnswer::Absent => drop(absent.insert(name)),
                LoginAnswer::Refused(error) => return Err(UnfitLogin::Refused(error)),
                LoginAnswer::Unknown(error) => unknown = unknown.or(Some(error)),
            }
        }
    }
    denied.extend(untried.into_iter().map(Some));
    let whole = |names: BTreeSet<Option<&RepositoryName>>| -> Vec<String> {
        let names = names.into_iter().filter(|name| !proven.contains(name)).flatten();
        names.map(|name| format!("{host}/{name}")).collect()
    };
    let (repositories, absent) = (whole(denied), whole(absent));
    if !repositories.is_empty() {
        return Err(UnfitLogin::MayNotPull { origin: origin.to_owned(), repositories });
    }
    let unknown = unknown.map(|error| {
        format!("can't check from here whether {host} accepts the login from {origin}: {error}")
    });
    let absent = (!absent.is_empty()).then(|| {
        format!(
            "can't check whether the login from {origin} may pull {}: it does not exist in TCR yet",
            shortened(&absent, NAMED)
        )
    });
    Ok(unknown.into_iter().chain(absent).collect())
}

/// Asks about each login and its repositories, and gives those back that were not asked about: a
/// registry that is silent to the first is not asked about the others.
pub async fn ask_each<T>(
    uses: Vec<(T, LoginUse<'_>)>,
    host: &Host,
    registries: &Registries,
) -> (Vec<(T, LoginAnswers)>, Vec<T>) {
    let ask_one = async |(of, login_use): (T, LoginUse<'_>)| {
        let registry = registries.with_login(host, login_use.login);
        let answers = ask(&registry, &login_use.repositories).await;
        (of, answers.into_iter().map(|(name, answer)| (name.cloned(), answer)).collect())
    };
    let mut uses = uses.into_iter();
    let Some(first) = uses.next() else { return (Vec::new(), Vec::new()) };
    let first: (T, LoginAnswers) = ask_one(first).await;
    let is_silent = matches!(first.1.as_slice(), [(_, LoginAnswer::Unknown(_))]);
    let mut asked = vec![first];
    if is_silent {
        return (asked, uses.map(|(of, _)| of).collect());
    }
    let others = stream::iter(uses).map(ask_one).buffer_unordered(LOGINS_AT_ONCE);
    asked.extend(others.collect::<Vec<_>>().await);
    (asked, Vec::new())
}

/// Asks about each repository; about the login alone if there is none. A registry that says nothing
/// to the first question is not asked the others.
async fn ask<'a>(
    registry: &Registry,
    repositories: &[&'a RepositoryName],
) -> Vec<(Option<&'a RepositoryName>, LoginAnswer)> {
    let Some((first, others)) = repositories.split_first() else {
        return vec![(None, of(registry.check_login().await))];
    };
    let answer = about(registry, first).await;
    let is_over = matches!(answer, LoginAnswer::Refused(_) | LoginAnswer::Unknown(_));
    let mut answers = vec![(Some(*first), answer)];
    if !is_over {
        let others = stream::iter(others)
            .map(async |name| (Some(*name), about(registry, name).await))
            .buffer_unordered(AT_ONCE);
        answers.extend(others.collect::<Vec<_>>().await);
    }
    answers
}

async fn about(registry: &Registry, repository: &RepositoryName) -> LoginAnswer {
    let answer = of(registry.check_access(repository, Access::Pull).await);
    let LoginAnswer::MayNotPull = answer else { return answer };
    // A token grants nothing in a namespace that isn't there, whoever asks for it.
    let Ok(tag) = "latest".parse() else { return answer };
    match registry.find_manifest(repository, &TagOrDigest::Tag(tag)).await {
        Ok(None) => LoginAnswer::Absent,
        found => of(found.map(drop)),
    }
}

fn of(answer: Result<(), RegistryError>) -> LoginAnswer {
    match answer {
        Ok(()) => LoginAnswer::MayPull,
        Err(RegistryError::Denied { .. }) => LoginAnswer::MayNotPull,
        Err(
            error @ (RegistryError::LoginRefused { .. }
            | RegistryError::NoLogin { .. }
            | RegistryError::Login(_)),
        ) => LoginAnswer::Refused(error),
        Err(error) => LoginAnswer::Unknown(error),
    }
}

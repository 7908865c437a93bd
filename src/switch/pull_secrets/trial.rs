//! Trying the logins that pods will pull with, before anything relies on them.
//!
//! That a Secret has an entry for a registry doesn't mean that its login is still taken there, or
//! that it may pull what is needed: tokens end, passwords change, a service account is for some
//! namespaces alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::logins::PullLogin;
use super::logins::PullLogins;
use crate::account::Registries;
use crate::diagnostic::shortened;
use crate::image::{Host, RepositoryName};
use crate::kubernetes::{Cluster, ClusterError, Resource, token_expiry};
use crate::proof::{LoginAnswer, LoginUse, ask_each};
use crate::switch::inventory::Inventory;
use crate::switch::plan::is_addons;
use crate::switch::tried_logins::LoginPlace;
use crate::switch::tried_logins::TriedLogins;

/// How many Secrets are read at once.
const READ_AT_ONCE: usize = 8;
/// How many Secrets are named in a message.
const NAMED: usize = 3;

/// A login that ends sooner is worth a word: pods are recreated for as long as they are needed.
const SOON: SignedDuration = SignedDuration::from_hours(24);

/// A login, the places where it stands, and what is pulled with it.
struct Trial {
    login: PullLogin,
    places: Vec<(LoginPlace, BTreeSet<RepositoryName>)>,
}

/// Tries the logins for `host` in the pull secrets of namespaces whose pods pull these repositories,
/// each distinct login once. Keeps in the inventory which ones are of no use; gives what could not be
/// told, for people.
pub(crate) async fn try_logins(
    cluster: &Cluster,
    inventory: &mut Inventory,
    pulled: &BTreeMap<String, BTreeSet<RepositoryName>>,
    host: &Host,
    registries: &Registries,
) -> Vec<String> {
    let (trials, unread) = trials(cluster, inventory, pulled, host).await;
    let mut notices = Vec::new();
    let mut unknown: Option<(String, BTreeSet<String>)> = None;
    let uses = trials.iter().map(|trial| (trial, trial.login_use())).collect();
    let (tried, untried) = ask_each(uses, host, registries).await;
    for (trial, said) in tried {
        let is_refused = said.iter().any(|(_, answer)| matches!(answer, LoginAnswer::Refused(_)));
        notices.extend(trial.notice_of_end(host).filter(|_| !is_refused));
        for (repository, answer) in said {
            match answer {
                LoginAnswer::MayPull | LoginAnswer::Absent => {}
                LoginAnswer::MayNotPull => trial.may_not(repository.as_ref(), &mut inventory.tried),
                LoginAnswer::Refused(_) => trial.refused(&mut inventory.tried),
                LoginAnswer::Unknown(error) => {
                    let (_, names) =
                        unknown.get_or_insert_with(|| (error.to_string(), BTreeSet::new()));
                    names.extend(trial.names());
                }
            }
        }
    }
    notices.sort();
    notices.extend(unknown.map(|(why, mut names)| {
        names.extend(untried.into_iter().flat_map(Trial::names));
        let names = shortened(&Vec::from_iter(names), NAMED);
        format!("can't check from here whether {host} accepts the login in {names}: {why}")
    }));
    if let Some((_, why)) = unread.first() {
        let names: Vec<String> = unread.iter().map(|(name, _)| name.clone()).collect();
        notices.push(format!(
            "the login in {} for {host} was not tried: {why}",
            shortened(&names, NAMED)
        ));
    }
    notices
}

/// The distinct logins that matter, and the Secrets that can't be read.
async fn trials(
    cluster: &Cluster,
    inventory: &Inventory,
    pulled: &BTreeMap<String, BTreeSet<RepositoryName>>,
    host: &Host,
) -> (Vec<Trial>, Vec<(String, ClusterError)>) {
    let matters = inventory.secrets.iter().filter_map(|secret| {
        let repositories = pulled.get(&secret.namespace)?;
        let is_for = |name: &&RepositoryName| secret.knows(host, name.as_str());
        repositories.iter().any(|name| is_for(&name)).then_some((secret, repositories))
    });
    let kind = Resource::secrets();
    let read = stream::iter(matters)
        .map(|(secret, repositories)| {
            let path = kind.path(Some(&secret.namespace), Some(&secret.name));
            async move { (secret, repositories, cluster.get(&path).await) }
        })
        .buffer_unordered(READ_AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    let (mut trials, mut unread) = (HashMap::<[u8; 32], Trial>::new(), Vec::new());
    for (secret, repositories, object) in read {
        let object = match object {
            Ok(object) => object,
            // Whoever needs it learns that from the plan's dry run.
            Err(ClusterError::NotFound { .. }) => continue,
            Err(error) => {
                unread.push((named(&secret.namespace, &secret.name), error));
                continue;
            }
        };
        // One that has changed since the scan, and for the worse, is the next run's matter.
        let Ok(logins) = PullLogins::from_secret(&object, host) else { continue };
        for login in logins.0 {
            let is_for = |name: &&RepositoryName| {
                secret.entries_for(host, name.as_str()).any(|entry| entry.key == login.key)
            };
            let own: BTreeSet<RepositoryName> =
                repositories.iter().filter(is_for).cloned().collect();
            if own.is_empty() {
                continue;
            }
            let place = LoginPlace::new(host, &secret.namespace, &secret.name, &login.key);
            let trial = trials
                .entry(fingerprint(&login))
                .or_insert_with(|| Trial { login, places: Vec::new() });
            trial.places.push((place, own));
        }
    }
    unread.sort_by(|one, other| one.0.cmp(&other.0));
    (trials.into_values().collect(), unread)
}

/// Tells logins apart without keeping a second copy of a password.
fn fingerprint(login: &PullLogin) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(login.username.as_bytes());
    hash.update([0]);
    hash.update(login.password.expose().as_bytes());
    hash.finalize().into()
}

impl Trial {
    fn login_use(&self) -> LoginUse<'_> {
        let repositories: BTreeSet<&RepositoryName> =
            self.places.iter().flat_map(|(_, repositories)| repositories).collect();
        LoginUse {
            login: self.login.to_registry(&self.names().next().unwrap_or_default()),
            repositories: repositories.into_iter().collect(),
        }
    }

    fn names(&self) -> impl Iterator<Item = String> {
        self.places.iter().map(|(place, _)| named(&place.namespace, &place.name))
    }

    /// A warning for a login that expires soon and is not renewed by the TCR addon.
    fn notice_of_end(&self, host: &Host) -> Option<String> {
        let end = token_expiry(self.login.password.expose())?;
        let left = self.places.iter().filter(|(place, _)| !is_addons(&place.name));
        let names: BTreeSet<String> =
            left.map(|(place, _)| named(&place.namespace, &place.name)).collect();
        if names.is_empty() || end > Timestamp::now() + SOON {
            return None;
        }
        let names = shortened(&Vec::from_iter(names), NAMED);
        Some(format!(
            "the login in {names} for {host} expires on {end}: pods that start later can't pull"
        ))
    }

    fn refused(&self, tried: &mut TriedLogins) {
        for (place, _) in &self.places {
            tried.refused(place.clone());
        }
    }

    fn may_not(&self, repository: Option<&RepositoryName>, tried: &mut TriedLogins) {
        let Some(repository) = repository else { return };
        for (place, own) in &self.places {
            if own.contains(repository) {
                tried.may_not_pull(place.clone(), repository.clone());
            }
        }
    }
}

fn named(namespace: &str, name: &str) -> String {
    format!("Secret {namespace}/{name}")
}

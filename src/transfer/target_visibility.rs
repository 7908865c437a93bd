//! Who could pull what is copied: asked right before anything is sent, so that a private image
//! never enters a public namespace.

use std::collections::{BTreeMap, HashMap};

use super::inventory::{Unread, UnreadScope};
use super::plan::{Plan, RepositoryCopy};
use super::report::{Failure, FailureClass};
use crate::account::Account;
use crate::diagnostic::{CommonError, shortened};
use crate::image::{Host, RepositoryName};
use crate::registry::{Access, AuthScheme, RegistryError};
use crate::tencent::{ApiError, EnterpriseNamespace};

/// Names that a message shows; how many more there are it counts.
const SHOWN: usize = 10;

/// The namespaces of the instance by name, and whether anybody may pull from them; or why that
/// could not be read.
pub(super) type ReadBack = Result<BTreeMap<String, bool>, ApiError>;

/// Whether anything goes over that must not become public.
pub(super) fn matters(plan: &Plan) -> bool {
    !plan.allow_public && plan.repositories.iter().any(is_to_stay_private)
}

fn is_to_stay_private(copy: &RepositoryCopy) -> bool {
    copy.public != Some(true) && copy.tags.iter().any(|tag| tag.action.writes())
}

/// Namespaces of the instance that were private, or made so, and are public now that the copy is
/// over, with what is private in them. Nothing is taken back: that is for the owner to do.
pub(super) async fn turned_public(
    plan: &Plan,
    account: &Account,
    blocked: &BTreeMap<usize, Failure>,
) -> Vec<Unread> {
    if !matters(plan) {
        return Vec::new();
    }
    let listed = match read_back(account).await {
        None => return Vec::new(),
        Some(Ok(listed)) => listed,
        Some(Err(error)) => return vec![not_seen(&error)],
    };
    let mut turned: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (place, copy) in plan.repositories.iter().enumerate() {
        let namespace = copy.target.namespace();
        if is_to_stay_private(copy)
            && copy.public == Some(false)
            && !blocked.contains_key(&place)
            && account.target_host.as_ref() == Some(&copy.target_host)
            && listed.get(namespace) == Some(&true)
        {
            turned.entry(namespace).or_default().push(copy.source.to_string());
        }
    }
    let entry = |(namespace, names): (&str, Vec<String>)| {
        let message = format!(
            "namespace {namespace} has become public while the copy ran; private in CCR: {}",
            shortened(&names, SHOWN)
        );
        let hint = "make it private again in the console, or move these repositories elsewhere";
        Unread {
            what: format!("namespace {namespace} as it was when the copy began"),
            scope: UnreadScope::Target,
            held: None,
            failure: Failure::new(FailureClass::Policy, message).with_hint(hint),
        }
    };
    turned.into_iter().map(entry).collect()
}

fn not_seen(error: &ApiError) -> Unread {
    Unread {
        what: "whether namespaces have become public while the copy ran".to_owned(),
        scope: UnreadScope::Target,
        held: None,
        failure: Failure::from(error),
    }
}

/// Reads the instance's namespaces once more; `None` without its API.
pub(super) async fn read_back(account: &Account) -> Option<ReadBack> {
    let listing = account.enterprise.as_ref()?.namespaces().await;
    Some(listing.and_then(|listing| match listing.gaps.into_iter().next() {
        Some(gap) => Err((*gap.error).clone()),
        None => {
            let public = |namespace: EnterpriseNamespace| (namespace.name, namespace.public);
            Ok(listing.items.into_iter().map(public).collect())
        }
    }))
}

/// The repositories of the plan, by their place in it, that must not go where they would.
///
/// `created` are namespaces that this run has made, as private or public as the plan says; they may
/// be missing in a listing that lags.
pub(super) async fn exposed(
    plan: &Plan,
    account: &Account,
    namespaces: Option<&ReadBack>,
    created: &[String],
) -> BTreeMap<usize, Failure> {
    let mut exposed = BTreeMap::new();
    if plan.allow_public {
        return exposed;
    }
    let mut sources = SourceVisibility::default();
    let mut targets: HashMap<(Host, String), Option<bool>> = HashMap::new();
    for (place, copy) in plan.repositories.iter().enumerate() {
        if !is_to_stay_private(copy) {
            continue;
        }
        let namespace = copy.target.namespace();
        let by_api = namespaces.filter(|_| account.target_host.as_ref() == Some(&copy.target_host));
        let listed = by_api.and_then(|listed| listed.as_ref().ok()?.get(namespace).copied());
        let made = by_api.is_some() && created.iter().any(|name| name == namespace);
        let public = match listed.or_else(|| made.then_some(false)) {
            Some(public) => Some(public),
            // Not in a listing that this key may see, or there is no API to ask.
            None => {
                let key = (copy.target_host.clone(), namespace.to_owned());
                match targets.get(&key) {
                    Some(known) => *known,
                    None => {
                        let found = is_open(account, &copy.target_host, &copy.target).await;
                        targets.insert(key, found);
                        found
                    }
                }
            }
        };
        if let (None, Some(Err(error))) = (public, by_api) {
            exposed.insert(place, not_read(namespace, error));
        }
        if public == Some(true) && sources.of(account, copy).await != Some(true) {
            exposed.insert(place, refused(copy, namespace));
        }
    }
    exposed
}

fn not_read(namespace: &str, error: &ApiError) -> Failure {
    let mut failure = Failure::from(error);
    failure.diagnostic.message = format!(
        "can't tell whether anybody may pull from namespace {namespace}: {}",
        failure.diagnostic.message
    );
    failure.with_hint("run it again; --allow-public copies without knowing")
}

fn refused(copy: &RepositoryCopy, namespace: &str) -> Failure {
    let is = match copy.public {
        Some(_) => "is private",
        None => "is not known to be public",
    };
    let message = format!(
        "namespace {namespace} is public at {}, and {} {is}",
        copy.target_host, copy.source
    );
    let hint = format!(
        "--allow-public copies it all the same, for everybody to pull; or choose another namespace: --map '{}=ANOTHER/{}'",
        copy.source,
        copy.source.below_namespace()
    );
    let failure = Failure::new(FailureClass::Policy, message).with_hint(hint);
    failure.known_as(CommonError::BecomesPublic)
}

/// Whether a registry that asks for logins lets anybody pull from a repository; `None` if it
/// doesn't tell. One that asks for none has no visibility to keep to.
async fn is_open(account: &Account, host: &Host, repository: &RepositoryName) -> Option<bool> {
    let registry = account.registries.anonymous(host);
    match &registry.probe().await.ok()?.auth {
        AuthScheme::Bearer { .. } => {}
        AuthScheme::Basic => return Some(false),
        AuthScheme::None => return None,
    }
    match registry.check_access(repository, Access::Pull).await {
        Ok(()) => Some(true),
        Err(
            RegistryError::Denied { .. }
            | RegistryError::NoLogin { .. }
            | RegistryError::LoginRefused { .. },
        ) => Some(false),
        Err(_) => None,
    }
}

/// Whether sources are public, where the plan doesn't know: by CCR's API if there is a key, else
/// by an anonymous request at CCR. Asked for only if it matters.
#[derive(Default)]
struct SourceVisibility {
    listed: Option<HashMap<(Host, String), bool>>,
}

impl SourceVisibility {
    async fn of(&mut self, account: &Account, copy: &RepositoryCopy) -> Option<bool> {
        if copy.public.is_some() {
            return copy.public;
        }
        if self.listed.is_none() {
            self.listed = Some(list(account).await);
        }
        let key = (copy.source_host.clone(), copy.source.to_string());
        match self.listed.as_ref().and_then(|listed| listed.get(&key)) {
            Some(public) => Some(*public),
            // Another registry may be open to its own network only.
            None if account.ccr_hosts.contains(&copy.source_host) => {
                is_open(account, &copy.source_host, &copy.source).await
            }
            None => None,
        }
    }
}

async fn list(account: &Account) -> HashMap<(Host, String), bool> {
    let mut listed = HashMap::new();
    for source in &account.sources {
        let Ok(repositories) = source.personal.repositories().await else { continue };
        let Some(host) = source.host(repositories.server.as_ref()) else { continue };
        for found in repositories.listing.items {
            listed.insert((host.clone(), found.name), found.public);
        }
    }
    listed
}

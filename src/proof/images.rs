//! Whether the new images are there, and are the same: asked at TCR's registry, or of its API where
//! the registry can't be reached from here.
//!
//! Unreachable is not missing, and is told apart.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};

use futures::{StreamExt as _, stream};
use tokio::sync::OnceCell;

use super::same_image::{self, Runs};
use crate::account::Account;
use crate::image::{Digest, Reference, RepositoryName, TagOrDigest};
use crate::registry::RegistryError;

/// How many references are looked up at once. What a host is asked at once is bounded besides, by
/// how it bears it.
const AT_ONCE: usize = 48;

/// What is known of a new reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageState {
    /// It is there, and nothing says that it is another image than CCR's.
    Present,
    /// It is there, and CCR has another image under this tag.
    Stale,
    /// It isn't there.
    Missing,
    /// It could not be asked; why.
    Unknown(String),
}

/// What is known of all new references.
#[derive(Debug, Default)]
pub struct ProvenImages {
    states: HashMap<Reference, ImageState>,
    digests: HashMap<Reference, Digest>,
    public: HashSet<String>,
    runs: HashMap<Reference, BTreeMap<String, Runs>>,
    /// Whether TCR's registry itself gave an answer.
    pub is_reachable: bool,
    /// What the user should be told, once each.
    pub notices: Vec<String>,
}

impl ProvenImages {
    /// What is known of a reference that [`prove_images`] was asked for.
    #[must_use]
    pub fn state(&self, new: &Reference) -> ImageState {
        let unasked = || ImageState::Unknown("it was not looked up".to_owned());
        self.states.get(new).cloned().unwrap_or_else(unasked)
    }

    /// The digest of a reference that is there, if the registry says it.
    #[must_use]
    pub fn digest(&self, new: &Reference) -> Option<Digest> {
        new.version.digest().or_else(|| self.digests.get(new)).cloned()
    }

    /// Whether what a kubelet calls `id` (`imageID`) is the image that a reference names.
    #[must_use]
    pub fn runs(&self, new: &Reference, id: &str) -> Runs {
        let asked = self.runs.get(new).and_then(|ids| ids.get(id));
        asked.cloned().unwrap_or_else(|| Runs::Unknown("it was not compared".to_owned()))
    }

    /// Compares what runs, as kubelets call it, with the images that are there.
    pub async fn compare_running(
        &mut self,
        running: BTreeMap<Reference, BTreeSet<String>>,
        account: &Account,
    ) {
        let compared = stream::iter(running)
            .filter_map(async |(new, ids)| self.digest(&new).map(|digest| (new, digest, ids)))
            .map(async |(new, digest, ids)| {
                let registry = account.registries.get(&new.host);
                let runs = same_image::compare(&registry, &new, &digest, ids).await;
                (new, runs)
            })
            .buffer_unordered(AT_ONCE)
            .collect::<HashMap<_, _>>();
        self.runs = compared.await;
    }

    /// Whether everybody may pull it, as far as is known.
    #[must_use]
    pub fn is_public(&self, new: &Reference) -> bool {
        self.public.contains(new.repository.namespace())
    }

    /// The repositories that are there, and not for everybody.
    #[must_use]
    pub fn private(&self) -> BTreeSet<&RepositoryName> {
        let is_there =
            |state: &ImageState| matches!(state, ImageState::Present | ImageState::Stale);
        let there =
            self.states.iter().filter(|(new, state)| is_there(state) && !self.is_public(new));
        there.map(|(new, _)| &new.repository).collect()
    }

    #[cfg(test)]
    pub(crate) fn of(states: HashMap<Reference, ImageState>, public: &[&str]) -> Self {
        let public = public.iter().map(|namespace| (*namespace).to_owned()).collect();
        let there = states.iter().filter(|(_, state)| **state == ImageState::Present);
        let digests = there.map(|(new, _)| (new.clone(), Digest::of(new.to_string().as_bytes())));
        let digests = digests.collect();
        Self { states, digests, public, is_reachable: true, ..Self::default() }
    }
}

/// Looks each new reference up, once, and one of each namespace without a login. `references` gives
/// for each new one the one in CCR that it stands for.
pub async fn prove_images(
    references: &BTreeMap<Reference, Reference>,
    account: &Account,
) -> ProvenImages {
    let prover = Prover::new(account);
    let states = stream::iter(references)
        .map(async |(new, old)| (new.clone(), prover.look_up(new, old).await))
        .buffer_unordered(AT_ONCE)
        .collect();
    let (found, public): (Vec<_>, _) = tokio::join!(states, prover.public_among(references.keys()));
    let mut states = HashMap::with_capacity(found.len());
    let mut digests = HashMap::new();
    for (new, (state, digest)) in found {
        digests.extend(digest.map(|digest| (new.clone(), digest)));
        states.insert(new, state);
    }
    let is_reachable = prover.is_reachable.into_inner();
    let mut notices = prover.notices.into_inner();
    notices.extend(account.registries.take_notices());
    notices.sort();
    notices.dedup();
    ProvenImages { states, digests, public, is_reachable, notices, ..ProvenImages::default() }
}

/// The namespaces of these images from which everybody may pull.
pub async fn prove_public(images: &[Reference], account: &Account) -> HashSet<String> {
    Prover::new(account).public_among(images.iter()).await
}

/// Where a reference was looked for.
enum Found {
    /// It is there, with this digest if it is said.
    There(Option<Digest>),
    /// It isn't.
    Nowhere,
}

struct Prover<'a> {
    account: &'a Account,
    notices: parking_lot::Mutex<Vec<String>>,
    is_reachable: AtomicBool,
    /// The namespaces that are public, by the API.
    namespaces: OnceCell<HashSet<String>>,
}

impl<'a> Prover<'a> {
    fn new(account: &'a Account) -> Self {
        Self {
            account,
            notices: parking_lot::Mutex::default(),
            is_reachable: AtomicBool::new(false),
            namespaces: OnceCell::new(),
        }
    }

    /// What is known of a reference, and its digest if it is there.
    async fn look_up(&self, new: &Reference, old: &Reference) -> (ImageState, Option<Digest>) {
        let found = match self.find(new).await {
            Ok(found) => found,
            Err(why) => return (ImageState::Unknown(why), None),
        };
        let Found::There(found) = found else { return (ImageState::Missing, None) };
        // A digest names one image alone.
        let is_stale = match &found {
            Some(digest) if new.version.digest().is_none() => self.is_another(old, digest).await,
            _ => false,
        };
        (if is_stale { ImageState::Stale } else { ImageState::Present }, found)
    }

    /// Whether a reference is there; else why that can't be told.
    async fn find(&self, new: &Reference) -> Result<Found, String> {
        let registry = self.account.registries.get(&new.host);
        let found = registry.find_manifest(&new.repository, &new.version).await;
        self.is_reachable.fetch_or(found.is_ok(), Ordering::Relaxed);
        let error = match found {
            Ok(found) => return Ok(found.map_or(Found::Nowhere, |head| Found::There(head.digest))),
            Err(error) => error,
        };
        let by_api = self.by_api(new).await.ok_or_else(|| error.to_string())?;
        let found = by_api.map_err(|why| format!("{error}; {why}"))?;
        self.notice(format!(
            "{} could not be asked ({error}); TCR's API was asked instead",
            new.host
        ));
        Ok(found.map_or(Found::Nowhere, |digest| Found::There(Some(digest))))
    }

    /// Whether CCR has another image than this one, if CCR can be asked and still has the tag.
    async fn is_another(&self, old: &Reference, found: &Digest) -> bool {
        let registry = self.account.registries.get(&old.host);
        let head = registry.head_manifest_unless(&old.repository, &old.version, Some(found)).await;
        match head {
            Ok(head) => head.and_then(|head| head.digest).is_some_and(|digest| digest != *found),
            Err(error) => {
                let host = &old.host;
                self.notice(match error {
                    RegistryError::NoLogin { .. } | RegistryError::LoginRefused { .. } => format!(
                        "tags pushed to {host} after the copy are not noticed: there is no login for it"
                    ),
                    _ => format!(
                        "tags pushed to {host} after the copy are not noticed: it can't be asked ({error})"
                    ),
                });
                false
            }
        }
    }

    /// The digest of a tag by TCR's API; `None` if there is no API to ask.
    async fn by_api(&self, new: &Reference) -> Option<Result<Option<Digest>, String>> {
        let enterprise = self.account.enterprise.as_ref()?;
        let (namespace, repository) =
            (new.repository.namespace(), new.repository.below_namespace());
        let listing = match enterprise.images(namespace, repository).await {
            Ok(listing) => listing,
            Err(error) if error.is_not_found() => return Some(Ok(None)),
            Err(error) => return Some(Err(error.to_string())),
        };
        let found = listing.items.iter().find(|image| match &new.version {
            TagOrDigest::Tag(tag) => image.tag == tag.as_str(),
            TagOrDigest::Digest(digest) => image.digest.as_ref() == Some(digest),
        });
        Some(match found.map(|image| image.digest.clone()) {
            Some(Some(digest)) => Ok(Some(digest)),
            Some(None) => Err("the API says no digest for it".to_owned()),
            // A digest that no tag points at is in no list.
            None if new.version.digest().is_some() => {
                Err("the API lists tags, and no tag has this digest".to_owned())
            }
            None if !listing.is_complete() => Err("the API's list is not complete".to_owned()),
            None => Ok(None),
        })
    }

    /// The namespaces from which everybody may pull. TCR has visibility by namespace, so that one
    /// image of each is asked about.
    async fn public_among(&self, images: impl Iterator<Item = &Reference>) -> HashSet<String> {
        let samples: BTreeMap<&str, &Reference> =
            images.map(|image| (image.repository.namespace(), image)).collect();
        stream::iter(samples)
            .map(async |(name, image)| self.is_public(image).await.then(|| name.to_owned()))
            .buffer_unordered(AT_ONCE)
            .filter_map(async |name| name)
            .collect()
            .await
    }

    async fn is_public(&self, new: &Reference) -> bool {
        let registry = self.account.registries.anonymous(&new.host);
        match registry.head_manifest(&new.repository, &new.version).await {
            // Who is told without a login that it isn't there could pull what is there.
            Ok(_) => true,
            Err(
                RegistryError::NoLogin { .. }
                | RegistryError::LoginRefused { .. }
                | RegistryError::Denied { .. },
            ) => false,
            Err(_) => self.public_namespaces().await.contains(new.repository.namespace()),
        }
    }

    async fn public_namespaces(&self) -> &HashSet<String> {
        let ask = async || {
            let Some(enterprise) = &self.account.enterprise else { return HashSet::new() };
            match enterprise.namespaces().await {
                Ok(listing) => listing
                    .items
                    .into_iter()
                    .filter(|namespace| namespace.public)
                    .map(|namespace| namespace.name)
                    .collect(),
                Err(error) => {
                    self.notice(format!("every namespace is taken for private: {error}"));
                    HashSet::new()
                }
            }
        };
        self.namespaces.get_or_init(ask).await
    }

    fn notice(&self, text: String) {
        let mut notices = self.notices.lock();
        if !notices.contains(&text) {
            notices.push(text);
        }
    }
}

//! What refers to an image: listed at the source, and looked up in what the target lists.
//!
//! Only for sources with the referrers API; elsewhere referrers are under fallback tags, which the
//! listing of tags brings. Copying what is missing is in `copy/image/referrers`.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::inventory::{Unread, UnreadScope};
use super::plan::{Notice, NoticeCode};
use super::report::{Failure, FailureClass};
use crate::account::Registries;
use crate::image::{Digest, Host, RepositoryName, TagOrDigest, fallback_tag};
use crate::registry::{ErrorClass, Registry, RegistryError};

/// More referrers than an image has, their own included; a circle or a longer list is hostile.
const MOST: usize = 5000;

/// The same repository on both sides.
#[derive(Clone, Copy)]
pub(crate) struct Sides<'a> {
    pub(crate) source: &'a Registry,
    pub(crate) source_name: &'a RepositoryName,
    pub(crate) target: &'a Registry,
    pub(crate) target_name: &'a RepositoryName,
}

/// A referrer of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Referrer {
    pub(crate) subject: Digest,
    pub(crate) digest: Digest,
    /// Whether the target lists it as referring to that subject.
    pub(crate) is_listed: bool,
}

/// All that refers to some manifests, and to that in turn.
#[derive(Debug, Clone, Default)]
pub(crate) struct Referrers {
    /// Each subject before what refers to it.
    pub(crate) found: Vec<Referrer>,
    /// What could not be listed at the source.
    pub(crate) at_source: Option<ListingTrouble>,
    /// What could not be listed at the target, so that it may list more.
    pub(crate) at_target: Option<ListingTrouble>,
}

/// Why referrers could not be listed at a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListingTrouble {
    pub(crate) host: Host,
    /// Whether the host has refused, as one without the API may do, and not failed.
    pub(crate) is_refusal: bool,
    /// Whether it may be otherwise a little later.
    pub(crate) passes: bool,
    pub(crate) failure: Failure,
}

impl ListingTrouble {
    pub(crate) fn of(registry: &Registry, error: &RegistryError) -> Self {
        Self {
            host: registry.host().clone(),
            is_refusal: is_refusal(error),
            passes: error.is_transient(),
            failure: Failure::from(error),
        }
    }
}

fn is_refusal(error: &RegistryError) -> bool {
    matches!(error.class(), ErrorClass::Auth | ErrorClass::Invalid)
}

impl Referrers {
    /// How many the target doesn't list.
    pub(crate) fn missing(&self) -> usize {
        self.found.iter().filter(|referrer| !referrer.is_listed).count()
    }
}

/// Lists what refers to `subjects`, and to that in turn, and looks it up at the target.
///
/// The target is asked only about a subject that has referrers at the source.
pub(crate) async fn list(sides: Sides<'_>, subjects: Vec<Digest>) -> Referrers {
    let mut all = Referrers::default();
    let mut seen: HashSet<Digest> = subjects.iter().cloned().collect();
    let mut level = subjects;
    while !level.is_empty() {
        let mut next = Vec::new();
        for subject in level {
            let listed = match sides.source.referrers(sides.source_name, &subject).await {
                Ok(Some(listed)) => listed,
                Ok(None) => continue,
                Err(error) => {
                    all.at_source = Some(ListingTrouble::of(sides.source, &error));
                    continue;
                }
            };
            let mut digests: Vec<Digest> = listed.into_iter().map(|one| one.digest).collect();
            digests.retain(|digest| seen.insert(digest.clone()));
            if digests.is_empty() {
                continue;
            }
            let (known, trouble) = listed_at_target(sides, &subject, &digests).await;
            all.at_target = all.at_target.or(trouble);
            for digest in digests {
                next.push(digest.clone());
                let is_listed = known.contains(&digest);
                all.found.push(Referrer { subject: subject.clone(), digest, is_listed });
            }
            if all.found.len() > MOST {
                all.at_source = Some(too_many(sides.source));
                return all;
            }
        }
        level = next;
    }
    all
}

fn too_many(source: &Registry) -> ListingTrouble {
    let message = format!("more than {MOST} manifests refer to it, or to what refers to it");
    ListingTrouble {
        host: source.host().clone(),
        is_refusal: false,
        passes: false,
        failure: Failure::new(FailureClass::Invalid, message),
    }
}

/// What the target lists for a subject, by its API, and under the fallback tag where that doesn't
/// list all that is `wanted`.
async fn listed_at_target(
    sides: Sides<'_>,
    subject: &Digest,
    wanted: &[Digest],
) -> (HashSet<Digest>, Option<ListingTrouble>) {
    let (target, name) = (sides.target, sides.target_name);
    let mut trouble = None;
    let mut known: HashSet<Digest> = match target.referrers(name, subject).await {
        Ok(listed) => listed.into_iter().flatten().map(|one| one.digest).collect(),
        // As a registry without the API may do: the fallback tag is what counts there.
        Err(error) if is_refusal(&error) => HashSet::new(),
        Err(error) => {
            trouble = Some(ListingTrouble::of(target, &error));
            HashSet::new()
        }
    };
    let lacks = |known: &HashSet<Digest>| wanted.iter().any(|digest| !known.contains(digest));
    if lacks(&known) {
        match target.manifest(name, &TagOrDigest::Tag(fallback_tag(subject))).await {
            Ok(index) => known.extend(entries(&index.bytes)),
            Err(error) if error.is_not_found() => {}
            Err(error) => trouble = Some(ListingTrouble::of(target, &error)),
        }
    }
    let is_uncertain = lacks(&known);
    (known, trouble.filter(|_| is_uncertain))
}

/// The digests that an index lists, as far as it can be read.
fn entries(index: &[u8]) -> Vec<Digest> {
    let value: Value = serde_json::from_slice(index).unwrap_or_default();
    let entries = value.get("manifests").and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(|entry| entry.get("digest")?.as_str()?.parse().ok()).collect()
}

/// Referrers of one image that could not be read or copied.
#[derive(Debug, Clone)]
pub(crate) struct ReferrersUnread {
    /// `HOST/NAMESPACE/REPOSITORY:TAG` of the source.
    pub(crate) image: String,
    pub(crate) trouble: ListingTrouble,
}

impl ReferrersUnread {
    fn into_unread(self) -> Unread {
        Unread {
            what: format!("what refers to {}: signatures, SBOMs, attestations", self.image),
            scope: UnreadScope::Referrers(self.image),
            held: None,
            failure: self.trouble.failure,
        }
    }
}

/// What a run makes of referrers that could not be read.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    pub(crate) unread: Vec<Unread>,
    /// Hosts that are taken to be without the API.
    pub(crate) notices: Vec<Notice>,
    /// What these hosts have refused. Unread after all, if one of them lists any later.
    pub(crate) refused: Vec<ReferrersUnread>,
}

/// Tells hosts without the API, which refuse to list in every repository that was asked about, from
/// what is unread.
pub(crate) fn settle(all: Vec<ReferrersUnread>, registries: &Registries) -> Settled {
    let mut settled = Settled::default();
    let mut hosts: BTreeMap<Host, String> = BTreeMap::new();
    for entry in all {
        let host = &entry.trouble.host;
        if entry.trouble.is_refusal && !registries.get(host).lists_referrers() {
            let reason = &entry.trouble.failure.diagnostic.message;
            hosts.entry(host.clone()).or_insert_with(|| reason.clone());
            settled.refused.push(entry);
        } else {
            settled.unread.push(entry.into_unread());
        }
    }
    settled.notices.extend(hosts.into_iter().map(|(host, reason)| {
        let message = format!(
            "{host} refuses to list what refers to an image, as a registry without the referrers API does; signatures and SBOMs that have a tag are copied ({reason})"
        );
        Notice::new(NoticeCode::NoReferrersApi, message)
    }));
    settled
}

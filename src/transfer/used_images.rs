//! The images that clusters use, as a selection out of an account's. Pure.
//!
//! Who finds them in clusters is no matter here. What is used and isn't listed is asked of the
//! registry in `inventory`.

use std::collections::{BTreeMap, BTreeSet};

use super::inventory::{SourceRepository, SourceTag, Unread, UnreadScope};
use super::report::{Failure, FailureClass};
use crate::diagnostic::Diagnostic;
use crate::image::{Host, Reference, RepositoryName, TagOrDigest};

/// Images of CCR that are in use, and what could not be read on the way to them.
#[derive(Debug, Clone, Default)]
pub struct UsedImages {
    repositories: BTreeMap<Host, BTreeMap<RepositoryName, BTreeSet<TagOrDigest>>>,
    /// Where more may be in use than is known.
    pub unread: Vec<Unread>,
}

impl UsedImages {
    /// Adds an image.
    pub fn add(&mut self, image: Reference) {
        let repositories = self.repositories.entry(image.host).or_default();
        repositories.entry(image.repository).or_default().insert(image.version);
    }

    /// Adds what could not be read: `deployments.apps of context prod`.
    pub fn add_unread(&mut self, what: String, why: Diagnostic) {
        let failure = Failure { class: FailureClass::Incomplete, diagnostic: why };
        self.unread.push(Unread { what, scope: UnreadScope::Cluster, held: None, failure });
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.repositories.values().flat_map(BTreeMap::values).map(BTreeSet::len).sum()
    }

    pub(super) fn wants_repository(&self, host: &Host, name: &RepositoryName) -> bool {
        self.versions(host, name).is_some()
    }

    /// Whether a tag is used by its name or by what it points at.
    pub(super) fn wants(&self, repository: &SourceRepository, tag: &SourceTag) -> bool {
        let Some(used) = self.versions(&repository.host, &repository.name) else { return false };
        let digest = || tag.digest.clone().map(TagOrDigest::Digest);
        used.contains(&TagOrDigest::Tag(tag.name.clone()))
            || digest().is_some_and(|digest| used.contains(&digest))
    }

    /// As [`Selection::may_mean_unlisted`](super::Selection::may_mean_unlisted).
    pub(super) fn may_mean_unlisted(
        &self,
        host: &Host,
        namespace: Option<&str>,
        is_listed: &dyn Fn(&str) -> bool,
    ) -> bool {
        let names = self.repositories.get(host).into_iter().flat_map(BTreeMap::keys);
        let mut names = names.filter(|name| match namespace {
            Some(namespace) => name.namespace() == namespace && !is_listed(name.as_str()),
            None => !is_listed(name.namespace()),
        });
        names.next().is_some()
    }

    /// What is used and no tag of `repositories` is or points at.
    pub(super) fn not_listed(&self, repositories: &[SourceRepository]) -> Vec<Reference> {
        let mut listed: BTreeMap<(&Host, &RepositoryName), BTreeSet<TagOrDigest>> = BTreeMap::new();
        for repository in repositories {
            if !self.wants_repository(&repository.host, &repository.name) {
                continue;
            }
            let known = listed.entry((&repository.host, &repository.name)).or_default();
            for tag in &repository.tags {
                known.insert(TagOrDigest::Tag(tag.name.clone()));
                known.extend(tag.digest.clone().map(TagOrDigest::Digest));
            }
        }
        let mut missing = Vec::new();
        for (host, names) in &self.repositories {
            for (repository, versions) in names {
                let known = listed.get(&(host, repository));
                let unknown =
                    |version: &&TagOrDigest| known.is_none_or(|known| !known.contains(*version));
                missing.extend(versions.iter().filter(unknown).map(|version| Reference {
                    host: host.clone(),
                    repository: repository.clone(),
                    version: version.clone(),
                }));
            }
        }
        missing
    }

    fn versions(&self, host: &Host, name: &RepositoryName) -> Option<&BTreeSet<TagOrDigest>> {
        self.repositories.get(host)?.get(name)
    }
}

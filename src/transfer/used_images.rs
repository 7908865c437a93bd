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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Digest;

    const HOST: &str = "ccr.ccs.tencentyun.com";

    fn used(images: &[&str]) -> UsedImages {
        let mut used = UsedImages::default();
        for image in images {
            used.add(format!("{HOST}/{image}").parse().unwrap());
        }
        used
    }

    fn web(tags: &[(&str, &str)]) -> SourceRepository {
        let tag = |(name, content): &(&str, &str)| {
            let tag: crate::image::Tag = name.parse().unwrap();
            let digest = Some(Digest::of(content.as_bytes()));
            SourceTag::seen(tag.clone(), TagOrDigest::Tag(tag), digest)
        };
        SourceRepository {
            host: HOST.parse().unwrap(),
            name: "shop/web".parse().unwrap(),
            public: None,
            description: String::new(),
            counted_tags: None,
            tags: tags.iter().map(tag).collect(),
            target_host: "prod.tencentcloudcr.com".parse().unwrap(),
            target: Ok("shop/web".parse().unwrap()),
            unusable: None,
        }
    }

    #[test]
    fn a_tag_is_used_by_its_name_or_by_what_it_points_at() {
        let repository = web(&[("v1", "one"), ("v2", "two"), ("v3", "three")]);
        let used = used(&["shop/web:v1", &format!("shop/web@{}", Digest::of(b"three"))]);
        let wanted: Vec<&str> = repository
            .tags
            .iter()
            .filter(|tag| used.wants(&repository, tag))
            .map(|tag| tag.name.as_str())
            .collect();
        assert_eq!(wanted, ["v1", "v3"]);
        assert!(used.not_listed(&[repository]).is_empty());
    }

    #[test]
    fn what_no_list_has_is_named() {
        let gone = format!("shop/web@{}", Digest::of(b"gone"));
        let used = used(&["shop/web:v1", "shop/web:v9", &gone, "other/app:v1"]);
        let missing = used.not_listed(&[web(&[("v1", "one")])]);
        let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
        let expected =
            ["other/app:v1", "shop/web:v9", &gone].map(|image| format!("{HOST}/{image}"));
        assert_eq!(missing, expected);
    }

    #[test]
    fn only_a_repository_that_is_used_may_be_meant_where_a_list_is_short() {
        let (used, host) = (used(&["shop/web:v1", "shop/api:v1"]), HOST.parse().unwrap());
        let means = |namespace, listed: &'static [&'static str]| {
            used.may_mean_unlisted(&host, namespace, &|name| listed.contains(&name))
        };
        assert!(means(Some("shop"), &["shop/web"]), "shop/api is not listed");
        assert!(!means(Some("shop"), &["shop/web", "shop/api"]));
        assert!(!means(Some("docs"), &[]));
        assert!(means(None, &[]) && !means(None, &["shop"]));
    }
}

//! What a registry holds: namespaces, repositories, tags, manifests, links to blobs.

use std::collections::{BTreeMap, HashMap, HashSet};

use ccr2tcr::image::{Digest, Glob};
use jiff::Timestamp;

use super::session::{BearerToken, UploadSession};
use crate::account::{Generate, ImageDescription, SourceFault};
use crate::clock;
use crate::content::{BuiltImage, Contents, Manifest, build};
use crate::edition::Edition;
use crate::stats::RegistryStats;

/// One registry of either edition.
#[derive(Debug)]
pub(crate) struct Registry {
    pub(crate) edition: Edition,
    /// `127.0.0.1:PORT`
    pub(crate) host: String,
    /// Of the challenge: `token-service` or `harbor-registry`.
    pub(crate) service: &'static str,
    pub(crate) namespaces: BTreeMap<String, Namespace>,
    repositories: BTreeMap<String, Repository>,
    pub(crate) uploads: HashMap<String, UploadSession>,
    pub(crate) bearers: HashMap<String, BearerToken>,
    /// Seconds that a bearer is good for.
    pub(crate) bearer_lifetime: u64,
    pub(crate) lenient: bool,
    pub(crate) referrers_api: bool,
    pub(crate) mounts: bool,
    /// Namespace, repository below it, tag.
    pub(crate) immutable: Vec<(String, Glob, Glob)>,
    pub(crate) stats: RegistryStats,
}

/// One namespace; visibility and scanning are Enterprise's only.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "as the API has it")]
pub(crate) struct Namespace {
    /// `NamespaceId`
    pub(crate) id: u64,
    /// Another account's, so that the API doesn't list it. Personal only.
    pub(crate) others: bool,
    pub(crate) public: bool,
    pub(crate) auto_scan: bool,
    pub(crate) prevent_vul: bool,
    /// Listings that it is not in yet.
    pub(crate) unlisted: u32,
    pub(crate) severity: String,
    pub(crate) created: Timestamp,
}

/// What a tag points at.
#[derive(Debug, Clone)]
pub(crate) struct TaggedManifest {
    pub(crate) digest: Digest,
    pub(crate) pushed: Timestamp,
}

/// One repository.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    /// Personal only.
    pub(crate) public: bool,
    /// Listings that it is not in yet. Enterprise only.
    pub(crate) unlisted: u32,
    pub(crate) brief_description: String,
    pub(crate) description: String,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    /// How often a manifest was fetched.
    pub(crate) pulls: u64,
    /// What the listing says instead of the truth.
    pub(crate) counted_tags: Option<u64>,
    pub(crate) tags: BTreeMap<String, TaggedManifest>,
    pub(crate) manifests: HashMap<Digest, Manifest>,
    pub(crate) blobs: HashSet<Digest>,
    /// Blobs that are served wrongly.
    pub(crate) broken: HashMap<Digest, SourceFault>,
    /// Images that are made when they are first asked for.
    pending: Option<(Generate, usize)>,
    /// An upload alone makes no repository that is listed.
    pub(crate) listed: bool,
}

impl Repository {
    /// An empty one.
    pub(crate) fn new(created: Timestamp) -> Self {
        Self {
            public: false,
            unlisted: 0,
            brief_description: String::new(),
            description: String::new(),
            created,
            updated: created,
            pulls: 0,
            counted_tags: None,
            tags: BTreeMap::new(),
            manifests: HashMap::new(),
            blobs: HashSet::new(),
            broken: HashMap::new(),
            pending: None,
            listed: false,
        }
    }

    /// Announces plain images, the first of which has this number; they are made on first sight.
    pub(crate) fn announce(&mut self, generate: Generate, first: usize) {
        self.updated = clock::default_push(first + generate.tags.saturating_sub(1));
        self.pending = Some((generate, first));
        self.listed = true;
    }

    /// How many tags there are, without making them.
    pub(crate) fn tag_count(&self) -> u64 {
        let announced = self.pending.as_ref().map_or(0, |(generate, _)| generate.tags);
        (self.tags.len() + announced) as u64
    }

    /// Takes an image in.
    pub(crate) fn add(&mut self, built: BuiltImage, pushed: Timestamp) {
        self.listed = true;
        self.updated = self.updated.max(pushed);
        self.blobs.extend(built.blobs);
        self.manifests.extend(built.manifests);
        for (tag, digest) in built.tags {
            self.tags.insert(tag, TaggedManifest { digest, pushed });
        }
        match built.broken {
            Some((blob, SourceFault::BlobMissing)) => {
                self.blobs.remove(&blob);
            }
            Some((manifest, SourceFault::ManifestMissing)) => {
                self.manifests.remove(&manifest);
            }
            Some((blob, fault)) => {
                self.broken.insert(blob, fault);
            }
            None => {}
        }
    }

    /// Whether the manifest and everything below it is here.
    pub(crate) fn complete(&self, digest: &Digest) -> bool {
        self.manifests.get(digest).is_some_and(|manifest| {
            manifest.blobs.iter().all(|blob| self.blobs.contains(blob))
                && manifest.children.iter().all(|child| self.complete(child))
        })
    }

    /// The size of an image with all its children.
    pub(crate) fn size(&self, digest: &Digest) -> u64 {
        self.manifests.get(digest).map_or(0, |manifest| {
            manifest.size + manifest.children.iter().map(|child| self.size(child)).sum::<u64>()
        })
    }

    fn make_announced(&mut self, name: &str, contents: &mut Contents) {
        let Some((generate, first)) = self.pending.take() else {
            return;
        };
        for number in 0..generate.tags {
            let image = ImageDescription {
                tags: vec![format!("{}{:03}", generate.prefix, number + 1)],
                layers: generate.layers.clone(),
                ..ImageDescription::default()
            };
            self.add(build(contents, name, &image), clock::default_push(first + number));
        }
    }
}

impl Registry {
    /// An empty one.
    pub(crate) fn new(edition: Edition, host: String) -> Self {
        Self {
            edition,
            host,
            service: match edition {
                Edition::Ccr => "token-service",
                Edition::Tcr => "harbor-registry",
            },
            namespaces: BTreeMap::new(),
            repositories: BTreeMap::new(),
            uploads: HashMap::new(),
            bearers: HashMap::new(),
            bearer_lifetime: 300,
            lenient: false,
            referrers_api: false,
            mounts: true,
            immutable: Vec::new(),
            stats: RegistryStats::default(),
        }
    }

    /// Adds a namespace with the next free id.
    pub(crate) fn add_namespace(&mut self, name: &str, public: bool, created: Timestamp) {
        let id = self.namespaces.values().map(|namespace| namespace.id).max().unwrap_or(0) + 1;
        let namespace = Namespace {
            id,
            others: false,
            public,
            auto_scan: false,
            prevent_vul: false,
            unlisted: 0,
            severity: String::new(),
            created,
        };
        self.namespaces.insert(name.to_owned(), namespace);
    }

    /// The repository with this full name, its announced images made.
    pub(crate) fn repository(
        &mut self,
        contents: &mut Contents,
        name: &str,
    ) -> Option<&mut Repository> {
        let repository = self.repositories.get_mut(name)?;
        repository.make_announced(name, contents);
        Some(repository)
    }

    /// The repository with this full name, made if it isn't there.
    pub(crate) fn repository_or_new(&mut self, name: &str, now: Timestamp) -> &mut Repository {
        self.repositories.entry(name.to_owned()).or_insert_with(|| Repository::new(now))
    }

    /// All repositories that the API lists, by full name; announced images are not made.
    pub(crate) fn listed(&self) -> impl Iterator<Item = (&String, &Repository)> {
        let is_others =
            |name: &str| self.namespaces.get(namespace_of(name)).is_some_and(|held| held.others);
        self.repositories
            .iter()
            .filter(move |(name, repository)| repository.listed && !is_others(name))
    }

    /// Those that the API does not list yet, for this listing.
    pub(crate) fn hidden(&mut self) -> Vec<String> {
        let late = self.repositories.iter_mut().filter(|(_, held)| held.unlisted > 0);
        late.map(|(name, held)| {
            held.unlisted -= 1;
            name.clone()
        })
        .collect()
    }

    /// Counts a pull.
    pub(crate) fn count_pull(&mut self, repository: &str) {
        if let Some(held) = self.repositories.get_mut(repository) {
            held.pulls += 1;
        }
    }

    /// Whether anybody may pull from the repository.
    pub(crate) fn is_public(&self, repository: &str) -> bool {
        match self.edition {
            Edition::Ccr => self.repositories.get(repository).is_some_and(|held| held.public),
            Edition::Tcr => {
                let namespace = namespace_of(repository);
                self.namespaces.get(namespace).is_some_and(|held| held.public)
            }
        }
    }

    /// Whether a rule forbids that the tag changes once it is there.
    pub(crate) fn is_immutable(&self, repository: &str, tag: &str) -> bool {
        let (namespace, below) = repository.split_once('/').unwrap_or((repository, ""));
        self.immutable
            .iter()
            .any(|(at, names, tags)| at == namespace && names.matches(below) && tags.matches(tag))
    }
}

/// The part of a repository's name before the first slash.
pub(crate) fn namespace_of(repository: &str) -> &str {
    repository.split('/').next().unwrap_or(repository)
}

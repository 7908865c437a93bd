//! What the runs copy: five repositories with one of each shape, and every byte of it known.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde_json::{Value, json};

use crate::support::content::{DOCKER_LIST, OCI_INDEX, Shelf, artifact, fallback, on, sha256};
use crate::support::random::Random;
use crate::support::{DockerRegistry, SmallRegistry, olareg, send};

/// The source, filled once.
pub(super) struct World {
    pub(super) registry: DockerRegistry,
    /// The same, with an API that lists what refers to an image.
    pub(super) with_referrers: SmallRegistry,
    /// What that API lists; the registry without one has no fallback tags for it.
    pub(super) referrers: Vec<Referrer>,
    /// Tags in the order in which they were pushed, with the digest of each.
    pub(super) tags: Vec<Tag>,
    /// Every manifest by its digest: the media type, the bytes.
    manifests: HashMap<String, (String, Vec<u8>)>,
    /// Every blob by its digest.
    blobs: BTreeMap<String, Vec<u8>>,
}

#[derive(Debug, Clone)]
pub(super) struct Tag {
    pub(super) repository: &'static str,
    pub(super) name: String,
    pub(super) digest: String,
    /// A signature: it comes along with what it signs, unasked.
    pub(super) follows: Option<String>,
}

/// A manifest that refers to another.
#[derive(Debug, Clone)]
pub(super) struct Referrer {
    pub(super) repository: &'static str,
    pub(super) digest: String,
    pub(super) subject: String,
}

/// What hangs below a manifest.
pub(super) struct Parts {
    pub(super) manifests: Vec<String>,
    pub(super) blobs: Vec<String>,
}

impl World {
    /// A part of the path of each repository, on both sides.
    pub(super) const REPOSITORIES: &[&str] = &["/web/", "/api/", "/jobs/", "/bare/", "/tools/"];
    /// The bytes of the largest layer.
    pub(super) const LARGE: u64 = 2_000_000;

    /// One for all tests that run at the same time. It ends with the last of them.
    pub(super) fn shared() -> Arc<Self> {
        static WORLD: Mutex<Weak<World>> = Mutex::new(Weak::new());
        let mut world = WORLD.lock().unwrap_or_else(PoisonError::into_inner);
        world.upgrade().unwrap_or_else(|| {
            let new = Arc::new(Self::build());
            *world = Arc::downgrade(&new);
            new
        })
    }

    fn build() -> Self {
        let registry = DockerRegistry::start_in_memory();
        let with_referrers = olareg(&[]);
        let (mut tags, mut referrers) = (Vec::new(), Vec::new());
        fill(with_referrers.host(), &mut Vec::new(), &mut Vec::new());
        fill(registry.host(), &mut tags, &mut referrers);
        let (manifests, blobs) = (HashMap::new(), BTreeMap::new());
        let mut world = Self { registry, with_referrers, referrers, tags, manifests, blobs };
        for tag in world.tags.clone() {
            world.read(tag.repository, &tag.digest);
        }
        for referrer in world.referrers.clone() {
            world.read(referrer.repository, &referrer.digest);
        }
        world
    }

    /// Every other line of a list.
    pub(super) fn half(list: &str) -> String {
        list.lines().step_by(2).collect::<Vec<_>>().join("\n")
    }

    /// The lines of `--images` for a run to `target`, whose namespaces end in `suffix`.
    pub(super) fn list(&self, source: &str, target: &str, suffix: &str) -> String {
        let asked = self.tags.iter().filter(|tag| tag.follows.is_none());
        let line = |tag: &Tag| {
            let (name, version) = (tag.repository, &tag.name);
            let there = at_target(name, suffix);
            format!("{source}/{name}:{version} {target}/{there}:{version}")
        };
        asked.map(line).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn manifest(&self, digest: &str) -> &(String, Vec<u8>) {
        &self.manifests[digest]
    }

    pub(super) fn blob(&self, digest: &str) -> &[u8] {
        &self.blobs[digest]
    }

    pub(super) fn digests(&self) -> Vec<&str> {
        self.blobs.keys().map(String::as_str).collect()
    }

    /// What a manifest names, by its bytes.
    pub(super) fn parts(&self, digest: &str) -> Parts {
        let value: Value = serde_json::from_slice(&self.manifests[digest].1).unwrap();
        let digests = |list: &Value| -> Vec<String> {
            let list = list.as_array().into_iter().flatten();
            list.map(|part| part["digest"].as_str().unwrap().to_owned()).collect()
        };
        let config = value["config"]["digest"].as_str().map(str::to_owned);
        let blobs = config.into_iter().chain(digests(&value["layers"])).collect();
        Parts { manifests: digests(&value["manifests"]), blobs }
    }

    /// How many blobs there are, each counted in each of its repositories.
    pub(super) fn blobs_in_repositories(&self) -> usize {
        let mut all = HashSet::new();
        let mut below: Vec<(&str, String)> =
            self.tags.iter().map(|tag| (tag.repository, tag.digest.clone())).collect();
        while let Some((repository, digest)) = below.pop() {
            let parts = self.parts(&digest);
            below.extend(parts.manifests.into_iter().map(|child| (repository, child)));
            all.extend(parts.blobs.into_iter().map(|blob| (repository, blob)));
        }
        all.len()
    }

    fn read(&mut self, repository: &str, digest: &str) {
        let host = self.registry.host();
        let path = format!("/v2/{repository}/manifests/{digest}");
        let answer = send("GET", host, &path, &[("Accept", ACCEPT)], b"");
        assert_eq!(sha256(&answer.body), digest, "{path}");
        let media_type = answer.header("Content-Type").unwrap().to_owned();
        self.manifests.insert(digest.to_owned(), (media_type, answer.body));
        let parts = self.parts(digest);
        for blob in parts.blobs {
            let path = format!("/v2/{repository}/blobs/{blob}");
            let answer = send("GET", self.registry.host(), &path, &[], b"");
            assert_eq!(sha256(&answer.body), blob, "{path}");
            self.blobs.insert(blob, answer.body);
        }
        for child in parts.manifests {
            self.read(repository, &child);
        }
    }
}

/// What is asked for when a manifest is read.
pub(super) const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.docker.distribution.manifest.v2+json";

/// `shop/web` is `shop-17/web` at the target of the run with that suffix.
pub(super) fn at_target(repository: &str, suffix: &str) -> String {
    repository.replacen('/', &format!("-{suffix}/"), 1)
}

/// Bytes that nothing compresses, the same each time.
pub(super) fn layer(seed: u64, length: u64) -> Vec<u8> {
    let mut random = Random::from(seed);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap() + 4);
    while (bytes.len() as u64) < length {
        bytes.extend_from_slice(&u32::try_from(random.below(1 << 31)).unwrap().to_le_bytes());
    }
    bytes.truncate(usize::try_from(length).unwrap());
    bytes
}

fn fill(host: &str, tags: &mut Vec<Tag>, referrers: &mut Vec<Referrer>) {
    let mut note = |repository, tag: &str, descriptor: &Value, follows: Option<&str>| {
        let digest = descriptor["digest"].as_str().unwrap().to_owned();
        let follows = follows.map(str::to_owned);
        tags.push(Tag { repository, name: tag.to_owned(), digest, follows });
    };
    let base = layer(1, 200_000);
    let shared = layer(2, 90_000);

    let name = "shop/web";
    let web = Shelf::open(host, name);
    note(name, "v1", &web.image(Some("v1"), "web 1", &[&base, &layer(11, 3_000)]), None);
    note(name, "v2", &web.image(Some("v2"), "web 2", &[&base, &layer(12, 70_000)]), None);
    let large = layer(13, World::LARGE);
    note(name, "v3", &web.image(Some("v3"), "web 3", &[&base, &large]), None);

    // An index in an index, and a child that two tags share.
    let name = "shop/api";
    let api = Shelf::open(host, name);
    let amd64 = api.image(None, "api amd64", &[&base, &layer(21, 30_000)]);
    let arm64 = api.image(None, "api arm64", &[&base, &layer(22, 20_000)]);
    let riscv = api.image(None, "api riscv", &[&shared, b"riscv"]);
    let both = [on(amd64.clone(), "linux", "amd64"), on(arm64.clone(), "linux", "arm64")];
    let inner = api.index(Some("v1"), &both);
    note(name, "v1", &inner, None);
    let outer = api.index(Some("v2"), &[inner, on(riscv, "linux", "riscv64")]);
    note(name, "v2", &outer, None);
    let small = api.index(Some("arm"), &[on(arm64, "linux", "arm64")]);
    note(name, "arm", &small, None);

    let name = "data/jobs";
    let jobs = Shelf::open(host, name);
    let docker = jobs.docker_image(Some("v1"), "jobs", &[&base, &shared, &layer(31, 5_000)]);
    note(name, "v1", &docker, None);
    let list = json!({
        "schemaVersion": 2, "mediaType": DOCKER_LIST, "manifests": [on(docker, "linux", "amd64")],
    });
    let list = jobs.manifest(Some("list"), DOCKER_LIST, list.to_string().as_bytes());
    note(name, "list", &list, None);

    let name = "data/bare";
    let bare = Shelf::open(host, name);
    note(name, "no-layers", &bare.image(Some("no-layers"), "no layers", &[]), None);
    note(name, "no-bytes", &bare.image(Some("no-bytes"), "a layer of nothing", &[b""]), None);
    let nothing = json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": []});
    let nothing = bare.manifest(Some("nothing"), OCI_INDEX, nothing.to_string().as_bytes());
    note(name, "nothing", &nothing, None);

    let name = "data/tools";
    let tools = Shelf::open(host, name);
    let signed = tools.image(Some("v1"), "tools", &[&shared, &layer(41, 8_000)]);
    note(name, "v1", &signed, None);
    let tag = format!("{}.sig", fallback(&signed));
    let signature = tools.image(Some(&tag), "its signature", &[b"signed"]);
    note(name, &tag, &signature, Some("v1"));

    let mut refer = |shelf, repository, kind, subject: &Value| {
        let referrer = artifact(shelf, kind, subject);
        let digest = |of: &Value| of["digest"].as_str().unwrap().to_owned();
        referrers.push(Referrer {
            repository,
            digest: digest(&referrer),
            subject: digest(subject),
        });
        referrer
    };
    let sbom = refer(&tools, "data/tools", "application/spdx+json", &signed);
    // Of what refers to an image, of an index, and of an image in it.
    refer(&tools, "data/tools", SEAL, &sbom);
    refer(&api, "shop/api", SEAL, &outer);
    refer(&api, "shop/api", SEAL, &amd64);
}

const SEAL: &str = "application/vnd.example.seal";

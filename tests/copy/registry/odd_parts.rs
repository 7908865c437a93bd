//! One odd manifest, rule or proxy's page costs the image that it is about, and no other.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::copy::fixtures::at_once;
use crate::support::content::{
    DOCKER_MANIFEST, OCI_CONFIG, OCI_INDEX, OCI_LAYER, OCI_MANIFEST, Shelf, sha256,
};
use crate::support::skopeo::assert_same;
use crate::support::{DockerRegistry, Front, Run, plugin, run, tool};

const CACHE_CONFIG: &str = "application/vnd.buildkit.cacheconfig.v0";
const FOREIGN: &str = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
const REPOSITORY: &str = "billing/quota-service";

/// Two registries of Debian's, and what stands in front of them.
struct Sides {
    source: DockerRegistry,
    target: DockerRegistry,
    folder: tempfile::TempDir,
}

impl Sides {
    fn start() -> Self {
        Self::of(DockerRegistry::start(), DockerRegistry::start())
    }

    fn of(source: DockerRegistry, target: DockerRegistry) -> Self {
        Self { source, target, folder: tempfile::tempdir().unwrap() }
    }

    fn shelf(&self) -> Shelf<'_> {
        Shelf::open(self.source.host(), REPOSITORY)
    }

    /// `NAME-0` and so on, small and good.
    fn images(&self, name: &str, count: usize) -> Vec<String> {
        let image = |index| {
            let tag = format!("{name}-{index}");
            self.shelf().image(Some(&tag), &tag, &[b"a layer", tag.as_bytes()]);
            tag
        };
        (0..count).map(image).collect()
    }

    fn line(&self, tag: &str) -> String {
        line(self.source.host(), self.target.host(), tag)
    }

    fn command(&self, command: &str, source: &str, target: &str, tags: &[String]) -> Run {
        let lines: Vec<String> = tags.iter().map(|tag| line(source, target, tag)).collect();
        std::fs::write(self.folder.path().join("list"), lines.join("\n")).unwrap();
        let arguments = command.split(' ').chain(["--images", "list", "--report", "r.json"]);
        let mut command = tool(plugin());
        command.env("HOME", self.folder.path()).current_dir(self.folder.path()).args(arguments);
        run(&mut command)
    }

    fn sync_lines(&self, lines: &[String], flags: &[&str]) -> Run {
        std::fs::write(self.folder.path().join("list"), lines.join("\n")).unwrap();
        let mut command = tool(plugin());
        command.env("HOME", self.folder.path()).current_dir(self.folder.path());
        command.args(["sync", "--images", "list", "--report", "r.json"]).args(flags);
        run(&mut command)
    }

    fn sync(&self, source: &str, target: &str, tags: &[String]) -> Run {
        self.command("sync", source, target, tags)
    }

    /// The outcome of each tag of the last run: `copied`, or `failed: CLASS`.
    fn outcomes(&self) -> BTreeMap<String, String> {
        let by_target = self.outcomes_by_target().into_iter();
        by_target.map(|(name, end)| (name.rsplit(':').next().unwrap().to_owned(), end)).collect()
    }

    fn outcomes_by_target(&self) -> BTreeMap<String, String> {
        let report = std::fs::read(self.folder.path().join("r.json")).unwrap();
        let report: Value = serde_json::from_slice(&report).unwrap();
        let entry = |item: &Value| {
            let tag = item["target"].as_str().unwrap().to_owned();
            let outcome = item["outcome"].as_str().unwrap();
            match item["error"]["class"].as_str() {
                Some(class) => (tag, format!("{outcome}: {class}")),
                None => (tag, outcome.to_owned()),
            }
        };
        report["items"].as_array().unwrap().iter().map(entry).collect()
    }

    /// Fails unless the good ones came through and the odd ones failed with this class.
    #[track_caller]
    fn assert_only(&self, odd: &[String], class: &str, good: &[String]) {
        let found = self.outcomes();
        for tag in good {
            assert_eq!(found[tag], "copied", "{tag} of {found:?}");
            let line = self.line(tag);
            let (source, target) = line.split_once(' ').unwrap();
            assert_same(source, target);
        }
        for tag in odd {
            assert_eq!(found[tag], format!("failed: {class}"), "{tag} of {found:?}");
        }
    }

    /// Three build caches of buildx: an index of layers and a config of its own.
    fn caches(&self) -> (Vec<String>, Vec<Value>) {
        let mut parts = Vec::new();
        let cache = |index: usize| {
            let shelf = self.shelf();
            let layer = shelf.blob(OCI_LAYER, format!("cached {index}").as_bytes());
            let config = shelf.blob(CACHE_CONFIG, format!("{{\"layers\":[{index}]}}").as_bytes());
            parts.extend([layer.clone(), config.clone()]);
            let tag = format!("buildcache-{index}");
            shelf.index(Some(&tag), &[layer, config]);
            tag
        };
        ((0..3).map(cache).collect(), parts)
    }
}

fn line(source: &str, target: &str, tag: &str) -> String {
    format!("{source}/{REPOSITORY}:{tag} {target}/{REPOSITORY}:{tag}")
}

fn error(code: &str, message: &str) -> String {
    json!({"errors": [{"code": code, "message": message}]}).to_string()
}

fn page(title: &str) -> String {
    format!("<html>\r\n<head><title>{title}</title></head>\r\n<body>{title}</body>\r\n</html>")
}

fn is_put_of(method: &str, path: &str, tag: &str) -> bool {
    method == "PUT" && path.contains(&format!("/manifests/{tag}"))
}

#[test]
fn a_build_cache_is_an_index_of_blobs_and_is_copied_as_such() {
    let sides = Sides::start();
    let (caches, parts) = sides.caches();
    let images = sides.images("v", 5);
    let front = Front::of(sides.source.host(), |_, _| None);

    let tags = [caches.clone(), images.clone()].concat();
    sides.sync(front.host(), sides.target.host(), &tags).ends_with(0).says(&["8 copied"]);

    sides.assert_only(&[], "", &images);
    for part in parts {
        let digest = part["digest"].as_str().unwrap();
        let path = format!("/v2/{REPOSITORY}/blobs/{digest}");
        let blob = crate::support::get(sides.target.host(), &path);
        assert_eq!((blob.status, sha256(&blob.body).as_str()), (200, digest));
        assert_eq!(front.count(&format!("/manifests/{digest}")), 0, "a layer is no manifest");
    }
    sides.command("verify --deep", sides.source.host(), sides.target.host(), &tags).ends_with(0);
}

#[test]
fn an_entry_of_an_unknown_type_is_a_manifest_or_a_blob() {
    let sides = Sides::start();
    let shelf = sides.shelf();
    let blob = shelf.blob("application/vnd.acme.notes+json", b"not even json");
    let mut manifest = shelf.image(None, "below", &[b"below"]);
    manifest["mediaType"] = json!("application/vnd.acme.manifest+json");
    shelf.index(Some("odd"), &[blob.clone(), manifest.clone()]);
    let front = Front::of(sides.source.host(), |_, _| None);

    sides.sync(front.host(), sides.target.host(), &["odd".to_owned()]).ends_with(0);

    let at = |what: &str, of: &Value| {
        let path = format!("/v2/{REPOSITORY}/{what}/{}", of["digest"].as_str().unwrap());
        let headers = [("Accept", OCI_MANIFEST)];
        crate::support::send("GET", sides.target.host(), &path, &headers, b"").status
    };
    assert_eq!((at("blobs", &blob), at("manifests", &manifest)), (200, 200));
    let asked = front.count(&format!("/manifests/{}", blob["digest"].as_str().unwrap()));
    assert!(asked <= 2, "the registry fails over it, and was asked {asked} times");
}

#[test]
fn a_target_that_takes_no_build_cache_costs_the_cache_alone() {
    let refusals = [
        // Harbor: goharbor/harbor#14774, moby/buildkit#2479.
        (404, "NOT_FOUND", "not-found"),
        (404, "MANIFEST_UNKNOWN", "invalid"),
        (400, "MANIFEST_INVALID", "invalid"),
        (500, "UNKNOWN", "server"),
    ];
    at_once(&refusals, |&(status, code, class)| {
        let sides = Sides::start();
        let (caches, _) = sides.caches();
        let images = sides.images("v", 5);
        let front = Front::of(sides.target.host(), move |method, path| {
            is_put_of(method, path, "buildcache").then(|| (status, error(code, "unknown error")))
        });

        let tags = [caches.clone(), images.clone()].concat();
        let run = sides.sync(sides.source.host(), front.host(), &tags).ends_with(1);

        sides.assert_only(&caches, class, &images);
        run.says(&["it is an index of layers, as buildx writes its caches", "image-manifest=true"]);
        let asked = front.count("/manifests/buildcache-0");
        assert!(asked <= 12, "{code}: asked {asked} times");
    });
}

#[test]
fn a_name_in_a_refusal_costs_no_other_image() {
    let sides = Sides::start();
    let (gone, images) = (sides.images("gone", 3), sides.images("v", 5));
    let front = Front::of(sides.source.host(), |method, path| {
        let tag = path.strip_prefix(&format!("/v2/{REPOSITORY}/manifests/"))?;
        let echo = format!("manifest {REPOSITORY}:{tag} not found, quota immutable denied");
        let is_gone = tag.starts_with("gone") && method == "GET";
        is_gone.then(|| (404, error("MANIFEST_UNKNOWN", &echo)))
    });
    let tags = [gone.clone(), images.clone()].concat();
    sides.sync(front.host(), sides.target.host(), &tags).ends_with(1);
    sides.assert_only(&gone, "not-found", &images);
}

#[test]
fn manifests_that_break_the_source_cost_no_other_image() {
    // Some storage under distribution answers 500 or 502 to what it has lost.
    at_once(&[500, 502], |&status| {
        let sides = Sides::start();
        let (broken, images) = (sides.images("broken", 3), sides.images("v", 5));
        let front = Front::of(sides.source.host(), move |method, path| {
            let is_broken = method == "GET" && path.contains("/manifests/broken");
            is_broken.then(|| (status, error("UNKNOWN", "unknown error")))
        });
        let tags = [broken.clone(), images.clone()].concat();
        sides.sync(front.host(), sides.target.host(), &tags).ends_with(1);
        sides.assert_only(&broken, "server", &images);
    });
}

#[test]
fn an_admission_rule_for_some_tags_leaves_the_others_alone() {
    let sides = Sides::start();
    let (unsigned, images) = (sides.images("unsigned", 4), sides.images("v", 5));
    let front = Front::of(sides.target.host(), |method, path| {
        let rule = "admission webhook \"policy.lan\" denied the request: the tag must be signed";
        is_put_of(method, path, "unsigned").then(|| (403, error("DENIED", rule)))
    });
    let tags = [unsigned.clone(), images.clone()].concat();
    let run = sides.sync(sides.source.host(), front.host(), &tags).ends_with(1);
    sides.assert_only(&unsigned, "auth", &images);
    run.says(&["the tag must be signed"]).never_says(&["not tried"]);
}

#[test]
fn a_proxys_page_is_told_as_a_proxys() {
    let sides = Sides::start();
    let (caught, images) = (sides.images("caught", 4), sides.images("v", 5));
    let front = Front::of(sides.target.host(), |method, path| {
        let title = "Attention Required! | Cloudflare";
        is_put_of(method, path, "caught").then(|| (403, page(title)))
    });
    let tags = [caught.clone(), images.clone()].concat();
    let run = sides.sync(sides.source.host(), front.host(), &tags).ends_with(1);
    sides.assert_only(&caught, "policy", &images);
    run.says(&["Attention Required! | Cloudflare", "in front of"]).never_says(&["docker login"]);
}

#[test]
fn a_body_limit_is_told_for_the_manifest_that_meets_it() {
    let sides = Sides::start();
    let (large, images) = (sides.images("large", 4), sides.images("v", 5));
    let front = Front::of(sides.target.host(), |method, path| {
        let title = "413 Request Entity Too Large";
        is_put_of(method, path, "large").then(|| (413, page(title)))
    });
    let tags = [large.clone(), images.clone()].concat();
    let run = sides.sync(sides.source.host(), front.host(), &tags).ends_with(1);
    sides.assert_only(&large, "invalid", &images);
    run.says(&["413 Request Entity Too Large", "client_max_body_size"]);
}

#[test]
fn a_login_page_is_no_manifest() {
    // What some gateways answer with status 200 once a session has ended.
    let sides = Sides::start();
    let (odd, images) = (sides.images("odd", 1), sides.images("v", 2));
    let front = Front::of(sides.source.host(), |method, path| {
        let is_odd = method == "GET" && path.contains("/manifests/odd");
        is_odd.then(|| (200, page("Sign in to Example")))
    });
    let tags = [odd.clone(), images.clone()].concat();
    let run = sides.sync(front.host(), sides.target.host(), &tags).ends_with(1);
    sides.assert_only(&odd, "invalid", &images);
    run.says(&["a web page (Sign in to Example)"]).never_says(&["the image is broken"]);
}

#[test]
fn a_kind_of_manifest_that_the_target_does_not_know_is_named() {
    let sides = Sides::start();
    let shelf = sides.shelf();
    let config = shelf.blob("application/vnd.cncf.helm.config.v1+json", b"{}");
    let chart = shelf.blob("application/vnd.cncf.helm.chart.content.v1.tar+gzip", b"chart");
    let manifest = json!({
        "schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": [chart],
    });
    for tag in ["chart-1", "chart-2", "chart-3"] {
        shelf.manifest(Some(tag), OCI_MANIFEST, manifest.to_string().as_bytes());
    }
    let images = sides.images("v", 3);
    let front = Front::of(sides.target.host(), |method, path| {
        let is_chart = is_put_of(method, path, "chart");
        is_chart.then(|| (415, error("UNSUPPORTED", "The operation is unsupported.")))
    });
    let charts = ["chart-1", "chart-2", "chart-3"].map(str::to_owned);
    let tags = [&charts[..], &images].concat();
    let run = sides.sync(sides.source.host(), front.host(), &tags).ends_with(1);
    sides.assert_only(&charts, "invalid", &images);
    run.says(&["it is an OCI artifact, and not every registry takes one"]);
}

/// A Windows image; its base layer is at its `urls` only, or in the registry, too.
fn windows(shelf: &Shelf<'_>, tag: &str, holds_base: bool) -> String {
    let base = format!("windows base of {tag}");
    let config =
        shelf.blob(OCI_CONFIG, json!({"os": "windows", "tag": tag}).to_string().as_bytes());
    let own = shelf.blob("application/vnd.docker.image.rootfs.diff.tar.gzip", tag.as_bytes());
    if holds_base {
        shelf.blob(FOREIGN, base.as_bytes());
    }
    let digest = sha256(base.as_bytes());
    let foreign = json!({
        "mediaType": FOREIGN, "size": base.len(), "digest": digest,
        "urls": [format!("https://mcr.microsoft.com/v2/windows/blobs/{digest}")],
    });
    let manifest = json!({
        "schemaVersion": 2, "mediaType": DOCKER_MANIFEST, "config": config,
        "layers": [foreign, own],
    });
    shelf.manifest(Some(tag), DOCKER_MANIFEST, manifest.to_string().as_bytes());
    digest
}

#[test]
fn a_foreign_layer_is_copied_where_it_is_and_missed_where_it_was() {
    let both = || DockerRegistry::start_taking_urls();
    let sides = Sides::of(both(), both());
    let absent = windows(&sides.shelf(), "absent", false);
    let present = windows(&sides.shelf(), "present", true);
    let tags = ["absent", "present"].map(str::to_owned);
    let (source, target) = (sides.source.host(), sides.target.host());

    sides.sync(source, target, &tags).ends_with(0).says(&["2 copied"]);

    let at_target = |method: &str, digest: &str| {
        let path = format!("/v2/{REPOSITORY}/blobs/{digest}");
        crate::support::send(method, target, &path, &[], b"").status
    };
    assert_eq!((at_target("HEAD", &absent), at_target("HEAD", &present)), (404, 200));
    sides.command("verify --deep", source, target, &tags).ends_with(0).says(&["2 equal"]);

    assert_eq!(at_target("DELETE", &present), 202);
    let run = sides.command("verify --deep", source, target, &tags).ends_with(1);
    run.says(&["1 equal", "1 not equal", &present]);
}

#[test]
fn a_target_that_takes_no_foreign_layers_is_told_so() {
    // distribution tells an `invalid URL on layer` as an unknown error, with status 500.
    let sides = Sides::of(DockerRegistry::start_taking_urls(), DockerRegistry::start());
    let odd: Vec<String> = (0..3).map(|index| format!("windows-{index}")).collect();
    for tag in &odd {
        windows(&sides.shelf(), tag, false);
    }
    let images = sides.images("v", 3);
    let tags = [odd.clone(), images.clone()].concat();
    let run = sides.sync(sides.source.host(), sides.target.host(), &tags).ends_with(1);
    sides.assert_only(&odd, "invalid", &images);
    run.says(&[
        "it has layers that clients fetch from elsewhere",
        "validation.manifests.urls.allow",
    ]);
}

#[test]
fn an_index_below_an_index_may_list_blobs_too() {
    let sides = Sides::start();
    let shelf = sides.shelf();
    let layer = shelf.blob(OCI_LAYER, b"cached below");
    let inner = shelf.index(None, std::slice::from_ref(&layer));
    let image = shelf.image(None, "beside", &[b"beside"]);
    let outer = json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [inner, image]});
    shelf.manifest(Some("mixed"), OCI_INDEX, outer.to_string().as_bytes());
    sides.sync(sides.source.host(), sides.target.host(), &["mixed".to_owned()]).ends_with(0);
    let path = format!("/v2/{REPOSITORY}/blobs/{}", layer["digest"].as_str().unwrap());
    assert_eq!(crate::support::get(sides.target.host(), &path).status, 200);
}

/// Registries that can't be used, and the class of what is wrong with each.
fn unusable(sides: &Sides) -> Vec<(String, &'static str)> {
    let closed = Front::of(sides.source.host(), |_, path| {
        let is_private = path == "/v2/" || path.contains("/private/");
        is_private.then(|| (401, error("UNAUTHORIZED", "authentication required")))
    });
    let gateway = Front::of(sides.source.host(), |_, _| Some((200, page("Sign in to Example"))));
    vec![
        // Nothing listens there; no such name (RFC 6761); a login is wanted; no registry at all.
        ("127.0.0.1:1/team/app".to_owned(), "network"),
        ("registry.invalid/team/app".to_owned(), "network"),
        (format!("{}/private/app", closed.host()), "auth"),
        (format!("{}/team/app", gateway.host()), "invalid"),
    ]
}

#[test]
fn a_host_of_a_list_that_can_not_be_used_costs_its_own_lines() {
    let sides = Sides::start();
    let images = sides.images("v", 20);
    let odd = unusable(&sides);
    let target = sides.target.host();
    let mut lines: Vec<String> = images.iter().map(|tag| sides.line(tag)).collect();
    for (index, (source, _)) in odd.iter().enumerate() {
        lines.insert(index * 3, format!("{source}:odd-{index} {target}/other/app:odd-{index}"));
        // As a target, too.
        let (host, _) = source.split_once('/').unwrap();
        let good = sides.line("v-0");
        let good = good.split_once(' ').unwrap().0;
        lines.push(format!("{good} {host}/private/app:to-{index}"));
    }
    for policy in ["newer", "skip", "overwrite"] {
        let run = sides.sync_lines(&lines, &["--on-conflict", policy]).ends_with(1);

        let found = sides.outcomes_by_target();
        for tag in &images {
            let end = &found[&format!("{target}/{REPOSITORY}:{tag}")];
            assert_eq!(end, if policy == "newer" { "copied" } else { "equal" }, "{tag}");
        }
        for (index, (source, class)) in odd.iter().enumerate() {
            let (host, _) = source.split_once('/').unwrap();
            let expected = format!("failed: {class}");
            assert_eq!(found[&format!("{target}/other/app:odd-{index}")], expected, "{source}");
            assert_eq!(found[&format!("{host}/private/app:to-{index}")], expected, "{source}");
            let heading = format!("{source}:odd-{index}\n");
            assert!(run.stderr.contains(&heading), "{heading}: {}", run.stderr);
        }
    }
    for tag in &images {
        let line = sides.line(tag);
        let (source, target) = line.split_once(' ').unwrap();
        assert_same(source, target);
    }
}

#[test]
fn a_list_of_which_no_host_can_be_used_does_not_start() {
    let sides = Sides::start();
    let target = sides.target.host();
    for (source, _) in unusable(&sides) {
        let line = format!("{source}:v1 {target}/other/app:v1");
        let run = sides.sync_lines(&[line], &[]).ends_with(2);
        run.says(&[source.split_once('/').unwrap().0]);
    }
    assert_eq!(sides.target.writes(), 0);
}

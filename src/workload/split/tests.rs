use super::pair::{Aside, Pairing, pair};
use super::siblings::Scalar::{self, Integer, Lossy, Text};
use crate::image::CcrHosts;

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const HEX: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const CCR: &str = "ccr.ccs.tencentyun.com";

fn paired<'a>(siblings: &[(&'a str, Scalar<'a>)]) -> Pairing<'a> {
    pair(siblings.iter().copied(), &CcrHosts::default())
}

/// `CCR` stands for CCR's host.
fn full(text: &str) -> String {
    text.replace("CCR", CCR)
}

/// The only reference, and what can't be told of it.
#[track_caller]
fn read(siblings: &[(&str, Scalar<'_>)]) -> (String, String) {
    let siblings: Vec<(&str, Scalar<'_>)> = siblings
        .iter()
        .map(|(key, value)| match value {
            Text(text) => (*key, Text(Box::leak(full(text).into_boxed_str()))),
            other => (*key, *other),
        })
        .collect();
    let mut pairing = paired(&siblings);
    assert_eq!(pairing.references.len(), 1, "{pairing:?}");
    let reference = pairing.references.remove(0);
    (reference.text.replace(CCR, "CCR"), reference.doubt.unwrap_or_default())
}

#[track_caller]
fn is(siblings: &[(&str, Scalar<'_>)], text: &str) {
    assert_eq!(read(siblings), (text.to_owned(), String::new()), "{siblings:?}");
}

#[track_caller]
fn doubts(siblings: &[(&str, Scalar<'_>)], why: &str) {
    let (text, doubt) = read(siblings);
    assert!(doubt.contains(why), "{text}: {doubt}");
}

#[test]
fn the_parts_of_helm_values_make_one_reference() {
    let web = "CCR/shop/web:v2";
    is(&[("repository", Text("CCR/shop/web")), ("tag", Text("v2"))], web);
    is(&[("tag", Text("v2")), ("repository", Text("CCR/shop/web"))], web);
    is(&[("registry", Text("CCR")), ("repository", Text("shop/web")), ("tag", Text("v2"))], web);
    is(&[("registry", Text("CCR/shop")), ("image", Text("web")), ("tag", Text("v2"))], web);
    is(&[("registry", Text("CCR/")), ("name", Text("shop/web")), ("tag", Text("v2"))], web);
    is(&[("imageRepository", Text("CCR/shop/web")), ("imageTag", Text("v2"))], web);
    is(&[("image_name", Text("CCR/shop/web")), ("image_version", Text("v2"))], web);
    is(&[("registry", Text("")), ("repository", Text("CCR/shop/web")), ("tag", Text("v2"))], web);
    is(&[("image", Text("CCR/shop/web:v2")), ("tag", Text("v2"))], web);
    is(&[("repository", Text("CCR:443/shop/web")), ("tag", Text("v2"))], "CCR:443/shop/web:v2");
}

#[test]
fn the_gpu_operator_has_a_namespace_an_image_and_a_version() {
    let driver = [
        ("repository", Text("CCR/shop")),
        ("image", Text("driver")),
        ("version", Text("535.104.05")),
    ];
    is(&driver, "CCR/shop/driver:535.104.05");
    let by_digest =
        [("repository", Text("CCR/shop")), ("image", Text("driver")), ("version", Text(DIGEST))];
    is(&by_digest, &format!("CCR/shop/driver@{DIGEST}"));
    doubts(
        &[("repository", Text("CCR/shop/web")), ("image", Text("driver")), ("tag", Text("v1"))],
        "`image` beside it says driver",
    );
}

#[test]
fn a_digest_is_written_in_many_ways() {
    let web = format!("CCR/shop/web@{DIGEST}");
    for (key, value) in [("digest", DIGEST), ("sha", HEX), ("sha", DIGEST), ("tag", DIGEST)] {
        is(&[("repository", Text("CCR/shop/web")), (key, Text(value))], &web);
    }
    is(&[("repository", Text("CCR/shop/web@sha256")), ("tag", Text(HEX))], &web);
    let both = format!("CCR/shop/web:v2@{DIGEST}");
    let inside = both.replace("CCR/shop/web:", "");
    is(&[("repository", Text("CCR/shop/web")), ("tag", Text(&inside))], &both);
    is(
        &[("repository", Text("CCR/shop/web")), ("tag", Text("v2")), ("digest", Text(DIGEST))],
        &both,
    );
    // A commit is no digest.
    is(&[("image", Text("CCR/shop/web:v2")), ("sha", Text("0123abc"))], "CCR/shop/web:v2");
    doubts(
        &[("image", Text(&format!("CCR/shop/web@{DIGEST}"))), ("sha", Text(&"f".repeat(64)))],
        "its digest can't be told",
    );
    doubts(&[("repository", Text("CCR/shop/web@sha256"))], "its digest can't be told");
}

#[test]
fn a_number_is_a_tag_if_it_reads_as_it_was_written() {
    let repository = ("repository", Text("CCR/shop/web"));
    is(&[repository, ("tag", Integer(7))], "CCR/shop/web:7");
    is(&[repository, ("tag", Integer(20_240_101))], "CCR/shop/web:20240101");
    doubts(&[repository, ("tag", Lossy)], "1.10 can't be told from 1.1");
    // The digest is what is pulled, whatever the tag is.
    let digest = format!("CCR/shop/web@{DIGEST}");
    is(&[repository, ("tag", Lossy), ("digest", Text(DIGEST))], &digest);
}

#[test]
fn latest_is_never_assumed() {
    let repository = ("repository", Text("CCR/shop/web"));
    doubts(&[repository], "neither a tag nor a digest");
    doubts(&[repository, ("tag", Text(""))], "`tag` is empty");
    doubts(&[repository, ("tag", Text("")), ("version", Text("v1"))], "`tag` is empty");
    doubts(&[repository, ("version", Text(">=1.0"))], "neither a tag nor a digest");
    doubts(&[("registry", Text("CCR")), ("repository", Text("shop/web"))], "its tag can't be told");
    assert_eq!(read(&[repository, ("tag", Text(""))]).0, "CCR/shop/web");
}

#[test]
fn two_answers_are_none() {
    doubts(
        &[("repository", Text("CCR/shop/web:v1")), ("tag", Text("v2"))],
        "`tag` beside it says v2, and it says v1 itself",
    );
    doubts(
        &[("repository", Text("CCR/shop/web")), ("tag", Text("v1")), ("imageTag", Text("v2"))],
        "`imageTag` beside it says v2, and `tag` says v1",
    );
    doubts(
        &[
            ("registry", Text("docker.io")),
            ("repository", Text("CCR/shop/web")),
            ("tag", Text("v1")),
        ],
        "`registry` beside it says docker.io",
    );
    assert_eq!(
        read(&[("repository", Text("CCR/shop/web:v1")), ("tag", Text("v2"))]).0,
        "CCR/shop/web:v1"
    );
}

#[test]
fn a_version_beside_an_image_with_a_tag_is_that_of_the_software() {
    is(&[("image", Text("CCR/shop/web:v1")), ("version", Text("8.15.0"))], "CCR/shop/web:v1");
    is(&[("image", Text("CCR/shop/web")), ("version", Text("8.15.0"))], "CCR/shop/web:8.15.0");
}

#[test]
fn the_prometheus_operator_prefers_sha_to_tag_to_version() {
    let base = ("baseImage", Text("CCR/shop/prometheus"));
    let (tag, version) = (("tag", Text("v2.1")), ("version", Text("v2.0")));
    is(&[base, version], "CCR/shop/prometheus:v2.0");
    is(&[base, version, tag], "CCR/shop/prometheus:v2.1");
    is(&[base, version, ("tag", Text(""))], "CCR/shop/prometheus:v2.0");
    let by_sha = format!("CCR/shop/prometheus@{DIGEST}");
    assert!(read(&[base, version, tag, ("sha", Text(HEX))]).0.ends_with(DIGEST));
    is(&[base, version, ("sha", Text(HEX))], &by_sha);
}

#[test]
fn kustomize_looks_for_a_name_and_writes_another() {
    let siblings = [
        ("name", Text("ccr.ccs.tencentyun.com/shop/old")),
        ("newName", Text("ccr.ccs.tencentyun.com/shop/web")),
        ("newTag", Text("v2")),
    ];
    let pairing = paired(&siblings);
    assert_eq!(pairing.aside, [("name", Aside::Matcher)]);
    assert_eq!(pairing.references[0].text, full("CCR/shop/web:v2"));
    is(
        &[("name", Text("nginx")), ("newName", Text("CCR/a/b")), ("digest", Text(DIGEST))],
        &format!("CCR/a/b@{DIGEST}"),
    );
    doubts(&[("name", Text("nginx")), ("newName", Text("CCR/a/b"))], "that of the files");
}

#[test]
fn where_kustomize_writes_no_name_one_is_added() {
    let siblings = [("name", Text("ccr.ccs.tencentyun.com/shop/web")), ("newTag", Text("v3"))];
    let pairing = paired(&siblings);
    let [reference] = pairing.references.as_slice() else { panic!("{pairing:?}") };
    assert_eq!((reference.text.as_str(), &reference.doubt), (&*full("CCR/shop/web:v3"), &None));
    assert_eq!((reference.name[0].key, reference.name[0].old), ("newName", None));
    assert_eq!(reference.kept, ["newTag", "name"]);
    doubts(&[("name", Text("CCR/a/b")), ("digest", Text(DIGEST))], "as in kustomize");
}

#[test]
fn what_only_looks_like_a_part_is_none() {
    // An ingress, a registry's login, a container.
    for siblings in [
        &[("host", Text("web.example.com")), ("image", Text("CCR/a/b:v1"))][..],
        &[("name", Text("web")), ("image", Text("CCR/a/b:v1"))],
        &[("IMAGE", Text("CCR/c/d")), ("image", Text("CCR/a/b:v1"))],
        &[("registry", Text("docker.io")), ("image", Text("CCR/a/b:v1"))],
    ] {
        is(siblings, "CCR/a/b:v1");
    }
    let host = full("CCR");
    let login = [("host", Text(&host)), ("name", Text("login"))];
    assert_eq!(paired(&login).references, []);
    assert_eq!(paired(&login).aside, [("host", Aside::Registry)]);
    assert_eq!(
        paired(&[("repository", Text("shop/web")), ("tag", Text("v1"))]),
        Pairing::default()
    );
}

#[test]
fn a_key_that_stands_twice_has_its_last_value() {
    is(
        &[
            ("tag", Text("v1")),
            ("repository", Text("CCR/a/b")),
            ("repository", Text("CCR/c/d")),
            ("tag", Text("v2")),
        ],
        "CCR/c/d:v2",
    );
}

#[test]
fn ten_thousand_siblings_are_read_once() {
    let keys: Vec<String> =
        (0..10_000).map(|n| format!("t_{n:b}ag").replace(['0', '1'], "_")).collect();
    let keys = keys.iter().map(String::as_str).chain(std::iter::repeat_n("tag", 10_000));
    let mut siblings: Vec<(&str, Scalar<'_>)> = keys.map(|key| (key, Text("v1"))).collect();
    let repository = full("CCR/shop/web");
    siblings.push(("repository", Text(&repository)));
    let start = std::time::Instant::now();
    assert_eq!(paired(&siblings).references[0].text, full("CCR/shop/web:v1"));
    assert!(start.elapsed() < std::time::Duration::from_secs(5), "{:?}", start.elapsed());
}

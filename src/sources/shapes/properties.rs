//! What holds for every file, whatever is in it: for all of the shapes, and for these with
//! references put in anywhere.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;

use super::folder::{Shape, shapes};
use super::values::{documents, is_mapped_alike, unmapped};
use super::{edits, rewriter, undone};
use crate::image::CcrHosts;
use crate::sources::decide::Rules;
use crate::sources::find::Finder;
use crate::sources::rewriter::Rewriter;

const CCR: &str = "ccr.ccs.tencentyun.com";
const TCR: &str = "prod.tencentcloudcr.com";

/// What is put in.
const PIECES: [&str; 43] = [
    "CCR/shop/web:v1",
    "CCR/shop/web:v1",
    "CCR/shop/web",
    "CCR/shop/web@sha256:4c1f0b9ae6d873254c1f0b9ae6d873254c1f0b9ae6d873254c1f0b9ae6d87325",
    "CCR/data/jobs:2",
    "CCR/tkeimages/agent:v1",
    "CCR/Dev_/web:v1",
    "CCR/shop/${NAME}:$TAG",
    "CCR/${NS}/web",
    "CCR/shop/{{ .Values.name }}:v1",
    "CCR\\/shop\\/web:v1",
    "CCR/shop",
    "CCR/",
    "CCR",
    " https://CCR/v2/",
    " docker://CCR/shop/web",
    "docker login CCR -u 1 ",
    "docker push CCR/shop/web:v1\n",
    "args: CCR/shop/web:v1\n",
    "{registry: CCR, repository: shop/web}",
    "# CCR/shop/old:1\n",
    "ccr\\.ccs\\.tencentyun\\.com",
    "qcloudregistrykey",
    "imageType: personal\n",
    "tkeimages/agent",
    "ccr2tcr:keep",
    "<<EOF\n",
    "EOF\n",
    "---\n",
    "| \n",
    ": ",
    "- ",
    "#",
    "\"",
    "'",
    "{{",
    "}}",
    "\\",
    "\n",
    "\r\n",
    " ",
    "镜像",
    "\0",
];

/// What must hold of a file's bytes and what becomes of them, or what doesn't. `is_text`: names end
/// where names end in files, and fields beside each other are those of one reference. Where one runs
/// into the next, what is left may be another.
fn holds(rewriter: &Rewriter, path: &str, before: &[u8], is_text: bool) -> Result<(), String> {
    let look = |bytes: &[u8]| edits(bytes, &rewriter.look(path.as_ref(), bytes).0);
    let edits = look(before).map_err(|edit| format!("an edit is amiss: {edit:?}"))?;
    let after = edits.apply(before);
    if undone(before, &edits, &after).as_deref() != Some(before) {
        return Err("other bytes change, too".to_owned());
    }
    let ends = |bytes: &[u8]| -> Vec<bool> {
        let ends = memchr::memchr_iter(b'\n', bytes);
        ends.map(|end| bytes[..end].ends_with(b"\r")).collect()
    };
    if ends(before) != ends(&after) {
        return Err("other lines, or other ends of lines".to_owned());
    }
    match look(&after) {
        Ok(again) if again.is_empty() || !is_text => {}
        again => return Err(format!("a second run changes it again: {again:?}")),
    }
    let rules = &rewriter.rules;
    let is_only_hosts = rules.names.mapping.is_empty() && rules.pull_secret.is_none();
    if is_only_hosts && is_of_one_host(before) {
        let back = replaced(&after, TCR, CCR);
        if back != replaced(before, TCR, CCR) {
            return Err("more than hosts change".to_owned());
        }
        if let Some(old) = documents(path, before) {
            let new = documents(path, &after).ok_or("it can't be parsed any more")?;
            let back: Vec<_> = new.iter().map(|document| unmapped(document, TCR, CCR)).collect();
            if back != old {
                return Err("a parser sees other changes".to_owned());
            }
        }
    }
    Ok(())
}

/// Whether all names in it are of one host of CCR, in lower case, without a port.
fn is_of_one_host(bytes: &[u8]) -> bool {
    let lower = bytes.to_ascii_lowercase();
    let domains = memchr::memmem::find_iter(&lower, "ccs.tencentyun.com").count();
    let hosts = memchr::memmem::find_iter(bytes, CCR);
    let is_clean = |at: usize| {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        !before.is_some_and(|byte| byte.is_ascii_alphabetic())
            && !bytes[at + CCR.len()..].starts_with(b":443")
    };
    let hosts: Vec<usize> = hosts.collect();
    hosts.len() == domains && hosts.into_iter().all(is_clean)
}

fn replaced(bytes: &[u8], old: &str, new: &str) -> Vec<u8> {
    let mut result = Vec::new();
    let mut at = 0;
    for place in memchr::memmem::find_iter(bytes, old) {
        result.extend_from_slice(&bytes[at..place]);
        result.extend_from_slice(new.as_bytes());
        at = place + old.len();
    }
    result.extend_from_slice(&bytes[at..]);
    result
}

#[test]
fn only_references_change_and_only_once() {
    let mut wrong = Vec::new();
    for shape in shapes() {
        let rewriter = rewriter(&shape);
        for file in &shape.files {
            if let Err(why) = holds(&rewriter, &file.path, &file.before, true) {
                wrong.push(format!("{}/{}: {why}", shape.name, file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_inverse_mapping_restores_the_bytes() {
    let mut wrong = Vec::new();
    for shape in shapes().iter().filter(|shape| shape.has_inverse()) {
        let (there, back) = (rewriter(shape), inverse(shape));
        for file in shape.files.iter().filter(|file| is_of_one_host(&file.before)) {
            let findings = there.look(file.path.as_ref(), &file.before).0;
            let after = edits(&file.before, &findings).unwrap().apply(&file.before);
            let mut findings = back.look(file.path.as_ref(), &after).0;
            findings.retain(|finding| finding.text.contains(TCR));
            let restored = edits(&after, &findings).map(|edits| edits.apply(&after));
            if restored.as_ref() != Ok(&file.before) {
                let restored = String::from_utf8_lossy(&restored.unwrap_or_default()).into_owned();
                wrong.push(format!("{}/{}:\n{restored}", shape.name, file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// From TCR to CCR.
fn inverse(shape: &Shape) -> Rewriter {
    let mut rules: Rules = shape.rules.clone();
    rules.names.ccr = CcrHosts::new(vec![rules.target.clone()]);
    rules.names.mapping = shape.inverse_mapping();
    rules.target = CCR.parse().unwrap();
    Rewriter { finder: Finder::new(&rules.names.ccr), rules }
}

/// The same cases in each run, so that a rare one doesn't fail somebody else's change;
/// `CCR2TCR_TEST_SEED` makes others.
fn seed() -> RngSeed {
    let given = std::env::var("CCR2TCR_TEST_SEED").ok();
    RngSeed::Fixed(given.map_or(1, |seed| seed.parse().unwrap()))
}

#[test]
fn a_host_in_broken_json_is_rewritten_once() {
    let text = r#"{"registry": CCR/shop/web:v1 "CCR", "repository": "shop/web", "tag": "v1"}"#;
    let text = text.replace("CCR", CCR);
    let shape = all().iter().find(|shape| shape.name == "16-registry-and-repository").unwrap();
    holds(&rewriter(shape), "images.json", text.as_bytes(), true).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        rng_seed: seed(),
        ..ProptestConfig::default()
    })]

    #[test]
    fn only_references_change_wherever_they_are(
        shape in any::<Index>(),
        file in any::<Index>(),
        pieces in vec((any::<Index>(), select(&PIECES[..])), 1..6),
        is_text in any::<bool>(),
    ) {
        let shape = shape.get(all());
        let file = file.get(&shape.files);
        let mut bytes = file.before.clone();
        for (place, piece) in pieces {
            let mut at = place.index(bytes.len() + 1);
            let mut piece = piece.replace("CCR", CCR);
            if is_text {
                let is_space = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
                while at > 0 && !is_space(bytes.get(at - 1)) {
                    at -= 1;
                }
                piece.push(' ');
            }
            bytes.splice(at..at, piece.into_bytes());
        }
        let is_text = is_text && shape.rules.names.mapping.is_empty();
        let held = holds(&rewriter(shape), &file.path, &bytes, is_text);
        prop_assert!(
            held.is_ok(),
            "{}/{}: {}\n{}",
            shape.name,
            file.path,
            held.unwrap_err(),
            String::from_utf8_lossy(&bytes).escape_debug()
        );
    }

    #[test]
    fn a_parser_sees_each_value_mapped(value in super::values::any_value()) {
        let wrong = is_mapped_alike(&value);
        prop_assert!(wrong.is_ok(), "{}", wrong.unwrap_err());
    }
}

/// All shapes, read once.
fn all() -> &'static [Shape] {
    static ALL: std::sync::OnceLock<Vec<Shape>> = std::sync::OnceLock::new();
    ALL.get_or_init(shapes)
}

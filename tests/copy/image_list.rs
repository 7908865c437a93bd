//! `sync --images`: from one of Debian's registries to another, and skopeo looks at both.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::content::{
    DOCKER_LIST, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, Shelf, fallback, on,
};
use crate::support::skopeo::{assert_same, raw};
use crate::support::{DockerRegistry, Run, plugin, run, tool};

/// Two registries and a folder to work in.
struct Pair {
    source: DockerRegistry,
    target: DockerRegistry,
    folder: tempfile::TempDir,
}

impl Pair {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { source: DockerRegistry::start(), target: DockerRegistry::start(), folder }
    }

    fn shelf<'a>(&'a self, repository: &'a str) -> Shelf<'a> {
        Shelf::open(self.source.host(), repository)
    }

    /// `SOURCE TARGET`, with `S/` and `T/` for the hosts.
    fn line(&self, text: &str) -> String {
        let (source, target) = (self.source.host(), self.target.host());
        text.replace("S/", &format!("{source}/")).replace("T/", &format!("{target}/"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = tool(plugin());
        command.env("HOME", self.folder.path()).current_dir(self.folder.path()).args(arguments);
        command
    }

    fn sync(&self, lines: &[&str], flags: &[&str]) -> Run {
        let list: Vec<String> = lines.iter().map(|line| self.line(line)).collect();
        std::fs::write(self.folder.path().join("list.txt"), list.join("\n")).unwrap();
        run(&mut self.command(&[&["sync", "--images", "list.txt"], flags].concat()))
    }

    /// Fails unless both sides are the same to the last byte; says how many manifests that took.
    #[track_caller]
    fn assert_same(&self, line: &str) -> usize {
        let line = self.line(line);
        let (source, target) = line.split_once(' ').unwrap();
        assert_same(source, target)
    }
}

const LAYER: &[u8] = b"a layer that several repositories share";

fn cosign(shelf: &Shelf<'_>, subject: &Value, suffix: &str) {
    let tag = format!("{}.{suffix}", fallback(subject));
    shelf.image(Some(&tag), &format!("{suffix} of {subject}"), &[suffix.as_bytes()]);
}

#[test]
fn every_shape_of_image_arrives_byte_by_byte_and_once() {
    let pair = Pair::start();
    let app = pair.shelf("team/app");

    // An index in an index; an entry without a platform; an attestation.
    let amd64 = app.image(None, "amd64", &[LAYER, b"amd64"]);
    let arm64 = app.image(None, "arm64", &[LAYER, b"arm64"]);
    let riscv = app.image(None, "riscv", &[LAYER, b"riscv"]);
    let entries = [on(amd64.clone(), "linux", "amd64"), arm64.clone(), riscv.clone()];
    let inner = app.index(None, &entries);
    let attestation = app.image(None, "attestation", &[br#"{"_type":"in-toto"}"#]);
    let mut entry = on(attestation, "unknown", "unknown");
    entry["annotations"] = json!({"vnd.docker.reference.digest": amd64["digest"]});
    let outer = app.index(Some("nested"), &[inner, entry]);
    // What belongs to it, and is in no list: signatures of the whole and of a manifest two levels
    // below, an attestation, an artifact with a subject, the fallback tag that lists it, and a
    // signature of the artifact.
    cosign(&app, &outer, "sig");
    cosign(&app, &riscv, "sig");
    cosign(&app, &outer, "att");
    let empty = app.blob("application/vnd.oci.empty.v1+json", b"{}");
    let artifact = json!({
        "schemaVersion": 2, "mediaType": OCI_MANIFEST, "artifactType": "application/spdx+json",
        "config": empty, "layers": [empty], "subject": outer,
    });
    let artifact = app.manifest(None, OCI_MANIFEST, artifact.to_string().as_bytes());
    app.index(Some(&fallback(&outer)), std::slice::from_ref(&artifact));
    cosign(&app, &artifact, "sig");

    // No layers at all; a layer without a byte.
    app.image(Some("no-layers"), "no layers", &[]);
    app.image(Some("empty-layer"), "an empty layer", &[b""]);
    // Whitespace that no library would write: it is part of the digest.
    let pretty = format!(
        "{{ \"schemaVersion\" : 2,\n\t\"manifests\":[\r\n {},\n\n {} ],  \"mediaType\":\"{OCI_INDEX}\", \"x\\u002d\":1.0e0}}\n\n",
        on(amd64, "linux", "amd64"),
        on(arm64, "linux", "arm64"),
    );
    app.manifest(Some("pretty"), OCI_INDEX, pretty.as_bytes());
    let docker = app.docker_image(None, "docker", &[LAYER, b"docker"]);
    let list = json!({
        "schemaVersion": 2, "mediaType": DOCKER_LIST,
        "manifests": [on(docker, "linux", "amd64")],
    });
    app.manifest(Some("docker-list"), DOCKER_LIST, list.to_string().as_bytes());
    // The same blob elsewhere; a reference by digest.
    pair.shelf("team/other").image(Some("v1"), "other", &[LAYER, b"other"]);
    let deep = pair.shelf("deep/in/here").image(None, "deep", &[LAYER, b"deep"]);
    let digest = deep["digest"].as_str().unwrap().to_owned();
    let own_tag = format!("ccr2tcr-{}", &digest["sha256:".len()..][..12]);

    let by_digest = format!("S/deep/in/here@{digest} T/moved/here:{own_tag}");
    let lines = [
        "S/team/app:nested T/prod/app:nested",
        "S/team/app:no-layers T/prod/app:no-layers",
        "S/team/app:empty-layer T/prod/app:empty-layer",
        "S/team/app:pretty T/prod/app:pretty",
        "S/team/app:docker-list T/prod/app:list-renamed",
        "S/team/other:v1 T/prod/sub/other:v1",
        &by_digest,
    ];
    let before = pair.source.writes();
    let report = pair.sync(&lines, &["-o", "json"]).ends_with(0).json();
    assert_eq!(report["summary"]["copied"], 12, "7 lines and 5 tags that follow: {report}");

    let compared: usize = lines.iter().map(|line| pair.assert_same(line)).sum();
    assert_eq!(compared, 6 + 1 + 1 + 3 + 2 + 1 + 1);
    let of = |subject: &Value, suffix: &str| format!("{}{suffix}", fallback(subject));
    for tag in [
        of(&outer, ""),
        of(&outer, ".sig"),
        of(&outer, ".att"),
        of(&riscv, ".sig"),
        of(&artifact, ".sig"),
    ] {
        pair.assert_same(&format!("S/team/app:{tag} T/prod/app:{tag}"));
    }
    assert_eq!(raw(&pair.line("T/prod/app:pretty")), pretty.as_bytes());
    assert_eq!(pair.source.writes(), before, "the source is only read");
    assert_eq!(pair.target.count(&["DELETE"]), 0);

    let before = pair.target.writes();
    let again = pair.sync(&lines, &["-o", "json"]).ends_with(0).json();
    assert_eq!((&again["summary"]["equal"], &again["summary"]["copied"]), (&json!(12), &json!(0)));
    assert_eq!(pair.target.writes(), before, "a second run writes nothing");
}

#[test]
fn a_digest_gets_a_tag_of_its_own_where_the_mapping_names_the_target() {
    let pair = Pair::start();
    let image = pair.shelf("team/app").image(Some("v1"), "app", &[LAYER]);
    let digest = image["digest"].as_str().unwrap();
    let host = pair.target.host().to_owned();
    let line = format!("S/team/app@{digest}");
    let flags = ["--tcr-host", &host, "--map", "team=prod"];
    pair.sync(&[&line], &flags).ends_with(0).says(&["1 copied"]);
    pair.assert_same(&format!("{line} T/prod/app:ccr2tcr-{}", &digest[7..19]));
}

#[test]
fn a_list_comes_from_standard_input_too() {
    let pair = Pair::start();
    pair.shelf("team/app").image(Some("v1"), "app", &[LAYER]);
    let mut process = pair
        .command(&["sync", "--images", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let list = pair.line("# what runs in production\n\nS/team/app:v1   T/prod/app:v1\n");
    process.stdin.take().unwrap().write_all(list.as_bytes()).unwrap();
    Run::from(process.wait_with_output().unwrap()).ends_with(0).says(&["1 copied"]);
    pair.assert_same("S/team/app:v1 T/prod/app:v1");
}

#[test]
fn a_list_that_can_not_be_followed_is_said_before_anything_is_written() {
    let pair = Pair::start();
    pair.shelf("team/app").image(Some("v1"), "app", &[LAYER]);
    let good = "S/team/app:v1 T/prod/app:v1";
    pair.sync(&[good, "nginx"], &[]).ends_with(2).says(&["error: ", "line 2 of the list", "nginx"]);
    pair.sync(&[good, "S/team/app:v1 T/prod/app:v2 more"], &[]).ends_with(2).says(&["line 2"]);
    pair.sync(&["# nothing", ""], &[]).ends_with(2).says(&["the list of images is empty"]);
    // Neither a target in the line nor an instance that could be it.
    let nowhere = pair.sync(&["S/team/app:v1"], &[]).ends_with(2);
    nowhere.says(&[
        "no TCR instance and no host is given",
        "hint: give --tcr-name NAME or --tcr-host HOST",
    ]);
    let digest = format!("S/team/app:v1 T/prod/app@sha256:{}", "0".repeat(64));
    pair.sync(&[&digest], &[]).ends_with(2).says(&["must name a tag, not a digest"]);
    // Two sources for one target.
    pair.shelf("team/other").image(Some("v1"), "other", &[LAYER]);
    let two = pair.sync(&[good, "S/team/other:v1 T/prod/app:v1"], &[]).ends_with(2);
    two.says(&[
        "two lines of the list have the target",
        "/prod/app:v1: line 1 (",
        "and line 2 (",
        "hint: give line 2 another tag or repository as its target",
    ]);
    // One of them by the mapping.
    let host = pair.target.host().to_owned();
    let flags = ["--tcr-host", &host, "--map", "team=prod"];
    let two = pair.sync(&["S/team/app:v2", "S/team/app:v1 T/prod/app:v2"], &flags).ends_with(2);
    two.says(&[
        "two sources would become",
        "/prod/app:v2",
        "/team/app:v1",
        "/team/app:v2",
        "hint: give one of the two another target in the list of images",
    ]);
    assert_eq!(pair.target.writes(), 0);
}

#[test]
fn lists_of_other_programs_are_read() {
    let pair = Pair::start();
    pair.shelf("team/app").image(Some("v1"), "app", &[LAYER]);
    let (host, target) = (pair.source.host(), pair.target.host());
    let line = format!("docker://{host}/team/app:v1\t{target}/prod/app:v1  # in use");
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let list = pair.folder.path().join("list.txt");
    for (text, code) in [
        (format!("\u{feff}{line}\r\n\r\n# the rest\r\n").into_bytes(), 0),
        (line.clone().into_bytes(), 0),
        ([vec![0xFF, 0xFE], wide(&line)].concat(), 0),
        (wide(&line), 2),
        (format!("# caf\u{e9}\n{line}").chars().map(|c| c as u8).collect(), 2),
    ] {
        std::fs::write(&list, text).unwrap();
        let ended = run(&mut pair.command(&["sync", "--images", "list.txt"])).ends_with(code);
        if code == 2 {
            ended.says(&["can't read the list of images list.txt", "save ", "UTF-8"]);
        }
    }
    pair.assert_same("S/team/app:v1 T/prod/app:v1");
}

#[test]
fn what_is_not_at_the_source_is_named_and_the_rest_is_copied() {
    let pair = Pair::start();
    pair.shelf("team/app").image(Some("v1"), "app", &[LAYER]);
    let lines = ["S/team/app:v1 T/prod/app:v1", "S/team/app:gone T/prod/app:gone"];
    let ended = pair.sync(&lines, &["--report", "report.json"]).ends_with(1);
    ended.says(&["1 copied", "1 failed", "/team/app:gone", "is not at the source", "hint: "]);
    pair.assert_same(lines[0]);
    let report = std::fs::read(pair.folder.path().join("report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let failed = report["items"].as_array().unwrap().iter().find(|i| i["outcome"] == "failed");
    assert_eq!(failed.unwrap()["error"]["class"], "not-found", "{report}");

    // The report says what is left, once it is there.
    pair.shelf("team/app").image(Some("gone"), "back again", &[LAYER]);
    let again = run(&mut pair.command(&["sync", "--retry-from", "report.json"])).ends_with(0);
    again.says(&["1 copied"]).never_says(&["equal"]);
    pair.assert_same(lines[1]);
}

#[test]
fn a_tag_that_differs_waits_for_a_decision() {
    let pair = Pair::start();
    pair.shelf("team/app").image(Some("v1"), "ours", &[LAYER]);
    let theirs = Shelf::open(pair.target.host(), "prod/app");
    let theirs = theirs.image(Some("v1"), "theirs", &[b"newer work"]);
    let (line, place) = ("S/team/app:v1 T/prod/app:v1", pair.line("T/prod/app:v1"));
    let kept = || {
        let found = crate::support::content::sha256(&raw(&place));
        assert_eq!(theirs["digest"], found, "the target's is untouched");
    };
    let hint = "hint: choose: --on-conflict overwrite takes CCR's, skip keeps TCR's";

    let undecided = pair.sync(&[line], &[]).ends_with(1);
    undecided.says(&["1 in conflict", "the push times are not known", hint]);
    kept();
    pair.sync(&[line], &["--on-conflict", "newer"]).ends_with(1).says(&["1 in conflict"]);
    kept();
    pair.sync(&[line], &["--on-conflict", "fail"]).ends_with(1).says(&["1 in conflict", hint]);
    kept();
    pair.sync(&[line], &["--on-conflict", "skip"]).ends_with(0).says(&["1 kept"]);
    kept();
    pair.sync(&[line], &["--on-conflict", "overwrite"]).ends_with(0).says(&["1 copied"]);
    pair.assert_same(line);
}

#[test]
fn a_config_is_copied_as_any_blob() {
    // The config alone is shared: it crosses once, and both repositories have it.
    let pair = Pair::start();
    let config = br#"{"os":"linux"}"#;
    for repository in ["one/app", "two/app"] {
        let shelf = pair.shelf(repository);
        let config = shelf.blob(OCI_CONFIG, config);
        let manifest = json!({
            "schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": [],
        });
        shelf.manifest(Some("v1"), OCI_MANIFEST, manifest.to_string().as_bytes());
    }
    let lines = ["S/one/app:v1 T/one/app:v1", "S/two/app:v1 T/two/app:v1"];
    let report = pair.sync(&lines, &["-o", "json"]).ends_with(0).json();
    assert_eq!(report["summary"]["bytes"], config.len(), "{report}");
    assert_eq!(report["summary"]["mountedBytes"], config.len(), "{report}");
    for line in lines {
        pair.assert_same(line);
    }
}

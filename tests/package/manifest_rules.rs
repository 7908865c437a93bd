//! The rules for a manifest, field by field, and a test of each of them.

use serde_json::{Value, json};

/// Operating systems and architectures that krew knows.
const PLATFORMS: [(&str, &str); 11] = [
    ("linux", "386"),
    ("linux", "amd64"),
    ("linux", "arm"),
    ("linux", "arm64"),
    ("linux", "ppc64le"),
    ("darwin", "386"),
    ("darwin", "amd64"),
    ("darwin", "arm64"),
    ("windows", "386"),
    ("windows", "amd64"),
    ("windows", "arm64"),
];

/// What is wrong with a manifest. Empty if nothing is.
pub(super) fn broken_rules(manifest: &Value) -> Vec<String> {
    let spec = &manifest["spec"];
    let short = spec["shortDescription"].as_str().unwrap_or_default();
    let description = spec["description"].as_str().unwrap_or_default();
    let platforms = spec["platforms"].as_array().map_or(&[][..], Vec::as_slice);
    let mut broken = Vec::new();
    let mut rule = |holds: bool, words: &str| {
        if !holds {
            broken.push(words.to_owned());
        }
    };

    let version = "krew.googlecontainertools.github.com/v1alpha2";
    rule(manifest["apiVersion"] == version, "apiVersion is krew's");
    rule(manifest["kind"] == "Plugin", "kind is Plugin");
    rule(manifest["metadata"]["name"] == "tcr-switch", "the name is that of the file");
    rule(
        spec["version"] == format!("v{}", env!("CARGO_PKG_VERSION")),
        "the version is Cargo.toml's, with a v in front",
    );
    rule((1..=50).contains(&short.chars().count()), "shortDescription has 1 to 50 characters");
    rule(!short.contains(['\n', '\r']), "shortDescription is one line");
    for (field, text) in [("description", description), ("caveats", str_of(&spec["caveats"]))] {
        rule(text.lines().all(|line| line.chars().count() <= 80), &format!("{field} wraps at 80"));
    }
    rule(
        description.replace('\n', " ").contains("Tencent Container Registry"),
        "description spells the name out",
    );
    rule(!platforms.is_empty(), "there is a platform");
    for platform in platforms {
        let bin = str_of(&platform["bin"]);
        rule(matching(platform) != 0, "a selector uses os and arch alone and matches a platform");
        rule(is_uri(str_of(&platform["uri"]), str_of(&spec["version"]), platform), "uri's shape");
        rule(is_sha256(str_of(&platform["sha256"])), "sha256 is 64 hexadecimal digits");
        let is_windows = platform["selector"]["matchLabels"]["os"] == "windows";
        let program = if is_windows { "kubectl-tcr_switch.exe" } else { "kubectl-tcr_switch" };
        rule(bin == program, "bin is the program's name, with .exe for Windows alone");
        rule(
            platform["files"].as_array().is_some_and(|files| {
                let is_whole = |file: &Value| file["from"].is_string() && file["to"].is_string();
                let has = |name: &str| files.iter().any(|file| file["from"] == name);
                files.iter().all(is_whole)
                    && [bin, "LICENSE", "THIRD-PARTY.md"].into_iter().all(has)
            }),
            "files name the program and the licences",
        );
    }
    let all = platforms.iter().map(matching);
    rule(all.clone().sum::<u32>() == all.fold(0, |a, b| a | b), "selectors don't overlap");
    broken
}

fn str_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// `https://…/VERSION/kubectl-tcr_switch-VERSION-OS-ARCH.tar.gz`, or `.zip` for Windows
fn is_uri(uri: &str, version: &str, platform: &Value) -> bool {
    let labels = &platform["selector"]["matchLabels"];
    let (os, arch) = (str_of(&labels["os"]), str_of(&labels["arch"]));
    let kind = if os == "windows" { "zip" } else { "tar.gz" };
    uri.starts_with("https://")
        && uri.ends_with(&format!("/{version}/kubectl-tcr_switch-{version}-{os}-{arch}.{kind}"))
}

/// The platforms that a selector matches, one bit each. Zero if it has a key that krew doesn't know.
fn matching(platform: &Value) -> u32 {
    let Some(labels) = platform["selector"]["matchLabels"].as_object() else { return 0 };
    if labels.keys().any(|key| key != "os" && key != "arch") {
        return 0;
    }
    let fits = |key: &str, value: &str| labels.get(key).is_none_or(|wanted| wanted == value);
    let pairs = PLATFORMS.iter().enumerate();
    pairs
        .filter(|(_, (os, arch))| fits("os", os) && fits("arch", arch))
        .fold(0, |bits, (place, _)| bits | 1 << place)
}

#[test]
fn each_rule_can_be_broken() {
    let good = super::read(&super::root().join("krew-manifest.yaml"));
    let platform = good["spec"]["platforms"][0].clone();
    for (pointer, value, rule) in [
        ("/apiVersion", json!("v1"), "apiVersion is krew's"),
        ("/kind", json!("plugin"), "kind is Plugin"),
        ("/metadata/name", json!("tcr_switch"), "the name"),
        ("/spec/version", json!("0.1.0"), "the version is Cargo.toml's"),
        ("/spec/shortDescription", json!("x".repeat(51)), "1 to 50"),
        ("/spec/shortDescription", json!("two\nlines"), "one line"),
        ("/spec/description", json!("x".repeat(81)), "description wraps"),
        ("/spec/description", json!("TCR"), "spells the name out"),
        ("/spec/caveats", json!("x".repeat(81)), "caveats wraps"),
        ("/spec/platforms", json!([]), "there is a platform"),
        ("/spec/platforms", json!([platform, platform]), "don't overlap"),
        ("/spec/platforms/0/selector/matchLabels/arch", json!("riscv"), "a selector"),
        ("/spec/platforms/0/selector/matchLabels", json!({"cpu": "amd64"}), "a selector"),
        ("/spec/platforms/0/uri", json!("http://a/b.zip"), "uri's shape"),
        ("/spec/platforms/0/sha256", json!("A".repeat(64)), "sha256"),
        ("/spec/platforms/0/bin", json!("kubectl-tcr_switch.exe"), "bin"),
        ("/spec/platforms/0/files", json!([]), "files name"),
        ("/spec/platforms/0/files/1/from", json!("README.md"), "files name"),
        ("/spec/platforms/0/files/2/from", json!("README.md"), "files name"),
    ] {
        let mut manifest = good.clone();
        *manifest.pointer_mut(pointer).unwrap() = value;
        let broken = broken_rules(&manifest);
        assert!(broken.iter().any(|words| words.contains(rule)), "{pointer}: {broken:?}");
    }
}

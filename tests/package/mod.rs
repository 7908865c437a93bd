//! The kubectl plugin's manifest for krew, and the archives that `make release` makes.
//!
//! krew itself reads the manifest and installs the archive; `manifest_rules` adds what krew's reviewers ask
//! for and what only this repository knows.

mod image;
mod install;
mod managers;
mod manifest_rules;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::{Run, run, tool};
use manifest_rules::broken_rules;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The manifest in this file.
fn read(file: &Path) -> Value {
    serde_yaml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// With what cargo needs to know which crates there are.
fn with_cargo(command: &mut Command) -> &mut Command {
    pass(command, &["HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"])
}

/// With these variables of the test's own environment.
fn pass<'a>(command: &'a mut Command, names: &[&str]) -> &'a mut Command {
    command.envs(names.iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
}

/// Programs, packed.
struct Packed {
    folder: tempfile::TempDir,
}

impl Packed {
    /// Those of this test run, without their debug symbols: packing them would take a minute.
    fn real() -> Self {
        Self::of(|name, file| {
            let built = match name {
                "docker-ccr2tcr" => env!("CARGO_BIN_EXE_docker-ccr2tcr"),
                _ => env!("CARGO_BIN_EXE_kubectl-tcr_switch"),
            };
            run(tool("strip").arg("-o").arg(file).arg(built)).ends_with(0);
        })
    }

    /// Small ones, where the programs don't matter.
    fn small() -> Self {
        Self::of(|name, file| std::fs::write(file, format!("#!/bin/sh\necho {name}\n")).unwrap())
    }

    fn of(program: impl Fn(&str, &Path)) -> Self {
        let packed = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(packed.path("programs")).unwrap();
        for name in ["docker-ccr2tcr", "kubectl-tcr_switch"] {
            program(name, &packed.path("programs").join(name));
        }
        for page in ["man/NAME.1", "completions/NAME.bash", "completions/_NAME"] {
            let page = packed.path("pages").join(page);
            std::fs::create_dir_all(page.parent().unwrap()).unwrap();
            for name in ["docker-ccr2tcr", "kubectl-tcr_switch"] {
                std::fs::write(page.to_str().unwrap().replace("NAME", name), name).unwrap();
            }
        }
        packed.pack("package");
        packed
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn pack(&self, into: &str) {
        self.pack_for("linux-amd64", into);
    }

    fn pack_for(&self, platform: &str, into: &str) {
        let mut pack = tool("scripts/pack");
        pack.args(["programs", "pages", into].map(|folder| self.path(folder))).arg(platform);
        pack.current_dir(root());
        run(with_cargo(&mut pack)).ends_with(0);
    }

    fn manifest(&self) -> PathBuf {
        self.path("package/tcr-switch.yaml")
    }

    /// What krew's own programs say of it.
    fn check(&self) -> Run {
        let mut check = tool("scripts/check-package");
        pass(&mut check, &["XDG_CACHE_HOME", "KUBEBUILDER_ASSETS"]);
        run(with_cargo(&mut check).current_dir(root()).arg(self.path("package")))
    }
}

#[test]
fn the_committed_manifest_obeys_every_rule() {
    let manifest = read(&root().join("krew-manifest.yaml"));
    assert_eq!(broken_rules(&manifest), Vec::<String>::new());
}

#[test]
fn krew_installs_the_archive_and_kubectl_finds_the_plugin() {
    let packed = Packed::real();
    packed.check().ends_with(0).says(&["krew installs tcr-switch v", "kubectl finds it"]);

    let manifest = read(&packed.manifest());
    assert_eq!(broken_rules(&manifest), Vec::<String>::new());
    let platform = &manifest["spec"]["platforms"][0];
    let archive = platform["uri"].as_str().unwrap().rsplit('/').next().unwrap();
    let sum = run(tool("sha256sum").arg(packed.path("package").join(archive))).ends_with(0);
    assert_eq!(platform["sha256"].as_str(), sum.stdout.split(' ').next());

    let listed = run(tool("tar").arg("-tzf").arg(packed.path("package").join(archive)));
    let files: Vec<_> = listed.stdout.lines().filter(|line| !line.ends_with('/')).collect();
    let pages = "completions/_kubectl-tcr_switch completions/kubectl-tcr_switch.bash kubectl-tcr_switch \
                 man/man1/kubectl-tcr_switch.1 THIRD-PARTY.md LICENSE";
    assert_eq!(BTreeSet::from_iter(files), pages.split(' ').collect());
}

#[test]
fn krew_installs_each_platform_that_was_packed() {
    let packed = Packed::small();
    packed.pack_for("linux-arm64", "package");
    let manifest = read(&packed.manifest());
    assert_eq!(broken_rules(&manifest), Vec::<String>::new());
    let platforms = manifest["spec"]["platforms"].as_array().unwrap();
    let packed_for: Vec<_> =
        platforms.iter().map(|platform| &platform["selector"]["matchLabels"]["arch"]).collect();
    assert_eq!(packed_for, ["amd64", "arm64"], "others have no archive here");
    assert_ne!(platforms[0]["sha256"], platforms[1]["sha256"]);
    packed.check().ends_with(0).says(&["for linux-amd64", "for linux-arm64"]);
}

#[test]
fn the_same_programs_make_the_same_archives() {
    let packed = Packed::small();
    packed.pack("again");
    run(tool("diff").arg("-r").arg(packed.path("package")).arg(packed.path("again"))).ends_with(0);
}

#[test]
fn krew_refuses_an_archive_that_was_changed_or_lacks_a_file() {
    let packed = Packed::small();
    let manifest = std::fs::read_to_string(packed.manifest()).unwrap();

    std::fs::write(packed.manifest(), manifest.replace("from: LICENSE", "from: COPYING")).unwrap();
    packed.check().ends_with(1).says(&["COPYING"]);

    let platform = &read(&packed.manifest())["spec"]["platforms"][0];
    let other = manifest.replace(platform["sha256"].as_str().unwrap(), &"0".repeat(64));
    std::fs::write(packed.manifest(), other).unwrap();
    packed.check().ends_with(1).says(&["checksum does not match"]);
}

#[test]
fn every_crate_in_the_programs_is_named_with_its_licence_and_text() {
    let packed = Packed::small();
    let all = std::fs::read_dir(packed.path("package")).unwrap();
    let archives: Vec<PathBuf> = all
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "gz"))
        .collect();
    assert_eq!(archives.len(), 2, "{archives:?}");
    for archive in &archives {
        let unpack = ["--extract", "--gzip", "--to-stdout", "THIRD-PARTY.md", "--file"];
        let text = run(tool("tar").args(unpack).arg(archive)).ends_with(0).stdout;
        for (name, licence) in
            [("tokio", "MIT"), ("ring", "Apache-2.0 AND ISC"), ("kube", "Apache-2.0")]
        {
            let is_it = |line: &str| {
                line.starts_with(&format!("| {name} | "))
                    && line.contains(&format!(" | {licence} | "))
            };
            assert!(text.lines().any(is_it), "{name}");
        }
        // What only the sandbox and the tests take is in no program.
        for name in ["axum", "proptest", "ccr2tcr"] {
            assert!(!text.contains(&format!("| {name} | ")), "{name}");
        }
        assert!(text.contains("Permission is hereby granted, free of charge"));
        assert!(!text.contains(root().to_str().unwrap()), "a path of this machine");
    }
    // One that is missing is found.
    let archive = archives.iter().find(|path| path.to_str().unwrap().contains("docker")).unwrap();
    let line = "mkdir x && tar -xzf $0 -C x && sed -i '/^| tokio |/d' x/THIRD-PARTY.md \
                && tar -czf $0 -C x . --transform 's|^./||' && sha256sum ${0##*/} > $0.sha256";
    let mut shell = tool("sh");
    shell.args(["-c", line, archive.file_name().unwrap().to_str().unwrap()]);
    run(shell.current_dir(packed.path("package"))).ends_with(0);
    packed.check().ends_with(1).says(&["doesn't name tokio 1."]);
}

#[test]
fn the_parts_are_listed_with_their_checksums() {
    let packed = Packed::small();
    let name = concat!("ccr2tcr-v", env!("CARGO_PKG_VERSION"), "-linux-amd64.spdx.json");
    let text = std::fs::read_to_string(packed.path("package").join(name)).unwrap();
    let list: Value = serde_json::from_str(&text).unwrap();
    let packages = list["packages"].as_array().unwrap();
    let part = |name: &str| packages.iter().find(|part| part["name"] == name);
    let checksum = |name: &str| part(name).unwrap()["checksums"][0]["checksumValue"].as_str();

    let sums = std::fs::read_to_string(packed.path("package/SHA256SUMS")).unwrap();
    let sum_of = |file: &str| sums.lines().find_map(|line| line.strip_suffix(&format!("  {file}")));
    for program in ["docker-ccr2tcr", "kubectl-tcr_switch"] {
        let archive = part(program).unwrap()["packageFileName"].as_str().unwrap();
        assert_eq!(checksum(program), sum_of(archive));
    }
    let tokio = part("tokio").unwrap();
    let locked = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    assert!(locked.contains(&format!("checksum = \"{}\"", checksum("tokio").unwrap())));
    assert_eq!(tokio["licenseDeclared"], "MIT");
    assert!(part("axum").is_none() && sum_of(name).is_some());
    let related = list["relationships"].as_array().unwrap();
    let describes = related.iter().filter(|one| one["relationshipType"] == "DESCRIBES").count();
    assert_eq!((describes, related.len()), (2, 2 + 2 * (packages.len() - 2)));
}

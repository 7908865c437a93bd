//! The kubectl plugin's manifest for krew, and the archives that `make package` makes.
//!
//! krew itself reads the manifest and installs the archive; `rules` adds what krew's reviewers ask
//! for and what only this repository knows.

mod rules;

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Run, run, tool};
use rules::broken_rules;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The manifest in this file.
fn read(file: &Path) -> Value {
    serde_yaml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
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
        packed.pack("package");
        packed
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn pack(&self, into: &str) {
        let mut pack = tool("scripts/pack");
        pack.current_dir(root()).arg(self.path("programs")).arg(self.path(into));
        run(&mut pack).ends_with(0);
    }

    fn manifest(&self) -> PathBuf {
        self.path("package/tcr-switch.yaml")
    }

    /// What krew's own programs say of it.
    fn check(&self) -> Run {
        let mut check = tool("scripts/check-package");
        for name in ["HOME", "XDG_CACHE_HOME", "KUBEBUILDER_ASSETS"] {
            if let Some(value) = std::env::var_os(name) {
                check.env(name, value);
            }
        }
        run(check.current_dir(root()).arg(self.path("package")))
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
    packed.check().ends_with(0).says(&["krew installs tcr-switch v", "and kubectl finds it"]);

    let manifest = read(&packed.manifest());
    assert_eq!(broken_rules(&manifest), Vec::<String>::new());
    let platform = &manifest["spec"]["platforms"][0];
    let archive = platform["uri"].as_str().unwrap().rsplit('/').next().unwrap();
    let sum = run(tool("sha256sum").arg(packed.path("package").join(archive))).ends_with(0);
    assert_eq!(platform["sha256"].as_str(), sum.stdout.split(' ').next());

    let listed = run(tool("tar").arg("-tzf").arg(packed.path("package").join(archive)));
    assert_eq!(listed.stdout, "kubectl-tcr_switch\nLICENSE\n");
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

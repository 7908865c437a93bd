//! What other package managers read of a release: Homebrew's formulae, Scoop's manifests, cargo
//! binstall's metadata. Ruby installs from the formulae (`homebrew.rb`); the other two managers are not
//! here, so that what they would read is looked at.

use std::path::PathBuf;

use serde_json::Value;

use super::{Packed, root};
use crate::support::{Run, run, tool};

const PLACE: &str = "https://downloads.test/v1";
const VERSION: &str = concat!("v", env!("CARGO_PKG_VERSION"));

/// Archives for Linux on both machines, for Windows, and for macOS on arm64.
struct Release {
    packed: Packed,
}

impl Release {
    fn new() -> Self {
        let packed = Packed::of(|name, file| {
            let version = env!("CARGO_PKG_VERSION");
            let script = format!("#!/bin/sh\necho '{name} {version} SchemaVersion'\n");
            std::fs::write(file, script).unwrap();
        });
        packed.pack_for("linux-arm64", "package");
        // Which crates others take is not known without a network.
        let content = packed.path("windows");
        std::fs::create_dir(&content).unwrap();
        for program in ["docker-ccr2tcr", "kubectl-tcr_switch"] {
            let archive =
                |platform| packed.path("package").join(format!("{program}-{VERSION}-{platform}"));
            std::fs::copy(archive("linux-arm64.tar.gz"), archive("darwin-arm64.tar.gz")).unwrap();
            std::fs::write(content.join(format!("{program}.exe")), program).unwrap();
            let mut zip = tool("scripts/cross/zip");
            zip.current_dir(root()).arg(archive("windows-amd64.zip"));
            run(zip.arg("1700000000").arg(&content)).ends_with(0);
        }
        let release = Self { packed };
        release.write();
        release
    }

    fn write(&self) {
        let mut write = tool("scripts/manifests/write");
        write.current_dir(root()).env("RELEASE_URL", format!("{PLACE}/"));
        run(write.arg(self.packed.path("package"))).ends_with(0);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.packed.path("package").join(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn sum(&self, name: &str) -> String {
        let said = run(tool("sha256sum").arg(self.path(name))).ends_with(0);
        said.stdout.split(' ').next().unwrap().to_owned()
    }

    fn brew(&self, formula: &str, system: &str, machine: &str) -> Run {
        let mut ruby = tool("ruby");
        ruby.arg(root().join("tests/package/homebrew.rb")).arg(self.path(formula));
        ruby.arg(self.path("")).arg(self.packed.path("brew")).args([system, machine]);
        run(&mut ruby)
    }
}

#[test]
fn homebrew_installs_what_is_in_the_archives() {
    let release = Release::new();
    let said = release.brew("docker-ccr2tcr.rb", "linux", "intel").ends_with(0);
    said.says(&["ln -sfn ", "/opt/docker-ccr2tcr/bin/docker-ccr2tcr ~/.docker/cli-plugins"]);
    let plugin = release.packed.path("brew/lib/docker/cli-plugins/docker-ccr2tcr");
    run(&mut tool(plugin.to_str().unwrap())).ends_with(0).says(&["docker-ccr2tcr 0"]);
    release.brew("kubectl-tcr-switch.rb", "macos", "arm").ends_with(0);
    assert!(release.packed.path("brew/opt/kubectl-tcr-switch/bin/kubectl-tcr_switch").is_file());

    // There is no archive for it.
    release.brew("kubectl-tcr-switch.rb", "macos", "intel").ends_with(1).says(&["url"]);
    let archive = release.path(&format!("kubectl-tcr_switch-{VERSION}-linux-arm64.tar.gz"));
    std::fs::write(archive, "changed").unwrap();
    let changed = release.brew("kubectl-tcr-switch.rb", "linux", "arm").ends_with(1);
    changed.says(&["another checksum"]);
}

#[test]
fn scoop_gets_the_archives_for_windows_and_puts_the_plugin_where_docker_looks() {
    let release = Release::new();
    for (manifest, program) in [
        ("docker-ccr2tcr.json", "docker-ccr2tcr"),
        ("kubectl-tcr-switch.json", "kubectl-tcr_switch"),
    ] {
        let read: Value = serde_json::from_str(&release.read(manifest)).unwrap();
        let archive = format!("{program}-{VERSION}-windows-amd64.zip");
        let machines = read["architecture"].as_object().unwrap();
        assert_eq!(machines.keys().collect::<Vec<_>>(), ["64bit"], "no archive for arm64 is here");
        assert_eq!(machines["64bit"]["url"], format!("{PLACE}/{archive}"));
        assert_eq!(machines["64bit"]["hash"], release.sum(&archive));
        assert_eq!(read["bin"], format!("{program}.exe"));
        let is_docker = program.starts_with("docker");
        for script in ["post_install", "pre_uninstall"] {
            assert_eq!(read[script].to_string().contains("cli-plugins"), is_docker, "{script}");
        }
    }
}

#[test]
fn binstall_finds_both_programs_in_one_archive() {
    let release = Release::new();
    let metadata = release.read("binstall.toml");
    for (target, archive) in [
        ("x86_64-unknown-linux-gnu", "linux-amd64.tar.gz"),
        ("aarch64-apple-darwin", "darwin-arm64.tar.gz"),
        ("x86_64-pc-windows-msvc", "windows-amd64.zip"),
    ] {
        let wanted = format!(
            "overrides.{target}]\npkg-url = \"{PLACE}/ccr2tcr-v{{ version }}-{archive}\"\n"
        );
        assert!(metadata.contains(&wanted), "{wanted} in {metadata}");
    }
    assert!(!metadata.contains("x86_64-apple-darwin"), "there is no archive for it");
    // cargo binstall 1.16 takes a program without a path for none.
    for program in ["docker-ccr2tcr", "kubectl-tcr_switch"] {
        assert!(
            metadata.contains(&format!("[[bin]]\nname = \"{program}\"\npath = ")),
            "{metadata}"
        );
    }
    let archive = format!("ccr2tcr-{VERSION}-linux-amd64.tar.gz");
    let listed = run(tool("tar").arg("-tzf").arg(release.path(&archive))).ends_with(0).stdout;
    for name in ["docker-ccr2tcr", "kubectl-tcr_switch", "LICENSE", "THIRD-PARTY.md"] {
        assert_eq!(listed.lines().filter(|line| *line == name).count(), 1, "{name} in {listed}");
    }
    let sum = release.sum(&archive);
    let sums = release.read("SHA256SUMS");
    assert!(sums.contains(&format!("{sum}  {archive}\n")));
    for name in ["install.sh", "tcr-switch.yaml", "docker-ccr2tcr.rb", "binstall.toml"] {
        assert!(sums.contains(&format!("{}  {name}\n", release.sum(name))), "{name} in {sums}");
    }
    // Twice the same.
    release.write();
    assert_eq!(release.sum(&archive), sum);
}

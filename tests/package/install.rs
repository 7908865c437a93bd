//! `install.sh`: what it puts where, from a folder; that it installs all or nothing.

use std::path::{Path, PathBuf};

use super::{Packed, root};
use crate::support::{Run, run, tool};

const ARCHIVE: &str = concat!("docker-ccr2tcr-v", env!("CARGO_PKG_VERSION"), "-linux-amd64.tar.gz");

/// A home in which nothing is installed, and packed programs.
struct Home {
    packed: Packed,
}

impl Home {
    fn new() -> Self {
        Self { packed: Packed::small() }
    }

    fn install(&self, arguments: &[&str]) -> Run {
        let mut command = tool("sh");
        command.arg(root().join("scripts/install.sh")).args(arguments);
        run(command.env("HOME", self.packed.path("home")).current_dir(self.packed.path("")))
    }

    fn docker(&self) -> PathBuf {
        self.packed.path("home/.docker/cli-plugins/docker-ccr2tcr")
    }

    fn kubectl(&self) -> PathBuf {
        self.packed.path("home/.local/bin/kubectl-tcr_switch")
    }
}

#[test]
fn both_plugins_come_and_go() {
    let home = Home::new();
    let said = home.install(&["--from", "package"]).ends_with(0);
    said.says(&["docker-ccr2tcr (docker-ccr2tcr)", "hint: kubectl looks for plugins on the PATH"]);
    for program in [home.docker(), home.kubectl()] {
        run(&mut tool(program.to_str().unwrap())).ends_with(0);
        assert_eq!(program.parent().unwrap().read_dir().unwrap().count(), 1, "nothing else");
    }
    home.install(&["--uninstall", "docker"]).ends_with(0).says(&["removed: "]);
    assert!(!home.docker().exists() && home.kubectl().exists());
    home.install(&["--from", "package", "docker"]).ends_with(0).never_says(&["kubectl"]);
    let link = home.kubectl().with_file_name("kubectl_complete-tcr_switch");
    std::os::unix::fs::symlink("kubectl-tcr_switch", &link).unwrap();
    home.install(&["--uninstall"]).ends_with(0);
    assert!(!link.is_symlink(), "its completion goes with it");
    home.install(&["--uninstall"]).ends_with(0).says(&["not there: "]);
}

#[test]
fn beside_the_archives_it_needs_no_word_and_else_it_knows_where_it_was_released() {
    let home = Home::new();
    let mut write = tool("scripts/manifests/write");
    write.current_dir(root()).env("RELEASE_URL", "https://127.0.0.1:9/v1");
    run(write.arg(home.packed.path("package"))).ends_with(0);
    let script = home.packed.path("package/install.sh");
    let install = |script: &Path| {
        let mut command = tool("sh");
        command.arg(script).current_dir(home.packed.path(""));
        run(command.env("HOME", home.packed.path("home")))
    };
    install(&script).ends_with(0).says(&["installed: ", "next: kubectl tcr-switch --help"]);
    assert!(home.docker().exists() && home.kubectl().exists());
    let alone = home.packed.path("install.sh");
    std::fs::copy(&script, &alone).unwrap();
    install(&alone).ends_with(1).says(&["could not be had from https://127.0.0.1:9/v1"]);
}

#[test]
fn a_plugin_that_kubectl_would_take_instead_is_named() {
    let home = Home::new();
    home.install(&["--from", "package", "kubectl", "--bin-dir", "first"]).ends_with(0);
    let mut command = tool("sh");
    command.arg(root().join("scripts/install.sh")).args(["--from", "package", "kubectl"]);
    let path = std::env::var("PATH").unwrap();
    command.env("PATH", format!("{}:{path}", home.packed.path("first").display()));
    command.env("HOME", home.packed.path("home")).current_dir(home.packed.path(""));
    run(&mut command)
        .ends_with(0)
        .says(&["first/kubectl-tcr_switch, which is earlier on the PATH"]);
}

#[test]
fn an_archive_that_was_changed_or_is_gone_leaves_everything_as_it_is() {
    let home = Home::new();
    let archive = home.packed.path("package").join(ARCHIVE);
    let mut bytes = std::fs::read(&archive).unwrap();
    bytes.push(0);
    std::fs::write(&archive, bytes).unwrap();
    let changed = home.install(&["--from", "package", "kubectl", "docker"]).ends_with(1);
    changed.says(&["is not what SHA256SUMS says: nothing was installed"]);
    std::fs::remove_file(&archive).unwrap();
    home.install(&["--from", "package"]).ends_with(1).says(&["could not be had from package"]);
    std::fs::write(home.packed.path("package/SHA256SUMS"), "").unwrap();
    home.install(&["--from", "package"]).ends_with(1).says(&["has no archive of docker-ccr2tcr"]);
    home.install(&["--from", "http://a.example"]).ends_with(1).says(&["only https and folders"]);
    home.install(&[]).ends_with(1).says(&["hint: sh install.sh --from"]);
    home.install(&["--form", "x"]).ends_with(1).says(&["unknown argument: --form"]);
    assert!(!home.docker().exists() && !home.kubectl().exists());
}

//! `install.sh`: what it puts where, from a folder; that it installs all or nothing.

use std::path::PathBuf;

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
    home.install(&["--uninstall"]).ends_with(0);
    home.install(&["--uninstall"]).ends_with(0).says(&["not there: "]);
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

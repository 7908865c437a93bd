//! The real kubectl, with the plugin on its PATH.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Cluster, User, programs};
use crate::support::{Run, Sandbox, run, tool};

/// The plugin, as built for this test run.
pub(crate) fn tcr_switch() -> &'static str {
    env!("CARGO_BIN_EXE_kubectl-tcr_switch")
}

/// Makes `bin` below this folder, with kubectl and the plugin.
pub(super) fn install(folder: &Path) {
    let programs = folder.join("bin");
    std::fs::create_dir(&programs).unwrap();
    let link = |program: &Path, name| {
        std::os::unix::fs::symlink(program, programs.join(name)).unwrap();
    };
    link(&programs::kubernetes("kubectl"), "kubectl");
    link(Path::new(tcr_switch()), "kubectl-tcr_switch");
}

impl Cluster {
    /// Runs kubectl as the administrator.
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> Run {
        self.kubectl_as(&User::admin(), arguments)
    }

    /// Runs kubectl as this user.
    pub(crate) fn kubectl_as(&self, user: &User, arguments: &[&str]) -> Run {
        run(self.command(user).args(arguments))
    }

    /// kubectl as this user, still to be given arguments and to be run.
    pub(crate) fn command(&self, user: &User) -> Command {
        let mut command = tool(self.kubectl_path().to_str().unwrap());
        command.current_dir(self.folder()).env("HOME", self.folder());
        self.equip(&mut command, user);
        command
    }

    /// kubectl as this user, with the sandbox as its Tencent Cloud.
    pub(crate) fn command_with(&self, sandbox: &Sandbox, user: &User) -> Command {
        let mut command = sandbox.command(self.kubectl_path().to_str().unwrap());
        self.equip(&mut command, user);
        command
    }

    /// Sets PATH, so that kubectl and the plugin are found, and KUBECONFIG.
    pub(crate) fn equip(&self, command: &mut Command, user: &User) {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut ours = OsString::from(self.folder().join("bin"));
        ours.push(":");
        ours.push(path);
        command.env("PATH", ours).env("KUBECONFIG", self.kubeconfig(user));
    }

    fn kubectl_path(&self) -> PathBuf {
        self.folder().join("bin/kubectl")
    }

    /// `kubectl apply`: the objects will say that they come from a file.
    #[track_caller]
    pub(crate) fn apply(&self, yaml: &str) {
        self.feed(&["apply", "-f", "-"], yaml);
    }

    /// `kubectl create`: the objects will not.
    #[track_caller]
    pub(crate) fn create(&self, yaml: &str) {
        self.feed(&["create", "-f", "-"], yaml);
    }

    #[track_caller]
    fn feed(&self, arguments: &[&str], yaml: &str) {
        let mut command = self.command(&User::admin());
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        process.stdin.take().unwrap().write_all(yaml.as_bytes()).unwrap();
        Run::from(process.wait_with_output().unwrap()).ends_with(0);
    }

    /// Waits until a workload (`deployment/web`) is rolled out.
    #[track_caller]
    pub(crate) fn roll_out(&self, namespace: &str, workload: &str) {
        let line = ["rollout", "status", workload, "-n", namespace, "--timeout", "60s"];
        let ended = self.kubectl(&line);
        assert_eq!(ended.code, 0, "{}\n{}\n{}", ended.stdout, ended.stderr, self.pods());
    }
}

//! What both plugins say of this machine to who has typed nothing more: by files and variables, with
//! nobody asked and no secret shown.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use insta::assert_snapshot;

use crate::support::snapshot::snapshots;
use crate::support::{Run, kubectl_plugin, plugin, run, tool};

const PASSWORD: &str = "hunter2-of-ccr";
const KEY: &str = "hunter3-of-the-api";

/// A home, and a server at which whatever could be asked would be asked.
struct Home {
    folder: tempfile::TempDir,
    anybody: TcpListener,
}

impl Home {
    fn new() -> Self {
        let anybody = TcpListener::bind("127.0.0.1:0").unwrap();
        anybody.set_nonblocking(true).unwrap();
        Self { folder: tempfile::tempdir().unwrap(), anybody }
    }

    fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Logins of each kind, and a credential helper that leaves a trace if it is started.
    fn with_logins(self) -> Self {
        let auth = STANDARD.encode(format!("100000000001:{PASSWORD}"));
        let config = format!(
            r#"{{"auths": {{"ccr.ccs.tencentyun.com": {{"auth": "{auth}"}},
                 "https://index.docker.io/v1/": {{"auth": "***"}},
                 "hkccr.ccs.tencentyun.com": {{}}, "prod.tencentcloudcr.com": {{}}}},
                 "credsStore": "trace"}}"#
        );
        self.write(".docker/config.json", &config);
        let trace = self.trace().display().to_string();
        let helper = format!("#!/bin/sh\necho \"$@\" >>{trace}\n");
        let helper = self.write("bin/docker-credential-trace", &helper);
        std::fs::set_permissions(helper, std::fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    fn with_key(self) -> Self {
        let profile = format!(r#"{{"secretId": "AKIDhome", "secretKey": "{KEY}"}}"#);
        self.write(".tccli/default.credential", &profile);
        self
    }

    fn trace(&self) -> PathBuf {
        self.folder.path().join("trace")
    }

    fn bare(&self, program: &str, arguments: &[&str]) -> Run {
        self.run(tool(program).args(arguments))
    }

    /// Runs it, and sees that nobody was asked, no helper was started and no secret is shown.
    #[track_caller]
    fn run(&self, command: &mut Command) -> Run {
        let anybody = format!("http://{}", self.anybody.local_addr().unwrap());
        let run = self.run_asking(&anybody, command);
        let caller = self.anybody.accept().map(|_| "somebody was asked");
        assert_eq!(caller.unwrap_err().kind(), ErrorKind::WouldBlock);
        run
    }

    /// Runs it with this server as all that could be asked.
    #[track_caller]
    fn run_asking(&self, server: &str, command: &mut Command) -> Run {
        let path = format!("{}:/usr/bin:/bin", self.folder.path().join("bin").display());
        command.env("HOME", self.folder.path()).env("PATH", path);
        for name in ["TENCENTCLOUD_METADATA_ENDPOINT", "TENCENTCLOUD_TCR_ENDPOINT", "HTTPS_PROXY"] {
            command.env(name, server);
        }
        let run = run(command).never_says(&[PASSWORD, KEY, &STANDARD.encode(PASSWORD), "AKIDhome"]);
        assert!(!Path::new(&self.trace()).exists(), "the credential helper was started");
        run
    }
}

/// What stands below the help, or the error.
fn page(said: &str) -> &str {
    let begin = said.find("On this machine").unwrap_or_else(|| panic!("no page in:\n{said}"));
    let page = &said[begin..];
    assert!(page.lines().count() <= 12, "a page that is read at one look:\n{page}");
    page
}

#[test]
fn docker_s_plugin_says_below_its_help_what_is_there_and_what_is_next() {
    snapshots(&[]).bind(|| {
        for (name, home) in [
            ("nothing", Home::new()),
            ("logins", Home::new().with_logins()),
            ("key", Home::new().with_logins().with_key()),
        ] {
            let bare = home.bare(plugin(), &["ccr2tcr"]).ends_with(0);
            assert!(bare.stdout.contains("Usage: "), "the help comes first");
            assert_snapshot!(format!("first_run_docker_{name}"), page(&bare.stdout));
            // Who asks for the help gets the help.
            let help = home.bare(plugin(), &["ccr2tcr", "--help"]).ends_with(0);
            help.never_says(&["On this machine"]);
        }
    });
}

#[test]
fn half_a_key_and_a_broken_file_are_told() {
    let home = Home::new();
    home.write(".docker/config.json", "{ broken");
    let bare = home.run(tool(plugin()).env("TENCENTCLOUD_SECRET_KEY", KEY)).ends_with(0);
    bare.says(&["is not a Docker configuration: line 1", "half an API key in the environment"]);
    let home = Home::new().with_key();
    let keys = [("CCR_SECRET_ID", "AKIDccr"), ("CCR_SECRET_KEY", KEY)];
    let two = home.run(tool(plugin()).envs(keys)).ends_with(0);
    // What --ccr-host would be told is CCR, too.
    home.write(".docker/config.json", r#"{"auths": {"ccr.corp.lan": {"auth": "dTpodW50ZXI0"}}}"#);
    let named = home.run(tool(plugin()).env("CCR_HOST", "other.lan,ccr.corp.lan")).ends_with(0);
    named
        .says(&["CCR login  ccr.corp.lan (user u, ~/"])
        .never_says(&["hunter4", "docker login ccr"]);
    two.says(&[
        "CCR key    from the environment (CCR_SECRET_ID)",
        "TCR key    from the profile ~/",
    ]);
}

#[test]
fn kubectl_s_plugin_says_it_where_the_switch_can_not_begin() {
    snapshots(&[]).bind(|| {
        let home = Home::new();
        let bare = home.bare(kubectl_plugin(), &[]).ends_with(2);
        assert_snapshot!("first_run_kubectl_nothing", page(&bare.stderr));
        bare.says(&["Usage: kubectl tcr-switch [OPTIONS]", "\nCommands:\n"]);

        let home = Home::new().with_logins().with_key();
        let contexts =
            "{current-context: prod, contexts: [{name: prod, context: {cluster: gone}}]}";
        home.write(".kube/config", contexts);
        let nobody = "http://127.0.0.1:1";
        let bare = home.run_asking(nobody, &mut tool(kubectl_plugin())).ends_with(2);
        assert_snapshot!("first_run_kubectl_key", page(&bare.stderr));
        bare.says(&["error: no TCR instance and no host is given"]);
        // With a word more it is an error like any other.
        let scan = home.run_asking(nobody, tool(kubectl_plugin()).arg("scan")).ends_with(2);
        scan.never_says(&["On this machine"]);
    });
}

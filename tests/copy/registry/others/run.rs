//! One copy between two registries, and what has to hold after it.

use std::path::Path;

use serde_json::{Value, json};

use super::content::Content;
use crate::copy::fixtures::basic;
use crate::support::skopeo::{assert_same, raw};
use crate::support::{Run, get, plugin, run, tool};

/// One side of a copy.
pub(super) struct Side<'a> {
    /// The registry that the program is told.
    pub(super) host: &'a str,
    /// A registry without a login or TLS that serves the same content.
    pub(super) plain: &'a str,
    pub(super) login: Option<(&'a str, &'a str)>,
}

impl<'a> Side<'a> {
    /// A registry that everybody may read and write.
    pub(super) fn open(host: &'a str) -> Self {
        Self { host, plain: host, login: None }
    }
}

/// A copy of some content between two registries.
pub(super) struct Copy<'a> {
    pub(super) source: Side<'a>,
    pub(super) target: Side<'a>,
    /// For all commands, and for `sync` alone.
    flags: [Vec<String>; 2],
    folder: tempfile::TempDir,
}

impl<'a> Copy<'a> {
    pub(super) fn between(source: Side<'a>, target: Side<'a>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut auths = json!({});
        for side in [&source, &target] {
            if let Some((user, password)) = side.login {
                auths[side.host] = json!({"auth": basic(user, password)});
            }
        }
        let docker = folder.path().join(".docker");
        std::fs::create_dir(&docker).unwrap();
        std::fs::write(docker.join("config.json"), json!({"auths": auths}).to_string()).unwrap();
        Self { source, target, flags: Default::default(), folder }
    }

    pub(super) fn with(mut self, flags: &[&str]) -> Self {
        self.flags[0].extend(flags.iter().map(|&flag| flag.to_owned()));
        self
    }

    pub(super) fn syncing_with(mut self, flags: &[&str]) -> Self {
        self.flags[1].extend(flags.iter().map(|&flag| flag.to_owned()));
        self
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a command of the plugin on the images of a list, with these names on both sides.
    pub(super) fn run(&self, arguments: &[&str], images: &[String]) -> Run {
        let line =
            |image: &String| format!("{}/{image} {}/{image}\n", self.source.host, self.target.host);
        let list: String = images.iter().map(line).collect();
        crate::support::write(self.folder(), "list.txt", &list);
        let mut command = tool(plugin());
        command.env("HOME", self.folder()).current_dir(self.folder());
        command.args(arguments).args(["--images", "list.txt"]).args(&self.flags[0]);
        if arguments.contains(&"sync") {
            command.args(&self.flags[1]);
        }
        run(&mut command)
    }

    /// Copies all of it, and fails unless the target then holds it and every further look agrees.
    #[track_caller]
    pub(super) fn brings(&self, content: &Content) {
        self.run(&["sync", "--report", "first.json"], &content.images).ends_with(0);
        self.holds(content);

        self.run(&["sync", "--report", "second.json"], &content.images).ends_with(0);
        let report = self.report("second.json");
        for item in report["items"].as_array().unwrap() {
            assert_eq!(item["outcome"], "equal", "{item}");
        }
        let all = content.images.len() + content.followers.len();
        assert_eq!(report["items"].as_array().unwrap().len(), all, "{report:#}");

        self.run(&["verify", "--deep"], &content.images).ends_with(0);
    }

    /// Fails unless the target holds the source's content byte by byte.
    #[track_caller]
    pub(super) fn holds(&self, content: &Content) {
        let (from, to) = (self.source.plain, self.target.plain);
        for image in content.images.iter().chain(&content.followers) {
            assert_same(&format!("{from}/{image}"), &format!("{to}/{image}"));
        }
        for (referrer, _) in &content.referrers {
            let (ours, theirs) =
                (raw(&format!("{from}/{referrer}")), raw(&format!("{to}/{referrer}")));
            assert_eq!(ours, theirs, "{referrer}");
            let manifest: Value = serde_json::from_slice(&ours).unwrap();
            let (repository, _) = referrer.split_once('@').unwrap();
            for layer in manifest["layers"].as_array().unwrap() {
                let path = format!("/v2/{repository}/blobs/{}", layer["digest"].as_str().unwrap());
                assert_eq!(get(to, &path).status, 200, "{path}");
            }
        }
    }

    pub(super) fn report(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.folder().join(name)).unwrap()).unwrap()
    }
}

//! One call of the plugin between two proxies.

use std::fs::File;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::dead_address::{DEAD, Dead, Silence};
use super::proxy::Proxy;
use super::schedule::{DeadSide, Schedule};
use super::token::login;
use super::world::World;
use crate::support::{plugin, tool};

/// The longest that a run may take, whatever happens to it. The longest seen is 105 s, on a busy
/// machine: a repository in which every upload stalls for ever, and one blob at a time.
pub(super) const LIMIT: Duration = Duration::from_secs(180);

/// No byte for so long, and the plugin takes a connection for broken.
const STALL: &str = "2";

/// The name that has two addresses.
const NAME: &str = "registry.test";

/// What a run left behind besides images.
pub(super) struct Ended {
    /// `None`: it did not end in time and was killed.
    pub(super) code: Option<i32>,
    pub(super) report: Option<Value>,
    pub(super) stderr: String,
    pub(super) took: Duration,
    /// The hosts as the plugin was told them.
    pub(super) source: String,
    pub(super) target: String,
}

/// Two proxies, a folder, and how the plugin is to be called.
pub(super) struct Stage {
    pub(super) source: Proxy,
    pub(super) target: Proxy,
    folder: tempfile::TempDir,
    suffix: String,
    flags: Vec<String>,
    hosts: (String, String),
    _silence: Option<Silence>,
}

impl Stage {
    /// Between two registries (`HOST:PORT`); the target's namespaces end in `suffix`. Nothing
    /// goes wrong before [`Stage::arm`].
    pub(super) fn set(source: &str, target: &str, suffix: &str, schedule: &Schedule) -> Self {
        let front = Proxy::start(source, &schedule.source_role);
        let back = Proxy::start(target, &schedule.target_role);
        let folder = tempfile::tempdir().unwrap();
        let mut hosts = (front.host().to_owned(), back.host().to_owned());
        let mut flags = vec!["--jobs".to_owned(), schedule.jobs.max(1).to_string()];
        let mut silence = None;
        if let Some((dead, DeadSide { source, first })) = schedule.dead {
            let host = if source { &mut hosts.0 } else { &mut hosts.1 };
            let port: u16 = host.rsplit_once(':').unwrap().1.parse().unwrap();
            *host = format!("{NAME}:{port}");
            let dead_one = DEAD.map(|part| part.to_string()).join(".");
            let mut addresses = [dead_one.as_str(), "127.0.0.1"];
            if !first {
                addresses.reverse();
            }
            for address in addresses {
                flags.extend(["--resolve".to_owned(), format!("{host}:{address}")]);
            }
            flags.extend(["--insecure-registry".to_owned(), host.clone()]);
            silence = (dead == Dead::Silent).then(|| Silence::at(port));
        }
        let mut stage = Self {
            source: front,
            target: back,
            folder,
            suffix: suffix.to_owned(),
            flags,
            hosts,
            _silence: silence,
        };
        stage.log_in();
        stage
    }

    fn log_in(&mut self) {
        let (source, target) = &self.hosts;
        let auths = json!({"auths": {
            source: {"auth": login()}, target: {"auth": login()},
        }});
        let folder = self.folder.path().join(".docker");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("config.json"), auths.to_string()).unwrap();
    }

    /// From now on the schedule's troubles happen.
    pub(super) fn arm(&self, schedule: &Schedule) {
        self.source.arm(&schedule.source);
        self.target.arm(&schedule.target);
    }

    /// Copies half of the world, before anything goes wrong.
    pub(super) fn copy_half(&self, world: &World) {
        let (source, target) = &self.hosts;
        let list = World::half(&world.list(source, target, &self.suffix));
        let ended = self.run(&list, &[]);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    }

    /// From now on all goes well.
    pub(super) fn heal(&self) {
        self.source.heal();
        self.target.heal();
    }

    /// Calls the plugin and waits for its end, but no longer than it may take.
    pub(super) fn sync(&self, world: &World, more: &[&str]) -> Ended {
        let (source, target) = &self.hosts;
        self.run(&world.list(source, target, &self.suffix), more)
    }

    /// The same with a list of one's own.
    pub(super) fn run(&self, list: &str, more: &[&str]) -> Ended {
        let folder = self.folder.path();
        std::fs::write(folder.join("list.txt"), list).unwrap();
        let _ = std::fs::remove_file(folder.join("report.json"));
        let mut command = tool(plugin());
        command.env("HOME", folder).current_dir(folder);
        command.args(["sync", "-v", "--images", "list.txt", "--report", "report.json"]);
        command.args(["--stall-timeout", STALL]).args(&self.flags).args(more);
        command.stdin(std::process::Stdio::null());
        command.stdout(File::create(folder.join("stdout")).unwrap());
        command.stderr(File::create(folder.join("stderr")).unwrap());
        let begin = Instant::now();
        let mut process = command.spawn().unwrap();
        let code = loop {
            if let Some(status) = process.try_wait().unwrap() {
                break Some(status.code().unwrap_or(-1));
            }
            if begin.elapsed() > LIMIT {
                process.kill().unwrap();
                process.wait().unwrap();
                break None;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let report = std::fs::read(folder.join("report.json")).ok();
        let stderr = std::fs::read(folder.join("stderr")).unwrap();
        Ended {
            code,
            took: begin.elapsed(),
            report: report.map(|report| serde_json::from_slice(&report).unwrap()),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
            source: self.hosts.0.clone(),
            target: self.hosts.1.clone(),
        }
    }
}

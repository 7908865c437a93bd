//! One call of the plugin between two proxies.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::dead_address::{DEAD, Dead, Silence};
use super::proxy::{Proxy, Role};
use super::row::DeadLine;
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
    /// The host of one more line of the list, if there was one.
    pub(super) dead: Option<String>,
}

/// A host that nothing comes from.
struct DeadHost {
    host: String,
    is_source: bool,
    _silence: Option<Silence>,
    _proxy: Option<Proxy>,
}

impl DeadHost {
    fn new(how: DeadLine, is_source: bool) -> Self {
        let (mut silence, mut proxy) = (None, None);
        let host = match how {
            DeadLine::Refuses => "127.0.0.1:9".to_owned(),
            DeadLine::Silent => {
                let free = TcpListener::bind((Ipv4Addr::from(DEAD), 0)).unwrap();
                let port = free.local_addr().unwrap().port();
                drop(free);
                silence = Some(Silence::at(port));
                format!("{}:{port}", Ipv4Addr::from(DEAD))
            }
            DeadLine::NoLogin => {
                let role = Role { tokens: true, ..Role::default() };
                proxy.insert(Proxy::start("127.0.0.1:9", &role)).host().to_owned()
            }
        };
        Self { host, is_source, _silence: silence, _proxy: proxy }
    }

    fn line(&self, source: &str, target: &str) -> String {
        let (source, target) = if self.is_source {
            (self.host.as_str(), target)
        } else {
            (source, self.host.as_str())
        };
        format!("{source}/shop/web:v1 {target}/elsewhere/web:v1")
    }
}

/// Two proxies, a folder, and how the plugin is to be called.
pub(super) struct Stage {
    pub(super) source: Proxy,
    pub(super) target: Proxy,
    folder: tempfile::TempDir,
    suffix: String,
    flags: Vec<String>,
    hosts: (String, String),
    dead_line: Option<DeadHost>,
    _silence: Option<Silence>,
}

impl Stage {
    /// Between the world's registry and another (`HOST:PORT`), whose namespaces end in `suffix`.
    /// Nothing goes wrong before [`Stage::arm`].
    pub(super) fn set(world: &World, target: &str, suffix: &str, schedule: &Schedule) -> Self {
        let registries = (world.registry.host(), world.with_referrers.host());
        let source = if schedule.has_referrers { registries.1 } else { registries.0 };
        Self::between(source, target, suffix, schedule)
    }

    /// The same for a source of one's own.
    pub(super) fn between(source: &str, target: &str, suffix: &str, schedule: &Schedule) -> Self {
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
            dead_line: None,
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
    pub(super) fn arm(&mut self, schedule: &Schedule) {
        self.dead_line = schedule.dead_line.map(|(how, is_source)| DeadHost::new(how, is_source));
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
    pub(super) fn heal(&mut self) {
        self.dead_line = None;
        self.source.heal();
        self.target.heal();
    }

    /// Calls the plugin and waits for its end, but no longer than it may take.
    pub(super) fn sync(&self, world: &World, more: &[&str]) -> Ended {
        let (source, target) = &self.hosts;
        let mut list = world.list(source, target, &self.suffix);
        if let Some(dead) = &self.dead_line {
            // In the middle, where it has lines before and after it.
            let at = list.match_indices('\n').nth(4).unwrap().0;
            list.insert_str(at, &format!("\n{}", dead.line(source, target)));
        }
        Ended {
            dead: self.dead_line.as_ref().map(|dead| dead.host.clone()),
            ..self.run(&list, more)
        }
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
            dead: None,
        }
    }
}

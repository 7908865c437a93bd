//! What must hold after a run, whatever happened to it. Everything is read from the registry
//! itself, not through the proxy.

use std::collections::HashSet;

use serde_json::Value;

use super::fault::Fault;
use super::proxy::Hit;
use super::request::Kind;
use super::run::Ended;
use super::schedule::Schedule;
use super::world::{ACCEPT, Referrer, Tag, World, at_target};
use crate::support::content::sha256;
use crate::support::send;

/// How a run came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The target holds what the source holds.
    Converged,
    /// It doesn't, or the program doesn't know; the exit code and the report say so.
    Named,
}

/// The target of one run.
pub(super) struct Target<'a> {
    pub(super) world: &'a World,
    /// The registry, without a proxy before it.
    pub(super) host: &'a str,
    pub(super) suffix: &'a str,
    /// Something keeps the program from reading any of it: then it need not begin.
    may_not_begin: bool,
    /// The source lists what refers to its images.
    has_referrers: bool,
    /// Whoever asks it is refused, in every repository.
    refuses_referrers: bool,
    /// Tags (`REPOSITORY:TAG`) that are somebody else's now.
    pub(super) overtaken: Vec<String>,
}

impl<'a> Target<'a> {
    /// The target of a run of this schedule.
    pub(super) fn of(
        world: &'a World,
        host: &'a str,
        suffix: &'a str,
        schedule: &Schedule,
    ) -> Self {
        let refuses = |hit: &Hit| {
            matches!(hit.fault, Fault::Status(401 | 403, _))
                && hit.kinds.contains(&Kind::Referrers)
                && (hit.times, hit.skip, &hit.only) == (u32::MAX, 0, &None)
        };
        Self {
            world,
            host,
            suffix,
            may_not_begin: schedule.is_hopeless(),
            has_referrers: schedule.has_referrers,
            refuses_referrers: schedule.source.iter().any(refuses),
            overtaken: Vec::new(),
        }
    }

    /// Whether the target holds all of it.
    pub(super) fn is_complete(&self, wrongs: &mut Vec<String>) -> bool {
        self.lacking(wrongs).is_empty() && self.lacking_referrers(wrongs).is_empty()
    }

    /// Checks a run. What must never happen is added to `wrongs`.
    pub(super) fn judge(&self, ended: &Ended, wrongs: &mut Vec<String>) -> Verdict {
        let lacking = self.lacking(wrongs);
        let unreferred = self.lacking_referrers(wrongs);
        let Some(code) = ended.code else {
            wrongs.push(format!("it did not end within {:?}", super::run::LIMIT));
            return Verdict::Named;
        };
        if code == 0 {
            for tag in &lacking {
                let name = format!("{}:{}", tag.repository, tag.name);
                wrongs.push(format!("the exit code is 0, but {name} isn't there as it should be"));
            }
            for item in items(ended).filter(|item| item["error"].is_object()) {
                wrongs.push(format!("the exit code is 0 with {item}"));
            }
            for referrer in unreferred {
                // A registry that refuses all of it is taken for one without that API.
                let is_told = self.refuses_referrers && ended.stderr.contains("referrers");
                if !is_told {
                    wrongs.push(format!("the exit code is 0, but {referrer:?} isn't there"));
                }
            }
            if let Some(dead) = &ended.dead {
                wrongs.push(format!("the exit code is 0, and {dead} is dead"));
            }
            return Verdict::Converged;
        }
        for referrer in unreferred {
            if !names_referrers_of(ended, referrer) {
                wrongs.push(format!("{referrer:?} is missing at the target, and in the report"));
            }
        }
        if let Some(dead) = &ended.dead {
            let report = ended.report.as_ref().map(Value::to_string).unwrap_or_default();
            if !report.contains(dead) {
                wrongs.push(format!("the report doesn't name {dead}"));
            }
            if !lacking.is_empty() {
                wrongs.push(format!("one host is dead, and others lack {lacking:?}"));
            }
        }
        self.judge_failure(code, ended, &lacking, wrongs);
        Verdict::Named
    }

    fn judge_failure(&self, code: i32, ended: &Ended, lacking: &[&Tag], wrongs: &mut Vec<String>) {
        // Before there is a plan there are no items: then the message has to name the host.
        if code == 2 && items(ended).next().is_none() {
            let hosts = [&ended.source, &ended.target];
            let says = ended.stderr.contains("error: ")
                && hosts.iter().any(|host| ended.stderr.contains(host.as_str()));
            if !says {
                wrongs.push("exit code 2, and no host is named".to_owned());
            }
            if !self.may_not_begin {
                wrongs.push("nothing was begun because of one repository".to_owned());
            }
            return;
        }
        if code != 1 && code != 2 {
            wrongs.push(format!("exit code {code}"));
        }
        for tag in lacking {
            let with_its_subject = tag.follows.as_ref().is_some_and(|of| {
                self.is_named(ended, of, tag.repository) || is_unread(ended, tag.repository)
            });
            if !self.is_named(ended, &tag.name, tag.repository) && !with_its_subject {
                let name = format!("{}:{}", tag.repository, tag.name);
                wrongs.push(format!("{name} is missing at the target, and in the report"));
            }
        }
        let errors = items(ended).filter(|item| item["error"]["message"].is_string()).count();
        if errors + unread(ended).count() == 0 {
            wrongs.push(format!("exit code {code}, and the report names nothing"));
        }
        for item in items(ended) {
            let target = item["target"].as_str().unwrap_or_default();
            let is_done = matches!(item["outcome"].as_str(), Some("copied" | "equal"));
            let lacks = |tag: &&&Tag| target == self.name(ended, &tag.name, tag.repository);
            let is_there = |tag: &&Tag| self.tag(tag).is_some();
            if item["outcome"] == "conflict" && !lacking.iter().filter(lacks).all(is_there) {
                wrongs.push(format!("{target} isn't there at all, but the report says {item}"));
            }
            if is_done && lacking.iter().any(|tag| lacks(&tag)) {
                wrongs.push(format!("{target} isn't there, but the report says {item}"));
            }
        }
    }

    /// What refers to an image and isn't there, or isn't listed there.
    fn lacking_referrers(&self, wrongs: &mut Vec<String>) -> Vec<&Referrer> {
        let mut seen = HashSet::new();
        let mut is_lacking = |of: &&Referrer| {
            let name = at_target(of.repository, self.suffix);
            let there = self.get(&format!("{name}/manifests/{}", of.digest));
            let tag = of.subject.replace(':', "-");
            let index = self.get(&format!("{name}/manifests/{tag}")).unwrap_or_default();
            let is_listed = String::from_utf8_lossy(&index).contains(&of.digest);
            if there.is_some() || is_listed {
                self.whole(&name, &of.digest, &tag, &mut seen, wrongs);
            }
            there.is_none() || !is_listed
        };
        let all = if self.has_referrers { self.world.referrers.as_slice() } else { &[] };
        all.iter().filter(|of| is_lacking(of)).collect()
    }

    fn is_named(&self, ended: &Ended, tag: &str, repository: &str) -> bool {
        let target = self.name(ended, tag, repository);
        items(ended).any(|item| {
            item["target"] == target.as_str()
                && item["source"] == format!("{}/{repository}:{tag}", ended.source).as_str()
                && item["error"]["message"].as_str().is_some_and(|message| !message.is_empty())
        })
    }

    fn name(&self, ended: &Ended, tag: &str, repository: &str) -> String {
        format!("{}/{}:{tag}", ended.target, at_target(repository, self.suffix))
    }

    /// The tags that aren't there or are others; what is there must be whole.
    pub(super) fn lacking(&self, wrongs: &mut Vec<String>) -> Vec<&Tag> {
        let mut seen = HashSet::new();
        let is_lacking = |tag: &&Tag| {
            let name = at_target(tag.repository, self.suffix);
            let Some(bytes) = self.tag(tag) else { return true };
            let is_same = bytes == self.world.manifest(&tag.digest).1;
            if is_same {
                self.whole(&name, &tag.digest, &tag.name, &mut seen, wrongs);
            } else if !self.holds_parts(&name, &bytes) {
                let digest = sha256(&bytes);
                wrongs.push(format!("{name}:{} points at {digest}, of which parts miss", tag.name));
            }
            !is_same && !self.overtaken.contains(&format!("{name}:{}", tag.name))
        };
        self.world.tags.iter().filter(is_lacking).collect()
    }

    /// Fails unless everything below a manifest is there byte by byte.
    fn whole(
        &self,
        name: &str,
        digest: &str,
        tag: &str,
        seen: &mut HashSet<(String, String)>,
        wrongs: &mut Vec<String>,
    ) {
        let parts = self.world.parts(digest);
        for blob in parts.blobs {
            if seen.insert((name.to_owned(), blob.clone())) {
                let there = self.get(&format!("{name}/blobs/{blob}"));
                if there.as_deref() != Some(self.world.blob(&blob)) {
                    wrongs.push(format!("{name}:{tag} points at {blob}, which isn't there so"));
                }
            }
        }
        for child in parts.manifests {
            if seen.insert((name.to_owned(), child.clone())) {
                let there = self.get(&format!("{name}/manifests/{child}"));
                if there.as_ref() != Some(&self.world.manifest(&child).1) {
                    wrongs.push(format!("{name}:{tag} points at {child}, which isn't there so"));
                }
                self.whole(name, &child, tag, seen, wrongs);
            }
        }
    }

    /// Whether the parts of bytes that aren't the source's are there.
    fn holds_parts(&self, name: &str, bytes: &[u8]) -> bool {
        let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return false };
        let all = |list: &Value, place: &str| {
            let mut list = list.as_array().into_iter().flatten();
            list.all(|part| {
                let digest = part["digest"].as_str().unwrap_or_default();
                self.get(&format!("{name}/{place}/{digest}")).is_some()
            })
        };
        all(&value["layers"], "blobs") && all(&value["manifests"], "manifests")
    }

    fn tag(&self, tag: &Tag) -> Option<Vec<u8>> {
        let name = at_target(tag.repository, self.suffix);
        self.get(&format!("{name}/manifests/{}", tag.name))
    }

    fn get(&self, path: &str) -> Option<Vec<u8>> {
        let answer = send("GET", self.host, &format!("/v2/{path}"), &[("Accept", ACCEPT)], b"");
        assert!(matches!(answer.status, 200 | 404), "{path}: {}", answer.status);
        (answer.status == 200).then_some(answer.body)
    }
}

/// Whether the report says that referrers of a repository were not read, or names an image of
/// it as failed.
fn names_referrers_of(ended: &Ended, referrer: &Referrer) -> bool {
    let of = format!("{}/{}", ended.source, referrer.repository);
    let names = |entry: &Value| entry.to_string().contains(&of);
    unread(ended).any(names)
        || items(ended).any(|item| item["error"]["message"].is_string() && names(item))
}

/// Whether the report says that a repository's tags could not be listed.
fn is_unread(ended: &Ended, repository: &str) -> bool {
    let of = format!("{}/{repository}", ended.source);
    unread(ended).any(|entry| entry["scope"] == "tags" && entry["of"] == of.as_str())
}

fn unread(ended: &Ended) -> impl Iterator<Item = &Value> {
    let unread = ended.report.as_ref().and_then(|report| report["unread"].as_array());
    unread.into_iter().flatten()
}

fn items(ended: &Ended) -> impl Iterator<Item = &Value> {
    let items = ended.report.as_ref().and_then(|report| report["items"].as_array());
    items.into_iter().flatten()
}

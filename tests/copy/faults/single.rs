//! One fault at a time, with every number known beforehand.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::check::{Target, Verdict};
use super::fault::{Fault, RetryAfter, Way};
use super::proxy::{Hit, Seen};
use super::relay::{End, Harm};
use super::request::Kind;
use super::run::{Ended, Stage};
use super::schedule::Schedule;
use super::world::{World, layer};
use crate::support::DockerRegistry;
use crate::support::content::{Shelf, sha256};
use crate::support::skopeo::assert_same;

const MIB: u64 = 1024 * 1024;
const FOR_EVER: u32 = u32::MAX;

/// The world's source, an empty target, and one trouble.
struct Case {
    world: Arc<World>,
    target: DockerRegistry,
    stage: Stage,
}

impl Case {
    fn with(schedule: Schedule) -> Self {
        let (world, target) = (World::shared(), DockerRegistry::start());
        let schedule = Schedule { jobs: 4, ..schedule };
        let mut stage = Stage::set(&world, target.host(), "it", &schedule);
        stage.arm(&schedule);
        Self { world, target, stage }
    }

    /// The run, and the repositories and tags that it did not bring.
    fn sync(&self) -> (Ended, Vec<String>) {
        let ended = self.stage.sync(&self.world, &[]);
        let target = Target::of(&self.world, self.target.host(), "it", &Schedule::default());
        let mut wrongs = Vec::new();
        let verdict = target.judge(&ended, &mut wrongs);
        wrongs.extend(self.stage.target.wrongs());
        assert!(wrongs.is_empty(), "{wrongs:#?}\n{}", ended.stderr);
        assert_eq!(verdict == Verdict::Converged, ended.code == Some(0));
        let lacking = target.lacking(&mut wrongs);
        (ended, lacking.iter().map(|tag| format!("{}:{}", tag.repository, tag.name)).collect())
    }

    fn at_target(&self, kind: Kind) -> Vec<Seen> {
        self.stage.target.seen().into_iter().filter(|seen| seen.kind == kind).collect()
    }
}

fn hit(kind: Kind, times: u32, fault: Fault) -> Hit {
    Hit { kinds: vec![kind], only: None, skip: 0, times, fault }
}

#[test]
fn without_a_trouble_the_proxies_change_nothing() {
    let case = Case::with(Schedule::default());
    let (ended, lacking) = case.sync();
    assert_eq!((ended.code, lacking.len()), (Some(0), 0), "{}", ended.stderr);
    let seen = [case.stage.source.seen(), case.stage.target.seen()].concat();
    let refused: Vec<_> =
        seen.iter().filter(|seen| !matches!(seen.status, 200..=299 | 404)).collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn a_layer_whose_connection_is_cut_ten_times_crosses_once() {
    let (source, target) = (DockerRegistry::start(), DockerRegistry::start());
    let large = layer(7, 48 * MIB);
    Shelf::open(source.host(), "shop/web").image(Some("v1"), "large", &[&large]);
    let cut = Fault::Harm(Way::Answer, 4 * MIB, Harm::End(End::Close));
    let path = sha256(&large);
    let hit = Hit {
        kinds: vec![Kind::BlobGet, Kind::BlobRange],
        only: Some(path.clone()),
        skip: 0,
        times: 10,
        fault: cut,
    };
    let schedule = Schedule { source: vec![hit], ..Schedule::default() };
    let mut stage = Stage::between(source.host(), target.host(), "it", &schedule);
    stage.arm(&schedule);
    let place = |host: &str| format!("{host}/shop/web:v1");
    let list = format!("{} {}", place(stage.source.host()), place(stage.target.host()));

    let ended = stage.run(&list, &[]);

    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let seen = stage.source.seen();
    let parts: Vec<&Seen> = seen.iter().filter(|seen| seen.path.ends_with(&path)).collect();
    assert_eq!(parts.len(), 1 + 10, "each cut is one more request");
    let sent: u64 = parts.iter().map(|seen| seen.answered).sum();
    println!("{sent} bytes were fetched for {} through ten cuts", 48 * MIB);
    assert!(sent * 100 <= 48 * MIB * 102, "{sent} bytes were fetched for {}", 48 * MIB);
    assert_eq!(stage.target.count(Kind::UploadPut), 2, "the config's, and one for the layer");
    assert_same(&place(source.host()), &place(target.host()));
}

#[test]
fn a_repository_that_takes_no_manifest_keeps_no_other_from_being_copied() {
    let fault = Fault::Status(500, RetryAfter::Unsaid);
    let only = Some("/web/".to_owned());
    let hit = Hit { only, ..hit(Kind::ManifestPut, FOR_EVER, fault) };
    let case = Case::with(Schedule { target: vec![hit], ..Schedule::default() });

    let (ended, lacking) = case.sync();

    assert_eq!(ended.code, Some(1));
    assert_eq!(lacking, ["shop/web:v1", "shop/web:v2", "shop/web:v3"], "and no others");
    let report = ended.report.unwrap();
    for item in report["items"].as_array().unwrap() {
        let of_web = item["target"].as_str().unwrap().contains("/web:");
        let wanted = if of_web { "failed" } else { "copied" };
        assert_eq!(item["outcome"], wanted, "{item}");
        if of_web {
            assert_eq!(item["error"]["class"], "server", "{item}");
        }
    }
}

#[test]
fn a_mount_that_becomes_an_upload_is_used_as_one() {
    let no_mount = hit(Kind::UploadPost, FOR_EVER, Fault::NoMount);
    let case = Case::with(Schedule { target: vec![no_mount], ..Schedule::default() });

    let (ended, lacking) = case.sync();

    assert_eq!((ended.code, lacking.len()), (Some(0), 0), "{}", ended.stderr);
    let opened = case.at_target(Kind::UploadPost);
    let sent = case.at_target(Kind::UploadPut);
    assert!(opened.iter().all(|seen| seen.status == 202));
    let sessions: HashSet<&str> = sent.iter().map(|seen| seen.path.as_str()).collect();
    assert_eq!(opened.len(), sessions.len(), "each 202 is used, none is asked for twice");
    assert_eq!(opened.len(), case.world.blobs_in_repositories(), "each blob, each repository");
}

#[test]
fn a_retry_after_holds_back_the_whole_host() {
    for fault in [
        Fault::Status(429, RetryAfter::Seconds(1)),
        Fault::Status(503, RetryAfter::Seconds(1)),
        Fault::Status(429, RetryAfter::Date(2)),
    ] {
        let busy = Hit { skip: 3, ..hit(Kind::BlobGet, 1, fault) };
        let case = Case::with(Schedule { source: vec![busy], ..Schedule::default() });

        let (ended, lacking) = case.sync();

        assert_eq!((ended.code, lacking.len()), (Some(0), 0), "{}", ended.stderr);
        let seen = case.stage.source.seen();
        let refused = seen.iter().find(|seen| !seen.faults.is_empty()).unwrap().at;
        // A moment for what was on its way when the refusal came.
        let since = |seen: &Seen| seen.at.checked_duration_since(refused).unwrap_or_default();
        let quiet = Duration::from_millis(250)..Duration::from_millis(900);
        let early: Vec<&Seen> = seen.iter().filter(|seen| quiet.contains(&since(seen))).collect();
        assert!(early.is_empty(), "{fault:?}: {early:#?}");
        assert!(seen.iter().any(|seen| since(seen) >= quiet.end), "the rest comes afterwards");
    }
}

#[test]
fn a_signature_comes_along_though_the_source_says_no_digest() {
    let silent = hit(Kind::ManifestHead, FOR_EVER, Fault::NoDigest);
    let case = Case::with(Schedule { source: vec![silent], ..Schedule::default() });
    let (ended, lacking) = case.sync();
    assert_eq!((ended.code, lacking.len()), (Some(0), 0), "{lacking:?} {}", ended.stderr);
}

#[test]
fn a_signature_is_not_lost_because_its_subject_could_not_be_read_at_first() {
    for fault in [
        Fault::Harm(Way::Answer, 1, Harm::Flip),
        Fault::Short(100),
        Fault::Status(403, RetryAfter::Unsaid),
    ] {
        let once = Hit { only: Some("/tools/".to_owned()), ..hit(Kind::ManifestGet, 1, fault) };
        let case = Case::with(Schedule { source: vec![once], ..Schedule::default() });
        // Converges, or fails and says what is missing: `sync` sees to that.
        let (ended, lacking) = case.sync();
        assert_eq!(ended.code == Some(0), lacking.is_empty(), "{lacking:?}");
    }
}

#[test]
fn what_the_target_does_not_say_is_not_taken_for_a_conflict() {
    let fault = Fault::Status(500, RetryAfter::Unsaid);
    let looks = Hit {
        kinds: vec![Kind::Tags, Kind::ManifestHead],
        only: Some("/jobs/".to_owned()),
        ..hit(Kind::Tags, FOR_EVER, fault)
    };
    let case = Case::with(Schedule { target: vec![looks], ..Schedule::default() });

    let (ended, lacking) = case.sync();

    // A tag of which nothing is known may be put or not; but what isn't there is no conflict.
    assert_eq!(ended.code == Some(0), lacking.is_empty(), "{lacking:?}");
    let report = ended.report.unwrap();
    for item in report["items"].as_array().unwrap().iter().filter(|item| item["error"].is_object())
    {
        assert_eq!(item["error"]["class"], "server", "{item}");
    }
}

#[test]
fn a_signature_is_not_lost_because_its_subject_was_not_found_at_first() {
    let fault = Fault::Status(404, RetryAfter::Unsaid);
    let once =
        Hit { only: Some("/tools/manifests/v1".to_owned()), ..hit(Kind::ManifestGet, 1, fault) };
    let case = Case::with(Schedule { source: vec![once], ..Schedule::default() });
    let (ended, lacking) = case.sync();
    assert_eq!((ended.code, lacking.len()), (Some(1), 1), "{lacking:?}: only the signature");
}

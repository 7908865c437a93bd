//! From a seed to a schedule: which troubles hit which requests, where, when and how often.

use std::time::Duration;

use super::dead_address::Dead;
use super::fault::{Elsewhere, Fault, Lag, RetryAfter, Way, WrongRange};
use super::presigned::Expiry;
use super::proxy::{Hit, Role};
use super::relay::{End, Harm};
use super::request::Kind;
use super::row::{DeadLine, Row};
use super::world::World;
use crate::support::random::Random;

/// Everything about one run but what it copies.
#[derive(Debug, Clone, Default)]
pub(super) struct Schedule {
    pub(super) source: Vec<Hit>,
    pub(super) target: Vec<Hit>,
    pub(super) source_role: Role,
    pub(super) target_role: Role,
    pub(super) dead: Option<(Dead, DeadSide)>,
    /// One more line in the list; `true`: its source is the dead host, not its target.
    pub(super) dead_line: Option<(DeadLine, bool)>,
    /// The source is the one that lists referrers.
    pub(super) has_referrers: bool,
    pub(super) jobs: u64,
    /// Half of it is at the target already, so that both sides have to be compared.
    pub(super) half_there: bool,
}

/// Whose host name has the dead address, and whether it comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DeadSide {
    pub(super) source: bool,
    pub(super) first: bool,
}

/// A download, wherever it comes from.
const DOWNLOAD: &[Kind] = &[Kind::BlobGet, Kind::Stored];
/// The rest of one.
const REST: &[Kind] = &[Kind::BlobRange, Kind::StoredRange];

/// What is asked at the source. A download stands several times, as it is asked for most.
const READS: &[&[Kind]] =
    &[DOWNLOAD, DOWNLOAD, DOWNLOAD, &[Kind::ManifestGet], LOOKS, &[Kind::Tags]];
/// What is asked at the target.
const WRITES: &[&[Kind]] =
    &[&[Kind::UploadPut], &[Kind::UploadPut], &[Kind::UploadPost], &[Kind::ManifestPut], LOOKS];
/// What is there: listed, or looked up tag by tag.
const LOOKS: &[Kind] = &[Kind::ManifestHead, Kind::Tags];
/// Some tags, by a part of the path of their repository.
const TAGS: &[(&str, &str)] = &[
    ("/web/", "v1"),
    ("/web/", "v3"),
    ("/api/", "v1"),
    ("/api/", "v2"),
    ("/jobs/", "list"),
    ("/bare/", "nothing"),
    ("/tools/", "v1"),
];

/// A schedule in the making.
struct Draft<'a> {
    random: &'a mut Random,
    world: &'a World,
    schedule: Schedule,
}

impl Schedule {
    pub(super) fn draw(row: Row, random: &mut Random, world: &World) -> Self {
        let mut draft = Draft { random, world, schedule: Self::default() };
        draft.roles(row);
        draft.row(row);
        let mut schedule = draft.schedule;
        schedule.jobs = random.one_of(&[1, 2, 4, 8]);
        let compares = matches!(row, Row::NoDigest | Row::WrongDigest);
        schedule.half_there |= random.percent(if compares { 70 } else { 10 });
        schedule
    }

    /// Whether some trouble never ends and is everywhere.
    pub(super) fn is_hopeless(&self) -> bool {
        let everywhere = |hit: &Hit| hit.times == u32::MAX && hit.only.is_none();
        self.source.iter().chain(&self.target).any(everywhere)
    }

    /// Whether a few more tries see all trouble pass: what somebody pushes stays, and so does what
    /// isn't found.
    pub(super) fn passes(&self) -> bool {
        let stays = |hit: &Hit| match hit.fault {
            Fault::NewerPush(_) | Fault::Status(401 | 403 | 404, _) => true,
            _ => hit.times == u32::MAX,
        };
        self.dead_line.is_none() && !self.source.iter().chain(&self.target).any(stays)
    }

    /// Whether some trouble never ends, so that the run takes all its tries.
    pub(super) fn is_endless(&self) -> bool {
        self.source.iter().chain(&self.target).any(|hit| hit.times == u32::MAX)
    }
}

impl Draft<'_> {
    fn roles(&mut self, row: Row) {
        let needs = matches!(row, Row::RotatedToken | Row::EarlyRefusal);
        let chance = if row == Row::Several { 50 } else { 20 };
        self.schedule.source_role.tokens = needs || self.random.percent(chance);
        self.schedule.target_role.tokens = needs || self.random.percent(chance);
        // The store has no name, and no registry with a name may redirect to loopback.
        if matches!(row, Row::DeadAddress(_)) {
            return;
        }
        if row == Row::ExpiredRedirect || self.random.percent(20) {
            let expiry = if row == Row::ExpiredRedirect {
                let requests = 1 + u32::try_from(self.random.below(2)).unwrap();
                let after = Duration::from_millis(self.random.one_of(&[60, 200, 10_000]));
                let stillborn = usize::try_from(self.random.one_of(&[0, 0, 0, 1, 2])).unwrap();
                Expiry { requests, after, stillborn }
            } else {
                Expiry { requests: u32::MAX, after: Duration::from_secs(600), stillborn: 0 }
            };
            self.schedule.source_role.store = Some(expiry);
        }
    }

    fn row(&mut self, row: Row) {
        match row {
            Row::CutAnswer => self.anywhere(|random| harm(random, Way::Answer, End::Close)),
            Row::CutUpload => self.upload(|random| harm(random, Way::Request, End::Close)),
            Row::Reset if self.random.percent(50) => {
                self.anywhere(|random| harm(random, Way::Answer, End::Reset));
            }
            Row::Reset => self.upload(|random| harm(random, Way::Request, End::Reset)),
            Row::Stall if self.random.percent(50) => {
                self.anywhere(|random| harm(random, Way::Answer, End::Hold));
            }
            Row::Stall => self.upload(|random| harm(random, Way::Request, End::Hold)),
            Row::ShortLength => {
                let kinds = self.random.one_of(&[DOWNLOAD, DOWNLOAD, &[Kind::ManifestGet]]);
                let at = byte(self.random);
                self.hit(kinds, true, Fault::Short(at));
            }
            Row::WholeForRest => {
                self.cut_downloads();
                self.hit(REST, true, Fault::IgnoreRange);
            }
            Row::WrongRange => {
                self.cut_downloads();
                let wrong = self.random.one_of(&[
                    WrongRange::Early,
                    WrongRange::Late,
                    WrongRange::Total,
                    WrongRange::Missing,
                ]);
                self.hit(REST, true, Fault::WrongRange(wrong));
            }
            Row::BusyNow => self.anywhere(|_| Fault::Status(429, RetryAfter::Seconds(0))),
            Row::BusySeconds => self.anywhere(|_| Fault::Status(429, RetryAfter::Seconds(1))),
            Row::BusyDate => {
                self.anywhere(|random| Fault::Status(429, RetryAfter::Date(random.below(3))));
            }
            Row::Status(status) => self.anywhere(|_| Fault::Status(status, RetryAfter::Unsaid)),
            Row::RotatedToken => {
                for _ in 0..=self.random.below(3) {
                    self.anywhere(|_| Fault::Revoke);
                }
            }
            Row::EarlyRefusal => self.upload(|_| Fault::RefuseEarly),
            Row::NoMount => self.hit(&[Kind::UploadPost], false, Fault::NoMount),
            Row::LostAnswer => {
                let puts: &[&[Kind]] =
                    &[&[Kind::UploadPut], &[Kind::ManifestPut], &[Kind::UploadPost]];
                let kinds = self.random.one_of(puts);
                self.hit(kinds, false, Fault::LoseAnswer);
            }
            Row::ExpiredRedirect => self.cut_downloads(),
            Row::NoDigest => self.digest_header(Fault::NoDigest),
            Row::WrongDigest => self.digest_header(Fault::WrongDigest),
            Row::Flipped => {
                let at = byte(self.random);
                let spots: &[(&[Kind], bool, Way)] = &[
                    (DOWNLOAD, true, Way::Answer),
                    (DOWNLOAD, true, Way::Answer),
                    (&[Kind::ManifestGet], true, Way::Answer),
                    (&[Kind::UploadPut], false, Way::Request),
                    (&[Kind::ManifestPut], false, Way::Request),
                ];
                let (kinds, source, way) = self.random.one_of(spots);
                self.hit(kinds, source, Fault::Harm(way, at, Harm::Flip));
            }
            Row::Drip if self.random.percent(50) => {
                self.anywhere(|random| drip(random, Way::Answer));
            }
            Row::Drip => self.upload(|random| drip(random, Way::Request)),
            Row::DeadAddress(dead) => {
                let (source, first) = (self.random.percent(50), self.random.percent(50));
                self.schedule.dead = Some((dead, DeadSide { source, first }));
            }
            Row::BusyCommit => {
                // An upload begins with a look at whether the blob is there.
                let looks = &[Kind::ManifestHead, Kind::BlobHead, Kind::UploadPost];
                self.hit(looks, false, Fault::WhileUploading);
            }
            Row::Several => {
                for _ in 0..2 + self.random.below(3) {
                    let one = self.random.one_of(&Row::ALL[..23]);
                    self.row(one);
                }
            }
            _ => self.later_row(row),
        }
    }

    /// The rows that came later.
    fn later_row(&mut self, row: Row) {
        match row {
            Row::Referrers(status) => {
                self.schedule.has_referrers = true;
                let fault = Fault::Status(status, RetryAfter::Unsaid);
                // As from a registry that knows no such path, or lets nobody ask.
                if self.random.percent(30) {
                    self.hit_always(&[Kind::Referrers], fault);
                } else {
                    self.hit(&[Kind::Referrers], true, fault);
                }
            }
            Row::Lag => self.lag(),
            Row::NewerPush => {
                let (repository, tag) = self.random.one_of(TAGS);
                let moments: &[&[Kind]] = &[
                    &[Kind::UploadPost],
                    &[Kind::UploadPut],
                    &[Kind::BlobHead],
                    &[Kind::ManifestPut],
                    LOOKS,
                ];
                let kinds = self.random.one_of(moments).to_vec();
                let skip = self.random.one_of(&[0, 0, 1, 2]);
                let (only, fault) = (Some(repository.to_owned()), Fault::NewerPush(tag));
                self.schedule.target.push(Hit { kinds, only, skip, times: 1, fault });
                // So that the run takes longer than a look is good for.
                let fault = Fault::Drip(Way::Answer, 5, Duration::from_millis(100));
                self.hit_always(DOWNLOAD, fault);
            }
            Row::DripAByte => {
                let fault = Fault::Drip(Way::Answer, u64::MAX, Duration::from_secs(1));
                let spots: &[(&[Kind], bool)] = &[
                    (&[Kind::ManifestGet], true),
                    (&[Kind::ManifestGet], true),
                    (&[Kind::Tags], true),
                    (&[Kind::Tags], false),
                    (&[Kind::Token], self.random.percent(50)),
                ];
                let (kinds, source) = self.random.one_of(spots);
                if kinds == [Kind::Token] {
                    self.schedule.source_role.tokens = true;
                    self.schedule.target_role.tokens = true;
                }
                self.hit(kinds, source, fault);
            }
            Row::Redirect => {
                let status = self.random.one_of(&[307, 308]);
                let elsewhere =
                    self.random.one_of(&[Elsewhere::Path, Elsewhere::Here, Elsewhere::There]);
                let spots: &[(&[Kind], bool)] = &[
                    (&[Kind::ManifestGet], true),
                    (DOWNLOAD, true),
                    (LOOKS, true),
                    (LOOKS, false),
                    (&[Kind::UploadPost], false),
                    (&[Kind::UploadPut], false),
                    (&[Kind::ManifestPut], false),
                ];
                let (kinds, source) = self.random.one_of(spots);
                self.hit(kinds, source, Fault::Redirect(status, elsewhere));
            }
            Row::DeadLine(how) => {
                self.schedule.dead_line = Some((how, self.random.percent(50)));
            }
            _ => unreachable!("{row:?} has no schedule"),
        }
    }

    /// A trouble on either side, at any sort of request.
    fn anywhere(&mut self, fault: impl Fn(&mut Random) -> Fault) {
        let fault = fault(self.random);
        let source = self.random.percent(50);
        let kinds = self.random.one_of(if source { READS } else { WRITES });
        self.hit(kinds, source, fault);
    }

    /// A trouble with what is sent to the target.
    fn upload(&mut self, fault: impl Fn(&mut Random) -> Fault) {
        let fault = fault(self.random);
        let uploads: &[&[Kind]] =
            &[&[Kind::UploadPut], &[Kind::UploadPut], &[Kind::ManifestPut], &[Kind::UploadPost]];
        let kinds = self.random.one_of(uploads);
        self.hit(kinds, false, fault);
    }

    /// What is there isn't listed, or isn't found, for a while or for ever.
    fn lag(&mut self) {
        let source = self.random.percent(50);
        let every = self.random.one_of(&[1, 2, 3]);
        let unlisted = Fault::Lag(Lag { every, but_followers: source });
        let unfound = Fault::Status(404, RetryAfter::Unsaid);
        let spots: &[(&[Kind], Fault)] = &[
            (&[Kind::Tags], unlisted),
            (&[Kind::Tags], unlisted),
            (&[Kind::ManifestHead], unfound),
            (if source { &[Kind::ManifestGet] } else { &[Kind::BlobHead] }, unfound),
        ];
        let (kinds, fault) = self.random.one_of(spots);
        self.hit(kinds, source, fault);
        // What the target doesn't list has to be there.
        self.schedule.half_there = true;
    }

    /// Downloads break, so that their rest is asked for.
    fn cut_downloads(&mut self) {
        let at = 1 + byte(self.random);
        let times = 1 + u32::try_from(self.random.below(4)).unwrap();
        let fault = Fault::Harm(Way::Answer, at, Harm::End(End::Close));
        let skip = u32::try_from(self.random.below(4)).unwrap();
        self.schedule.source.push(Hit { kinds: DOWNLOAD.to_vec(), only: None, skip, times, fault });
    }

    fn digest_header(&mut self, fault: Fault) {
        let spots: &[(&[Kind], bool)] = &[
            (&[Kind::ManifestHead], true),
            (&[Kind::ManifestHead], false),
            (&[Kind::ManifestHead, Kind::ManifestGet], true),
            (&[Kind::ManifestPut], false),
            (&[Kind::UploadPut], false),
        ];
        let (kinds, source) = self.random.one_of(spots);
        self.hit(kinds, source, fault);
    }

    /// A trouble that every such request at the source meets, and that it survives.
    fn hit_always(&mut self, kinds: &[Kind], fault: Fault) {
        let kinds = kinds.to_vec();
        let hit = Hit { kinds, only: None, skip: 0, times: u32::MAX, fault };
        self.schedule.source.push(hit);
    }

    fn hit(&mut self, kinds: &[Kind], source: bool, fault: Fault) {
        let times = match self.random.below(100) {
            0..45 => 1,
            45..80 => 2 + u32::try_from(self.random.below(2)).unwrap(),
            _ => u32::MAX,
        };
        let is_download = source && kinds == DOWNLOAD;
        let only = match self.random.below(100) {
            // What never ends would mostly be the same run over and over, if it hit everything.
            0..75 if times == u32::MAX && is_download => {
                Some(self.random.one_of(&self.world.digests()).to_owned())
            }
            0..75 if times == u32::MAX => Some(self.random.one_of(World::REPOSITORIES).to_owned()),
            75..90 => Some(self.random.one_of(World::REPOSITORIES).to_owned()),
            _ => None,
        };
        let skip = if only.is_some() { 0 } else { self.random.one_of(&[0, 0, 1, 2, 4, 8]) };
        let hit = Hit { kinds: kinds.to_vec(), only, skip, times, fault };
        if source { self.schedule.source.push(hit) } else { self.schedule.target.push(hit) }
    }
}

/// A byte of a body: near its beginning as often as anywhere in a large one.
fn byte(random: &mut Random) -> u64 {
    let limit = random.one_of(&[2, 100, 1000, 20_000, 300_000, World::LARGE]);
    random.below(limit)
}

fn harm(random: &mut Random, way: Way, end: End) -> Fault {
    Fault::Harm(way, byte(random), Harm::End(end))
}

fn drip(random: &mut Random, way: Way) -> Fault {
    // Each pause is well below the stall timeout of the runs.
    let pause = Duration::from_millis(random.one_of(&[20, 200, 700]));
    Fault::Drip(way, 2 + random.below(4), pause)
}

//! From a seed to a schedule: which troubles hit which requests, where, when and how often.

use std::time::Duration;

use super::dead_address::Dead;
use super::fault::{Fault, RetryAfter, Way, WrongRange};
use super::presigned::Expiry;
use super::proxy::{Hit, Role};
use super::relay::{End, Harm};
use super::request::Kind;
use super::world::World;
use crate::support::random::Random;

/// The rows of the matrix: what a schedule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    CutAnswer,
    CutUpload,
    Reset,
    Stall,
    ShortLength,
    WholeForRest,
    WrongRange,
    BusyNow,
    BusySeconds,
    BusyDate,
    Status(u16),
    RotatedToken,
    EarlyRefusal,
    NoMount,
    LostAnswer,
    ExpiredRedirect,
    NoDigest,
    WrongDigest,
    Flipped,
    Drip,
    DeadAddress(Dead),
    BusyCommit,
    Several,
}

impl Row {
    pub(super) const ALL: [Self; 27] = [
        Self::CutAnswer,
        Self::CutUpload,
        Self::Reset,
        Self::Stall,
        Self::ShortLength,
        Self::WholeForRest,
        Self::WrongRange,
        Self::BusyNow,
        Self::BusySeconds,
        Self::BusyDate,
        Self::Status(500),
        Self::Status(502),
        Self::Status(503),
        Self::Status(504),
        Self::RotatedToken,
        Self::EarlyRefusal,
        Self::NoMount,
        Self::LostAnswer,
        Self::ExpiredRedirect,
        Self::NoDigest,
        Self::WrongDigest,
        Self::Flipped,
        Self::Drip,
        Self::DeadAddress(Dead::Refuses),
        Self::DeadAddress(Dead::Silent),
        Self::BusyCommit,
        Self::Several,
    ];

    pub(super) fn name(self) -> String {
        let name = match self {
            Self::CutAnswer => "cut after k bytes, answer",
            Self::CutUpload => "cut after k bytes, request",
            Self::Reset => "reset",
            Self::Stall => "stall",
            Self::ShortLength => "short Content-Length",
            Self::WholeForRest => "200 for 206",
            Self::WrongRange => "wrong Content-Range",
            Self::BusyNow => "429, Retry-After 0",
            Self::BusySeconds => "429, Retry-After 1",
            Self::BusyDate => "429, Retry-After a date",
            Self::Status(status) => return status.to_string(),
            Self::RotatedToken => "401, the token is rotated",
            Self::EarlyRefusal => "401 early, and close",
            Self::NoMount => "202 on mount",
            Self::LostAnswer => "a PUT lands, its answer is lost",
            Self::ExpiredRedirect => "presigned redirect expires",
            Self::NoDigest => "HEAD without digest",
            Self::WrongDigest => "wrong digest header",
            Self::Flipped => "flipped bytes",
            Self::Drip => "slow drip",
            Self::DeadAddress(Dead::Refuses) => "one address of two refuses",
            Self::DeadAddress(Dead::Silent) => "one address of two is silent",
            Self::BusyCommit => "500 while another upload commits",
            Self::Several => "several at once",
        };
        name.to_owned()
    }
}

/// Everything about one run but what it copies.
#[derive(Debug, Clone, Default)]
pub(super) struct Schedule {
    pub(super) source: Vec<Hit>,
    pub(super) target: Vec<Hit>,
    pub(super) source_role: Role,
    pub(super) target_role: Role,
    pub(super) dead: Option<(Dead, DeadSide)>,
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
        schedule.half_there = random.percent(if compares { 70 } else { 10 });
        schedule
    }

    /// Whether some trouble never ends and is everywhere.
    pub(super) fn is_hopeless(&self) -> bool {
        let everywhere = |hit: &Hit| hit.times == u32::MAX && hit.only.is_none();
        self.source.iter().chain(&self.target).any(everywhere)
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

//! The rows of the matrix: one for each sort of trouble.

use super::dead_address::Dead;

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
    Referrers(u16),
    Lag,
    NewerPush,
    DripAByte,
    Redirect,
    DeadLine(DeadLine),
}

impl Row {
    pub(super) const ALL: [Self; 37] = [
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
        Self::Referrers(401),
        Self::Referrers(403),
        Self::Referrers(500),
        Self::Lag,
        Self::NewerPush,
        Self::DripAByte,
        Self::Redirect,
        Self::DeadLine(DeadLine::Refuses),
        Self::DeadLine(DeadLine::Silent),
        Self::DeadLine(DeadLine::NoLogin),
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
            Self::Referrers(status) => return format!("{status} at referrers"),
            Self::Lag => "a listing that lags",
            Self::NewerPush => "a newer push in mid-run",
            Self::DripAByte => "a byte each second",
            Self::Redirect => "307 and 308",
            Self::DeadLine(DeadLine::Refuses) => "one host of the list refuses",
            Self::DeadLine(DeadLine::Silent) => "one host of the list is silent",
            Self::DeadLine(DeadLine::NoLogin) => "one host of the list wants a login",
        };
        name.to_owned()
    }
}

/// How the one host of a list is dead that no other line names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DeadLine {
    /// No process listens there.
    Refuses,
    /// No answer comes to a greeting.
    Silent,
    /// It asks for a login, and there is none for it.
    NoLogin,
}

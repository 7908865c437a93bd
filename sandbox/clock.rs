//! Times, and the several ways in which Tencent writes them.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// Of all times that the API writes without a zone, and of those it calls CST.
const CHINA: Offset = Offset::constant(8);

/// The push time of the first image of a description: 2024-01-01T00:00:00Z.
const FIRST_PUSH: i64 = 1_704_067_200;

/// `2024-06-22 10:37:26`: Personal Edition's namespaces and repositories.
pub(crate) fn personal(time: Timestamp) -> String {
    CHINA.to_datetime(time).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `2019-10-17 15:59:30 +0800 CST`: Personal Edition's tags.
pub(crate) fn personal_tag(time: Timestamp) -> String {
    format!("{} +0800 CST", personal(time))
}

/// `2022-08-06T07:31:01.207374Z`: Enterprise Edition's images.
pub(crate) fn image(time: Timestamp) -> String {
    Offset::UTC.to_datetime(time).strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// `2024-12-10 14:30:36.806284 +0000 UTC`: Enterprise Edition's repositories.
pub(crate) fn repository(time: Timestamp) -> String {
    Offset::UTC.to_datetime(time).strftime("%Y-%m-%d %H:%M:%S.%6f +0000 UTC").to_string()
}

/// `2024-07-19T15:33:22+08:00`: everything else of Enterprise Edition.
pub(crate) fn enterprise(time: Timestamp) -> String {
    CHINA.to_datetime(time).strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string()
}

/// `Tue, 19 Nov 2024 08:00:00 GMT`: the `Date` header.
pub(crate) fn http(time: Timestamp) -> String {
    Offset::UTC.to_datetime(time).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The UTC date of a Unix time, as in the scope of a signature.
pub(crate) fn date(seconds: i64) -> Option<String> {
    let time = Timestamp::from_second(seconds).ok()?;
    Some(Offset::UTC.to_datetime(time).strftime("%Y-%m-%d").to_string())
}

/// The push time of the image with this number: an hour for each; a minute after the first 10,000,
/// so that no image is pushed in the future.
pub(crate) fn default_push(number: usize) -> Timestamp {
    let number = i64::try_from(number).unwrap_or(0);
    let seconds = number.min(10_000) * 3600 + (number - 10_000).max(0) * 60;
    Timestamp::from_second(FIRST_PUSH + seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// `time` and so many seconds.
pub(crate) fn after(time: Timestamp, seconds: i64) -> Timestamp {
    time.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_edition_has_its_own_spelling() {
        let time: Timestamp = "2024-01-02T23:04:05.5Z".parse().unwrap();
        assert_eq!(personal_tag(time), "2024-01-03 07:04:05 +0800 CST");
        assert_eq!(image(time), "2024-01-02T23:04:05.500000Z");
        assert_eq!(repository(time), "2024-01-02 23:04:05.500000 +0000 UTC");
        assert_eq!(enterprise(time), "2024-01-03T07:04:05+08:00");
        assert_eq!(http(time), "Tue, 02 Jan 2024 23:04:05 GMT");
    }
}

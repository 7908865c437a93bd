//! Times, in the spellings that the API has been seen to use. jiff reads RFC 3339 and the parts of
//! the others; its `strptime` would need a format for each.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// Reads RFC 3339, Go's `2019-10-24 14:20:51.5 +0800 CST`, the same without a zone (China's, as in
/// the console), and Unix times in seconds or milliseconds.
///
/// `None` also for Go's zero time (`0001-01-01…`), which means "never".
pub(crate) fn read_time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return unix_time(text.parse().ok()?);
    }
    let time = text.parse::<Timestamp>().ok().or_else(|| read_civil(text))?;
    (time > Timestamp::UNIX_EPOCH).then_some(time)
}

/// A Unix time. The API means milliseconds (`CreateInstanceToken`'s `ExpTime`); a number that would
/// be before March 1973 is taken as seconds.
pub(crate) fn unix_time(number: i64) -> Option<Timestamp> {
    match number {
        ..=0 => None,
        1..100_000_000_000 => Timestamp::from_second(number).ok(),
        _ => Timestamp::from_millisecond(number).ok(),
    }
}

fn read_civil(text: &str) -> Option<Timestamp> {
    let mut words = text.split([' ', 'T']).filter(|word| !word.is_empty());
    let (date, time): (Date, Time) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let offset = match words.next() {
        None => Offset::constant(8),
        Some("UTC" | "Z") => Offset::UTC,
        Some(word) => read_offset(word)?,
    };
    offset.to_timestamp(DateTime::from_parts(date, time)).ok()
}

// `+0800`, `-05:30`
fn read_offset(word: &str) -> Option<Offset> {
    let (sign, digits) = match word.split_at_checked(1)? {
        ("+", digits) => (1, digits.replace(':', "")),
        ("-", digits) => (-1, digits.replace(':', "")),
        _ => return None,
    };
    let (hours, minutes) = digits.split_at_checked(2)?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_the_examples_is_read() {
        for (text, expected) in [
            // DescribeImagePersonal
            ("2019-10-24 14:20:51 +0800 CST", "2019-10-24T06:20:51Z"),
            // DescribeRepositoryOwnerPersonal: no zone, so China's
            ("2023-06-20 15:27:03", "2023-06-20T07:27:03Z"),
            ("2023-06-20T15:27:03", "2023-06-20T07:27:03Z"),
            // DescribeRepositories
            ("2024-12-10 14:30:36.806284 +0000 UTC", "2024-12-10T14:30:36.806284Z"),
            // DescribeImages
            ("2022-08-06T07:31:01.207374Z", "2022-08-06T07:31:01.207374Z"),
            // DescribeInstances
            ("2024-07-19T15:33:22+08:00", "2024-07-19T07:33:22Z"),
            ("2020-01-01 00:00:00 -0530 XXX", "2020-01-01T05:30:00Z"),
            // CreateInstanceToken, and the same in seconds
            ("1735880997750", "2025-01-03T05:09:57.75Z"),
            ("1735880997", "2025-01-03T05:09:57Z"),
        ] {
            assert_eq!(read_time(text), Some(expected.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn never_and_nonsense_are_no_time() {
        for text in ["", "0001-01-01T00:00:00Z", "0001-01-01 00:00:00 +0000 UTC", "soon", "0", "-"]
        {
            assert_eq!(read_time(text), None, "{text}");
        }
    }
}

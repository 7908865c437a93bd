//! `--since`: an age or a date.
//!
//! jiff's own spans are not used: to subtract days from a timestamp they need a time zone, and they
//! take shapes (`P1Y`, `3 months`) that the help doesn't promise.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Reads `90d`, `12h`, `2w`, `2026-01-31` (midnight in UTC) or an RFC 3339 time.
pub(crate) fn parse_since(text: &str) -> Result<Timestamp, String> {
    since(text, Timestamp::now())
}

fn since(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let wrong = || format!("`{text}` is neither an age (90d, 12h, 2w) nor a date (2026-01-31)");
    if let Ok(date) = text.parse::<Date>()
        && let Ok(midnight) = date.to_zoned(TimeZone::UTC)
    {
        return Ok(midnight.timestamp());
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return Err(wrong()),
    };
    let count: i64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    let age = count.checked_mul(seconds).filter(|age| *age >= 0).ok_or_else(wrong)?;
    now.checked_sub(SignedDuration::from_secs(age)).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_and_dates_are_read() {
        let now = "2026-03-31T12:00:00Z".parse().unwrap();
        let read = |text| since(text, now).map(|time| time.to_string());
        assert_eq!(read("90d"), Ok("2025-12-31T12:00:00Z".to_owned()));
        assert_eq!(read("12h"), Ok("2026-03-31T00:00:00Z".to_owned()));
        assert_eq!(read("2w"), Ok("2026-03-17T12:00:00Z".to_owned()));
        assert_eq!(read("2026-01-31"), Ok("2026-01-31T00:00:00Z".to_owned()));
        assert_eq!(read("2026-01-31T08:00:00+08:00"), Ok("2026-01-31T00:00:00Z".to_owned()));
    }

    #[test]
    fn what_is_neither_is_refused() {
        let now = Timestamp::now();
        for text in ["", "d", "90", "-1d", "90x", "soon", "99999999999999999d", "é"] {
            assert!(since(text, now).is_err(), "{text}");
        }
    }
}

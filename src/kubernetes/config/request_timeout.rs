//! `--request-timeout`, in kubectl's grammar: Go's `time.ParseDuration`, or whole seconds. Duration
//! crates take more units than Go does.

use std::str::FromStr;
use std::time::Duration;

/// The longest silence that is waited out if the user says nothing.
const SILENCE: Duration = Duration::from_secs(60);
/// A year, practically without end, and still a time that can be added to now.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// How long one request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RequestTimeout(Option<Duration>);

impl RequestTimeout {
    /// The limit for the whole of one request; `None` if there is none.
    #[must_use]
    pub fn whole(self) -> Option<Duration> {
        self.0
    }

    /// The longest silence of a server while its answer is awaited or read.
    #[must_use]
    pub fn silence(self) -> Duration {
        self.0.unwrap_or(SILENCE)
    }
}

/// What is longer than a year is a year.
impl From<Duration> for RequestTimeout {
    fn from(limit: Duration) -> Self {
        Self(Some(limit.min(LONGEST)).filter(|limit| !limit.is_zero()))
    }
}

/// A `--request-timeout` that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a duration, as in 30s, 1m30s, or 0 for no limit but 60s without a byte")]
pub struct RequestTimeoutError(String);

impl FromStr for RequestTimeout {
    type Err = RequestTimeoutError;

    /// Whole seconds without a unit, or Go's durations (client-go `clientcmd.ParseTimeout`).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let limit = match text.parse::<u64>() {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => go_duration(text),
        };
        limit.map(Self::from).ok_or_else(|| RequestTimeoutError(text.to_owned()))
    }
}

/// A sum of decimal numbers with units, as in `1h15m` or `1.5s`. A sign is only taken if positive.
fn go_duration(text: &str) -> Option<Duration> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest.is_empty() {
        return None;
    }
    let mut sum = Duration::ZERO;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(end);
        let end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(end);
        let unit = match unit {
            "ns" => 1e-9,
            "us" | "µs" | "μs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        let seconds = number.parse::<f64>().ok()? * unit;
        sum = sum.checked_add(Duration::try_from_secs_f64(seconds).ok()?)?;
        rest = tail;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Option<Duration> {
        text.parse::<RequestTimeout>().unwrap().whole()
    }

    #[test]
    fn durations_are_gos() {
        assert_eq!(whole("0"), None);
        assert_eq!(whole("0s"), None);
        assert_eq!(whole("7"), Some(Duration::from_secs(7)));
        assert_eq!(whole("1m30s"), Some(Duration::from_secs(90)));
        assert_eq!(whole("1.5h"), Some(Duration::from_secs(5400)));
        assert_eq!(whole("250ms"), Some(Duration::from_millis(250)));
        for long in ["18446744073709551615", "2562047h", "9223372036854775807s"] {
            assert_eq!(whole(long), Some(LONGEST), "{long}");
        }
        for bad in ["", "-1", "-1s", "1x", "s", "1m30", "one", "1..5s", "9999999999999999999h"] {
            assert!(bad.parse::<RequestTimeout>().is_err(), "{bad}");
        }
    }

    #[test]
    fn without_a_limit_a_minute_of_silence_is_one() {
        assert_eq!(RequestTimeout::default().silence(), SILENCE);
        assert_eq!("5s".parse::<RequestTimeout>().unwrap().silence(), Duration::from_secs(5));
    }
}

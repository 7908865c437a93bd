//! Which host is throttling, and which needs retries.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Serialize, Serializer};

/// The requests that one host got so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostLoad {
    /// `HOST` or `HOST:PORT`
    pub host: String,
    /// Requests sent.
    pub requests: u64,
    /// Those of them that repeated one which had failed.
    pub retries: u64,
    /// How often it throttled: 429, or 503 with `Retry-After`.
    pub throttled: u64,
    /// How long nothing is sent to it from now on; zero if it isn't throttling.
    #[serde(rename = "pausedMs", serialize_with = "milliseconds")]
    pub pause: Duration,
}

fn milliseconds<S: Serializer>(pause: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX))
}

/// Remembers which hosts needed retries lately: older ones are no longer shown.
#[derive(Default)]
pub(super) struct Retries {
    known: HashMap<String, (u64, Duration)>,
}

impl Retries {
    const NEWS: Duration = Duration::from_secs(30);

    /// The hosts whose retries have grown in the last half minute, after so long.
    pub(super) fn news<'a>(&mut self, elapsed: Duration, hosts: &'a [HostLoad]) -> Vec<&'a str> {
        let mut news = Vec::new();
        for load in hosts.iter().filter(|load| load.retries > 0) {
            let (known, grown) = self.known.entry(load.host.clone()).or_default();
            if *known != load.retries {
                (*known, *grown) = (load.retries, elapsed);
            }
            if elapsed.saturating_sub(*grown) < Self::NEWS {
                news.push(load.host.as_str());
            }
        }
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_are_news_for_half_a_minute() {
        let load = |retries| HostLoad {
            host: "a.b".to_owned(),
            requests: 9,
            retries,
            throttled: 0,
            pause: Duration::ZERO,
        };
        let mut retries = Retries::default();
        let seconds = Duration::from_secs;
        assert_eq!(retries.news(seconds(1), &[load(0)]), [""; 0]);
        assert_eq!(retries.news(seconds(2), &[load(1)]), ["a.b"]);
        assert_eq!(retries.news(seconds(31), &[load(1)]), ["a.b"]);
        assert_eq!(retries.news(seconds(32), &[load(1)]), [""; 0]);
        assert_eq!(retries.news(seconds(60), &[load(2)]), ["a.b"]);
    }
}

//! What a fault changes of a request or an answer that passes.

use super::fault::{Fault, Lag, Way, WrongRange};
use super::http1::{Head, Length};
use super::relay::Gate;

/// Changes the head of an answer; whether its body no longer is what the registry sends.
pub(super) fn spoil(answer: &mut Head, length: &mut Length, faults: &[Fault]) -> bool {
    let mut spoiled = false;
    for fault in faults {
        match fault {
            Fault::NoDigest => answer.remove("Docker-Content-Digest"),
            Fault::WrongDigest if answer.get("Docker-Content-Digest").is_some() => {
                answer.set("Docker-Content-Digest", format!("sha256:{}", "5".repeat(64)));
            }
            Fault::Short(at) => {
                if let Length::Known(whole @ 1..) = *length {
                    *length = Length::Known(at % whole);
                    answer.set("Content-Length", (at % whole).to_string());
                    spoiled = true;
                }
            }
            Fault::WrongRange(WrongRange::Missing) => answer.remove("Content-Range"),
            Fault::WrongRange(WrongRange::Total) => {
                if let Some((range, total)) =
                    answer.get("Content-Range").and_then(|range| range.split_once('/'))
                {
                    let total: u64 = total.parse().unwrap();
                    answer.set("Content-Range", format!("{range}/{}", total + 1));
                }
            }
            _ => {}
        }
    }
    spoiled
}

/// A list of tags without some of them.
pub(super) fn shorten(text: &[u8], lag: Lag) -> Vec<u8> {
    let mut list: serde_json::Value = serde_json::from_slice(text).unwrap();
    if let Some(tags) = list["tags"].as_array_mut() {
        let mut number = 0;
        tags.retain(|tag| {
            number += 1;
            let follows = tag.as_str().is_some_and(|tag| tag.starts_with("sha256-"));
            number % lag.every != 0 || (follows && lag.but_followers)
        });
    }
    list.to_string().into_bytes()
}

pub(super) fn gate(way: Way, faults: &[Fault], length: Length) -> Gate {
    let mut gate = Gate::default();
    for fault in faults {
        match *fault {
            Fault::Harm(on, at, harm) if on == way => gate.harm(at, harm, length),
            Fault::Drip(on, pieces, pause) if on == way => gate.drip(pieces, pause, length),
            _ => {}
        }
    }
    gate
}

pub(super) fn asked_range(head: &Head) -> Option<(u64, u64)> {
    let (first, last) = head.get("Range")?.strip_prefix("bytes=")?.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

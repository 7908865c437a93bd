//! What is found in which text. `CCR` in a text is `ccr.ccs.tencentyun.com`.

mod bounds;
mod escapes;
mod hostile;
mod hosts;
mod references;
mod templates;
mod words;

use std::sync::LazyLock;

use super::{Finder, Found, Name, What};
use crate::image::CcrHosts;

const CCR: &str = "ccr.ccs.tencentyun.com";

fn finder() -> &'static Finder {
    static FINDER: LazyLock<Finder> = LazyLock::new(|| {
        let named = ["127.0.0.1:5000", "registry.lan", "old"].map(|host| host.parse().unwrap());
        Finder::new(&CcrHosts::new(named.to_vec()))
    });
    &FINDER
}

fn find(text: &str) -> Vec<Found> {
    let text = text.replace("CCR", CCR);
    let found = finder().find(text.as_bytes());
    assert!(found.is_empty() || finder().is_worth_reading(text.as_bytes()), "{text}");
    sound(text.as_bytes(), &found);
    found
}

/// What is found, in short: a part that is made elsewhere is in `‹›`.
fn seen(text: &str) -> Vec<String> {
    let whole = text.replace("CCR", CCR);
    let short = |found: &Found| {
        let text = String::from_utf8_lossy(&whole.as_bytes()[found.span.clone()]).into_owned();
        match &found.what {
            What::Name(name) => shown(&whole, name),
            other => format!("{other:?} {}", text.replace(CCR, "CCR")),
        }
    };
    find(text).iter().map(short).collect()
}

/// That one thing is found and reads like this.
#[track_caller]
fn assert_seen(text: &str, expected: &str) {
    assert_eq!(seen(text), [expected], "{text}");
}

#[track_caller]
fn assert_nothing(text: &str) {
    assert_eq!(seen(text), [""; 0], "{text}");
}

fn shown(text: &str, name: &Name) -> String {
    let part = |segment: &super::Segment| match segment.is_template {
        true => format!("‹{}›", segment.text),
        false => segment.text.clone(),
    };
    let mut shown = format!("{}{}", &text[name.scheme.clone()], name.host);
    for segment in &name.path {
        shown = format!("{shown}/{}", part(segment));
    }
    if name.ends_in_slash {
        shown.push('/');
    }
    if let Some(tag) = &name.tag {
        shown = format!("{shown}:{}", part(tag));
    }
    if let Some(digest) = &name.digest {
        shown = format!("{shown}@{}", part(digest));
    }
    shown.replace(CCR, "CCR")
}

/// What holds of everything that is found in `bytes`.
fn sound(bytes: &[u8], all: &[Found]) {
    let mut end = 0;
    for found in all {
        assert!(found.span.start >= end && found.span.start < found.span.end, "{all:?}");
        end = found.span.end;
        assert!(end <= bytes.len(), "{all:?}");
        let line = &bytes[found.span.clone()];
        assert!(!line.contains(&b'\n') && !line.contains(&b'\r'), "{all:?}");
        let What::Name(name) = &found.what else { continue };
        let host = std::str::from_utf8(&bytes[name.host_span.clone()]).unwrap();
        let host = host.replace("%3A", ":").replace("%3a", ":").replace("&#58;", ":");
        let host = host.to_ascii_lowercase();
        assert!(host == name.host.as_str() || host == format!("{}:443", name.host), "{host}");
        let mut at = found.span.start;
        for span in [name.scheme.clone(), name.host_span.clone()] {
            assert!(span.start == at, "{name:?}");
            at = span.end;
        }
        for segment in name.path.iter().chain(&name.digest) {
            assert!(at < segment.span.start && segment.span.end <= end, "{name:?}");
            at = segment.span.end;
        }
        let path = name.path.last().map_or(name.host_span.end, |segment| segment.span.end);
        assert!(name.tag.as_ref().is_none_or(|tag| path <= tag.span.start && tag.span.end <= end));
    }
}

//! Files of each shape, and what is said of them.

mod agree;
mod hostile;
mod places;
mod purposes;

use memchr::memmem;

use super::read;
use crate::image::Host;
use crate::sources::context::{FieldValue, Purpose, Reading};
use crate::sources::find::{Found, Name, Segment, Slash, What};

/// What is found in a text: hosts of CCR with what looks like a reference behind them.
fn find(bytes: &[u8]) -> Vec<Found> {
    const HOST: &str = "ccr.ccs.tencentyun.com";
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = memmem::find(&bytes[at..], HOST.as_bytes()).map(|it| at + it) {
        let host = start..start + HOST.len();
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"._-/:@".contains(byte);
        let end = host.end + bytes[host.end..].iter().take_while(is_part).count();
        let text = String::from_utf8_lossy(&bytes[host.end..end]).into_owned();
        let name = Name {
            host: Host::try_from(HOST.to_owned()).unwrap(),
            host_span: host.clone(),
            scheme: start..start,
            slash: Slash::Plain,
            path: vec![Segment { span: host.end..end, text, is_template: false }],
            ends_in_slash: false,
            tag: None,
            digest: None,
        };
        found.push(Found { span: start..end, what: What::Name(name) });
        at = end;
    }
    found
}

const CCR: &str = "ccr.ccs.tencentyun.com";

/// What is said of a file, in which `CCR` stands for its host.
fn reading(path: &str, text: &str) -> (String, Reading) {
    let text = text.replace("CCR", CCR);
    let reading = read(path, text.as_bytes(), &find(text.as_bytes()));
    (text, reading)
}

/// Places and purposes in a file.
#[track_caller]
fn says(path: &str, text: &str, expected: &[(&str, Purpose)]) {
    let (_, reading) = reading(path, text);
    let said: Vec<(&str, Purpose)> =
        reading.contexts.iter().map(|it| (it.place.as_str(), it.purpose.clone())).collect();
    assert_eq!(said, expected, "{path}\n{text}");
}

/// The fields beside what was found, as `key=value`; `!` stands behind those whose bytes aren't their
/// value.
#[track_caller]
fn beside(path: &str, text: &str, expected: &[&str]) {
    let (text, reading) = reading(path, text);
    let fields = |map: usize| {
        let fields = reading.maps[map].0.iter().map(|field| {
            let value = match &field.value {
                FieldValue::Text(value) => value.clone(),
                FieldValue::Integer(number) => format!("#{number}"),
                FieldValue::Lossy => "?".to_owned(),
            };
            if field.is_verbatim {
                let written = &text[field.span.clone()];
                assert!(["#", "?", ""].contains(&&value[..value.len().min(1)]) || value == written);
            }
            let sign = if field.is_verbatim { "" } else { "!" };
            format!("{}={}{sign}", field.key, value.replace(CCR, "CCR"))
        });
        fields.collect::<Vec<_>>().join(" ")
    };
    let said: Vec<String> =
        reading.contexts.iter().map(|it| it.map.map_or("-".to_owned(), fields)).collect();
    assert_eq!(said, expected, "{path}\n{text}");
}

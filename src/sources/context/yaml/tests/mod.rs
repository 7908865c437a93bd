//! Files of each shape, and what is said of them.

mod agree;
mod hostile;
mod jobs;
mod places;
mod purposes;
mod secrets;
mod templates;

use crate::image::CcrHosts;
use crate::sources::context::read;
use crate::sources::context::{FieldValue, Purpose, Reading};
use crate::sources::find::{Finder, Found};

fn find(bytes: &[u8]) -> Vec<Found> {
    Finder::new(&CcrHosts::default()).find(bytes)
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
    for (said, expected) in said.iter().zip(expected) {
        assert_eq!(said, expected, "{path}");
    }
    assert_eq!(said.len(), expected.len(), "{path}: {said:?}");
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
    let said = reading.contexts.iter().map(|it| {
        let maps = it.map.into_iter().chain(it.also_in.iter().copied());
        let maps: Vec<String> = maps.map(fields).collect();
        if maps.is_empty() { "-".to_owned() } else { maps.join(" & ") }
    });
    let said: Vec<String> = said.collect();
    assert_eq!(said, expected, "{path}\n{text}");
}

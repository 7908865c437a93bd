//! What tests of readers share.

use super::read;
use crate::image::CcrHosts;
use crate::sources::find::Finder;

const CCR: &str = "ccr.ccs.tencentyun.com";

/// What is said of each place that is found in `text`, with `CCR` for its host: place, purpose, and
/// the fields beside it.
pub(super) fn said(path: &str, text: &str) -> Vec<String> {
    let text = text.replace("CCR", CCR);
    let found = Finder::new(&CcrHosts::default()).find(text.as_bytes());
    let reading = read(path, text.as_bytes(), &found);
    let said = reading.contexts.iter().map(|context| {
        let fields = context.map.map(|map| {
            let fields = reading.maps[map].0.iter();
            let fields = fields.map(|field| format!("{}={}", field.key, &text[field.span.clone()]));
            format!(" [{}]", fields.collect::<Vec<_>>().join(" "))
        });
        let kept = if context.is_marked_to_keep { " kept" } else { "" };
        let fields = fields.unwrap_or_default().replace(CCR, "CCR");
        format!("{}: {:?}{fields}{kept}", context.place, context.purpose)
    });
    said.collect()
}

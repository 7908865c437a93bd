//! A webhook of TCR, without its address.

use ccr2tcr::triggers::Replacement;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WebhookView<'a> {
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
    pub(super) events: [&'static str; 1],
    pub(super) condition: &'a str,
}

impl<'a> WebhookView<'a> {
    pub(super) fn new(webhook: &'a Replacement) -> Self {
        let Replacement { namespace, name, condition, .. } = webhook;
        Self { namespace, name, events: ["pushImage"], condition }
    }
}

//! The webhooks that a run makes, or has made.

use ccr2tcr::diagnostic::Diagnostic;
use ccr2tcr::terminal::{Column, Table, View};
use ccr2tcr::triggers::{Receiver, TriggerPlan, WebhookOutcome, WebhookResult};
use serde::Serialize;

use super::SCHEMA_VERSION;
use super::webhook::WebhookView;

/// What `triggers apply` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppliedView<'a> {
    kind: &'static str,
    schema_version: u32,
    dry_run: bool,
    receiver: &'a str,
    webhooks: Vec<AppliedWebhook<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AppliedWebhook<'a> {
    repository: &'a str,
    trigger: &'a str,
    webhook: Option<WebhookView<'a>>,
    outcome: WebhookOutcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a Diagnostic>,
}

impl<'a> AppliedView<'a> {
    pub(crate) fn new(
        plan: &'a TriggerPlan,
        results: &'a [WebhookResult],
        receiver: &'a Receiver,
        dry_run: bool,
    ) -> Self {
        let webhooks = plan.webhooks.iter().zip(results).map(|(planned, result)| AppliedWebhook {
            repository: &planned.repository,
            trigger: &planned.trigger,
            webhook: planned.replacement.as_ref().map(WebhookView::new),
            outcome: result.outcome,
            why: result.why.as_ref(),
        });
        Self {
            kind: "triggersApply",
            schema_version: SCHEMA_VERSION,
            dry_run,
            receiver: receiver.host(),
            webhooks: webhooks.collect(),
        }
    }
}

impl View for AppliedView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        let columns = ["repository", "trigger", "webhook", "namespace", "images", "outcome"];
        let mut table = Table::new(columns.map(Column::text));
        for one in &self.webhooks {
            let (name, namespace, condition) = match &one.webhook {
                Some(webhook) => (webhook.name, webhook.namespace, webhook.condition),
                None => ("-", "-", "-"),
            };
            let outcome = match one.why {
                Some(why) => format!("{}: {}", words(one.outcome), why.message),
                None => words(one.outcome).to_owned(),
            };
            table.row([one.repository, one.trigger, name, namespace, condition, &outcome]);
        }
        (!self.webhooks.is_empty()).then_some(table)
    }

    fn lines(&self) -> Vec<String> {
        if self.webhooks.is_empty() {
            return vec!["no trigger was found".to_owned()];
        }
        vec![format!("the webhooks send to {}", self.receiver)]
    }
}

fn words(outcome: WebhookOutcome) -> &'static str {
    match outcome {
        WebhookOutcome::Create => "to be made",
        WebhookOutcome::Created => "made",
        WebhookOutcome::Exists => "is there",
        WebhookOutcome::Conflict => "conflict",
        WebhookOutcome::NotTranslated => "none",
        WebhookOutcome::Failed => "failed",
        WebhookOutcome::Skipped => "skipped",
    }
}

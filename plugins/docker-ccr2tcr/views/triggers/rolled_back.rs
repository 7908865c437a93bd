//! The webhooks that a rollback deletes, or has deleted.

use ccr2tcr::terminal::{Column, Table, View};
use ccr2tcr::triggers::{Found, RollbackEntry};
use serde::Serialize;

use super::SCHEMA_VERSION;

/// What `triggers rollback` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RolledBackView<'a> {
    kind: &'static str,
    schema_version: u32,
    webhooks: Vec<RolledBackWebhook<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RolledBackWebhook<'a> {
    namespace: &'a str,
    name: &'a str,
    /// `delete`, `deleted`, `changed`, `gone`, `unread` or `failed`.
    outcome: &'static str,
}

impl<'a> RolledBackView<'a> {
    pub(crate) fn new(entries: &'a [RollbackEntry]) -> Self {
        let webhooks = entries.iter().map(|entry| RolledBackWebhook {
            namespace: &entry.made.namespace,
            name: &entry.made.name,
            outcome: match entry.found {
                Found::Unchanged(_) => "delete",
                Found::Deleted => "deleted",
                Found::Changed => "changed",
                Found::Gone => "gone",
                Found::Unread(_) => "unread",
                Found::Failed(_) => "failed",
            },
        });
        Self {
            kind: "triggersRollback",
            schema_version: SCHEMA_VERSION,
            webhooks: webhooks.collect(),
        }
    }
}

impl View for RolledBackView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        let mut table = Table::new(["webhook", "namespace", "outcome"].map(Column::text));
        for webhook in &self.webhooks {
            let outcome = match webhook.outcome {
                "delete" => "to be deleted",
                "changed" => "left: somebody has changed it",
                "gone" => "is not there any more",
                other => other,
            };
            table.row([webhook.name, webhook.namespace, outcome]);
        }
        (!self.webhooks.is_empty()).then_some(table)
    }
}

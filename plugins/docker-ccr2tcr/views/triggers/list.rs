//! CCR's triggers and clean-up rules, and what they become.

use ccr2tcr::diagnostic::Diagnostic;
use ccr2tcr::tencent::{Kept, TriggerCondition};
use ccr2tcr::terminal::{Column, Table, View};
use ccr2tcr::triggers::{CleanupTranslation, LastFiring, Receiver, RetentionAdvice, Translated};
use jiff::Timestamp;
use serde::Serialize;

use super::SCHEMA_VERSION;
use super::webhook::WebhookView;

/// What `triggers` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TriggersView<'a> {
    kind: &'static str,
    schema_version: u32,
    /// The host of the receiver, if one was named.
    receiver: Option<&'a str>,
    triggers: Vec<TriggerView<'a>>,
    cleanup_rules: Vec<CleanupView<'a>>,
    unread: &'a [Diagnostic],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TriggerView<'a> {
    region: &'a str,
    repository: &'a str,
    name: &'a str,
    /// `all`, `taglist`, `regex` or what the API says.
    method: &'a str,
    /// Tags with `;` between them, or the expression.
    expression: String,
    updates: WorkloadView<'a>,
    last_fired: FiringView<'a>,
    /// What would replace it.
    webhook: Option<WebhookView<'a>>,
    /// Why nothing would.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_translated: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WorkloadView<'a> {
    cluster: &'a str,
    namespace: &'a str,
    #[serde(rename = "kind")]
    workload_kind: Option<&'a str>,
    name: &'a str,
    container: &'a str,
    #[serde(skip)]
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase", tag = "state")]
enum FiringView<'a> {
    #[serde(rename_all = "camelCase")]
    Fired {
        time: Option<Timestamp>,
        tag: &'a str,
        return_code: i64,
    },
    NotLogged,
    Unknown,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CleanupView<'a> {
    /// `None`: all repositories.
    repository: Option<&'a str>,
    #[serde(rename = "type")]
    keeps: &'a str,
    value: u64,
    enabled: bool,
    retention_rules: Vec<RetentionView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_translated: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RetentionView<'a> {
    namespace: &'a str,
    repositories: &'a str,
    key: &'a str,
    value: u64,
}

impl<'a> TriggersView<'a> {
    pub(crate) fn new(
        translated: &'a [Translated<'a>],
        cleanup: &'a [CleanupTranslation<'a>],
        receiver: Option<&'a Receiver>,
        unread: &'a [Diagnostic],
    ) -> Self {
        Self {
            kind: "triggers",
            schema_version: SCHEMA_VERSION,
            receiver: receiver.map(Receiver::host),
            triggers: translated.iter().map(TriggerView::new).collect(),
            cleanup_rules: cleanup.iter().map(CleanupView::new).collect(),
            unread,
        }
    }
}

impl<'a> TriggerView<'a> {
    fn new(translated: &'a Translated<'a>) -> Self {
        let found = translated.trigger;
        let (method, expression) = match &found.trigger.condition {
            TriggerCondition::All => ("all", String::new()),
            TriggerCondition::Tags(tags) => ("taglist", tags.join(";")),
            TriggerCondition::Regex(expression) => ("regex", expression.clone()),
            TriggerCondition::Other { method, expression } => (method.as_str(), expression.clone()),
        };
        let updates = &found.trigger.updates;
        Self {
            region: &found.region,
            repository: &found.repository,
            name: &found.trigger.name,
            method,
            expression,
            updates: WorkloadView {
                cluster: &updates.cluster,
                namespace: &updates.namespace,
                workload_kind: updates.kind.as_deref(),
                name: &updates.name,
                container: &updates.container,
                text: updates.to_string(),
            },
            last_fired: match &found.last {
                LastFiring::Fired { time, tag, code } => {
                    FiringView::Fired { time: *time, tag, return_code: *code }
                }
                LastFiring::NotLogged => FiringView::NotLogged,
                LastFiring::Unknown => FiringView::Unknown,
            },
            webhook: translated.replacement.as_ref().ok().map(WebhookView::new),
            not_translated: translated.replacement.as_ref().err().map(String::as_str),
        }
    }

    fn tags(&self) -> String {
        match self.method {
            "all" => "all".to_owned(),
            "taglist" => self.expression.clone(),
            method => format!("{method} {}", self.expression),
        }
    }

    fn fired(&self) -> String {
        match &self.last_fired {
            FiringView::Fired { time, tag, return_code } => {
                let time = time.map(|time| time.strftime("%Y-%m-%d").to_string());
                let failed = match return_code {
                    0 => String::new(),
                    code => format!(", code {code}"),
                };
                format!("{} {tag}{failed}", time.unwrap_or_default())
            }
            FiringView::NotLogged => "not logged".to_owned(),
            FiringView::Unknown => "not known".to_owned(),
        }
    }
}

impl<'a> CleanupView<'a> {
    fn new(translation: &'a CleanupTranslation<'a>) -> Self {
        let rule = translation.rule;
        let advice = |advice: &'a RetentionAdvice| RetentionView {
            namespace: &advice.namespace,
            repositories: &advice.repositories,
            key: advice.key,
            value: advice.value,
        };
        Self {
            repository: rule.repository.as_deref(),
            keeps: match &rule.keeps {
                Kept::Tags => "keep_last_nums",
                Kept::Days => "keep_last_days",
                Kept::Other(kind) => kind,
            },
            value: rule.value,
            enabled: rule.enabled,
            retention_rules: translation.advice.iter().flatten().map(advice).collect(),
            not_translated: translation.advice.as_ref().err().map(String::as_str),
        }
    }

    fn lines(&self) -> Vec<String> {
        let of = self.repository.unwrap_or("all repositories");
        let off = if self.enabled { "" } else { ", switched off" };
        let mut lines = vec![format!("clean-up rule of {of}: {} {}{off}", self.keeps, self.value)];
        if let Some(why) = self.not_translated {
            lines.push(format!("  no retention rule: {why}"));
        }
        lines.extend(self.retention_rules.iter().map(|rule| {
            let RetentionView { namespace, repositories, key, value } = rule;
            format!("  in TCR: namespace {namespace}, repositories {repositories}: {key} {value}")
        }));
        lines
    }
}

impl View for TriggersView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        if self.triggers.is_empty() {
            return None;
        }
        let columns = ["repository", "trigger", "tags", "updates", "last fired", "webhook"];
        let mut table = Table::new(columns.map(Column::text));
        for trigger in &self.triggers {
            let webhook = match (&trigger.webhook, trigger.not_translated) {
                (Some(webhook), _) => format!("{} in {}", webhook.condition, webhook.namespace),
                (None, why) => format!("none: {}", why.unwrap_or_default()),
            };
            table.row([
                trigger.repository.to_owned(),
                trigger.name.to_owned(),
                trigger.tags(),
                trigger.updates.text.clone(),
                trigger.fired(),
                webhook,
            ]);
        }
        Some(table)
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.triggers.is_empty() {
            lines.push("no trigger was found".to_owned());
        } else {
            lines.push(
                "a webhook only tells its receiver of a push; updating the workload is then the \
                 receiver's work"
                    .to_owned(),
            );
        }
        lines.extend(self.cleanup_rules.iter().flat_map(CleanupView::lines));
        if !self.cleanup_rules.is_empty() {
            lines.push("retention rules are not made: they delete images".to_owned());
        }
        lines
    }
}

//! What an instance does by itself when images arrive: webhooks fire, rules forbid or delete.

use serde::Deserialize;
use serde_json::json;

use super::Enterprise;
use crate::tencent::actions::{self, Action};
use crate::tencent::api::{
    LIMIT, LenientFlag, LenientList, LenientNumber, LenientText, ListPage, Paging, collect,
};
use crate::tencent::{ApiError, Listing};

/// A webhook. A copy to its namespace fires it, once for each tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its name.
    pub name: String,
    /// The namespace; `#ID` where the API gives only its number.
    pub namespace: String,
    /// Whether it fires.
    pub enabled: bool,
    /// `pushImage`, `pullImage`, …
    pub events: Vec<String>,
    /// Where it sends to: `host[:port]` only, because such addresses often carry a token.
    pub hosts: Vec<String>,
}

/// A rule by which tags can be pushed only once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImmutableRule {
    /// The namespace.
    pub namespace: String,
    /// A doublestar glob.
    pub repository_pattern: String,
    /// `repoMatches` or `repoExcludes`.
    pub repository_decoration: String,
    /// A doublestar glob.
    pub tag_pattern: String,
    /// `matches` or `excludes`.
    pub tag_decoration: String,
    /// Whether it is switched off.
    pub disabled: bool,
}

/// The rules of a namespace by which tags are deleted. Tags that were just copied may be among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionRules {
    /// The namespace.
    pub namespace: String,
    /// What is kept.
    pub rules: Vec<RetentionRule>,
    /// `manual`, `daily`, `weekly` or `monthly`.
    pub cron: String,
    /// Whether they are switched off.
    pub disabled: bool,
}

/// What is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionRule {
    /// `latestPushedK` (the last so many pushed) or `nDaysSinceLastPush`.
    pub key: String,
    /// How many tags or days.
    pub value: u64,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WebhookPage {
    total_count: Option<LenientNumber>,
    triggers: Option<LenientList<WebhookTrigger>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WebhookTrigger {
    id: LenientNumber,
    name: LenientText,
    namespace_id: LenientNumber,
    namespace_name: LenientText,
    enabled: LenientFlag,
    event_types: LenientList<LenientText>,
    targets: LenientList<WebhookTarget>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WebhookTarget {
    address: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ImmutablePage {
    // Not TotalCount, as everywhere else.
    total: Option<LenientNumber>,
    rules: Option<LenientList<ImmutableTagRule>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ImmutableTagRule {
    rule_id: LenientNumber,
    ns_name: LenientText,
    repository_pattern: LenientText,
    repository_decoration: LenientText,
    tag_pattern: LenientText,
    tag_decoration: LenientText,
    disabled: LenientFlag,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RetentionPage {
    total_count: Option<LenientNumber>,
    retention_policy_list: Option<LenientList<RetentionPolicy>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RetentionPolicy {
    retention_id: LenientNumber,
    namespace_name: LenientText,
    retention_rule_list: LenientList<KeyValue>,
    advanced_rule_items: LenientList<AdvancedRule>,
    cron_setting: LenientText,
    disabled: LenientFlag,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct AdvancedRule {
    retention_policy: KeyValue,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct KeyValue {
    key: LenientText,
    value: LenientNumber,
}

impl Enterprise {
    /// The webhooks.
    ///
    /// # Errors
    /// As every call.
    pub async fn webhooks(&self) -> Result<Listing<Webhook>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_WEBHOOK_TRIGGER;
        let fetch = async |number| {
            let page: WebhookPage = self.api.call(ACTION, &self.page_of(number, &[])).await?;
            ListPage::new(ACTION, page.triggers, page.total_count)
        };
        let key = |trigger: &WebhookTrigger| {
            (trigger.namespace_id.0, trigger.id.0, trigger.name.0.clone())
        };
        Ok(collect(Paging::Pages, key, fetch).await?.map(Webhook::from))
    }

    /// The rules by which tags can be pushed only once.
    ///
    /// # Errors
    /// As every call.
    pub async fn immutable_rules(&self) -> Result<Listing<ImmutableRule>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_IMMUTABLE_TAG_RULES;
        let fetch = async |number: u64| {
            let payload =
                json!({"RegistryId": self.registry_id, "Page": number, "PageSize": LIMIT});
            let page: ImmutablePage = self.api.call(ACTION, &payload).await?;
            ListPage::new(ACTION, page.rules, page.total)
        };
        let key = |rule: &ImmutableTagRule| (rule.ns_name.0.clone(), rule.rule_id.0);
        Ok(collect(Paging::Pages, key, fetch).await?.map(|rule| ImmutableRule {
            namespace: rule.ns_name.0,
            repository_pattern: rule.repository_pattern.0,
            repository_decoration: rule.repository_decoration.0,
            tag_pattern: rule.tag_pattern.0,
            tag_decoration: rule.tag_decoration.0,
            disabled: rule.disabled.0,
        }))
    }

    /// The rules by which tags are deleted.
    ///
    /// # Errors
    /// As every call.
    pub async fn retention_rules(&self) -> Result<Listing<RetentionRules>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_TAG_RETENTION_RULES;
        let fetch = async |number| {
            let page: RetentionPage = self.api.call(ACTION, &self.page_of(number, &[])).await?;
            ListPage::new(ACTION, page.retention_policy_list, page.total_count)
        };
        let key =
            |policy: &RetentionPolicy| (policy.namespace_name.0.clone(), policy.retention_id.0);
        Ok(collect(Paging::Pages, key, fetch).await?.map(RetentionRules::from))
    }
}

impl From<WebhookTrigger> for Webhook {
    fn from(trigger: WebhookTrigger) -> Self {
        let id = trigger.namespace_id.0;
        Self {
            name: trigger.name.0,
            namespace: trigger.namespace_name.some().unwrap_or_else(|| format!("#{id}")),
            enabled: trigger.enabled.0,
            events: trigger.event_types.0.into_iter().map(|event| event.0).collect(),
            hosts: trigger
                .targets
                .0
                .iter()
                .filter_map(|target| host_of(&target.address.0))
                .collect(),
        }
    }
}

impl From<RetentionPolicy> for RetentionRules {
    fn from(policy: RetentionPolicy) -> Self {
        let plain = policy.retention_rule_list.0;
        let advanced = policy.advanced_rule_items.0.into_iter().map(|item| item.retention_policy);
        let mut rules: Vec<RetentionRule> = Vec::new();
        for KeyValue { key, value } in plain.into_iter().chain(advanced) {
            let rule = RetentionRule { key: key.0, value: value.count() };
            // The advanced form repeats the plain one.
            if !rule.key.is_empty() && !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        Self {
            namespace: policy.namespace_name.0,
            rules,
            cron: policy.cron_setting.0,
            disabled: policy.disabled.0,
        }
    }
}

pub(super) fn host_of(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

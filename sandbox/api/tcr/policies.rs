//! Enterprise Edition: immutable tags, retention.

use serde_json::{Value, json};

use crate::api::call::{ActionCall, ActionResult};

/// `DescribeImmutableTagRules`: the count is called `Total` here.
pub(super) fn immutable_tags(call: &mut ActionCall<'_>) -> ActionResult {
    let page = call.numbered("Page", "PageSize");
    let instance = call.running()?;
    let rules = &instance.immutable_rules;
    let list = page.of(rules.iter().zip(1_u64..), |(rule, id)| {
        json!({
            "RepositoryPattern": rule.repository,
            "TagPattern": rule.tag,
            "RepositoryDecoration": "repoMatches",
            "TagDecoration": "matches",
            "Disabled": false,
            "RuleId": id,
            "NsName": rule.namespace,
        })
    });
    let without: Vec<Value> = instance
        .registry
        .namespaces
        .keys()
        .filter(|name| rules.iter().all(|rule| rule.namespace != **name))
        .map(|name| json!(name))
        .collect();
    let without = if without.is_empty() { Value::Null } else { json!(without) };
    Ok(json!({"Rules": list, "EmptyNs": without, "Total": rules.len()}))
}

/// `DescribeTagRetentionRules`
pub(super) fn retention(call: &mut ActionCall<'_>) -> ActionResult {
    let (page, namespace) = (call.pages(), call.text("NamespaceName").to_owned());
    let instance = call.running()?;
    let found: Vec<_> = instance
        .retention
        .iter()
        .zip(1_u64..)
        .filter(|(rule, _)| namespace.is_empty() || rule.namespace == namespace)
        .collect();
    let count = found.len();
    let list = page.of(found, |(rule, id)| {
        // Numbers arrive as texts now and then, as in the official examples.
        let value = json!({"Key": "latestPushedK", "Value": rule.latest_pushed.to_string()});
        json!({
            "RetentionId": id,
            "NamespaceName": rule.namespace,
            "RetentionRuleList": [value],
            "AdvancedRuleItems": null,
            "CronSetting": rule.cron,
            "Disabled": false,
            "NextExecutionTime": "0001-01-01T00:00:00Z",
        })
    });
    Ok(json!({"RetentionPolicyList": list, "TotalCount": count}))
}

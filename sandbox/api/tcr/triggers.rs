//! Personal Edition: application triggers, their log, and clean-up rules. `Offset` counts items.

use serde_json::{Value, json};

use crate::account::{Cleanup, Trigger};
use crate::api::call::{ActionCall, ActionResult};
use crate::clock;

/// `DescribeApplicationTriggerPersonal`: the answer doesn't name the repositories.
pub(super) fn triggers(call: &mut ActionCall<'_>) -> ActionResult {
    let (page, wanted) = (call.items(), call.text("RepoName").to_owned());
    let name = call.text("TriggerName").to_owned();
    let (personal, _) = call.personal()?;
    let found: Vec<&(String, Trigger)> = personal
        .triggers
        .iter()
        .filter(|(repository, _)| wanted.is_empty() || *repository == wanted)
        .filter(|(_, trigger)| name.is_empty() || trigger.name == name)
        .collect();
    let count = found.len();
    let list = page.of(found, |(_, trigger)| {
        let mut shown = show(trigger);
        shown["CreateTime"] = json!("2021-11-18 11:51:13");
        shown["UpdateTime"] = json!("2021-11-18 11:51:13");
        shown
    });
    Ok(json!({"Data": {"TotalCount": count, "TriggerInfo": list}}))
}

/// `DescribeApplicationTriggerLogPersonal`
pub(super) fn log(call: &mut ActionCall<'_>) -> ActionResult {
    let (page, wanted) = (call.items(), call.text("RepoName").to_owned());
    let is_rising = call.text("Order") == "asc";
    let (personal, _) = call.personal()?;
    let mut found: Vec<_> = personal
        .triggers
        .iter()
        .filter(|(repository, _)| wanted.is_empty() || *repository == wanted)
        .flat_map(|(repository, trigger)| {
            trigger.fired.iter().map(move |fired| (repository, trigger, fired))
        })
        .collect();
    found.sort_by_key(|(.., fired)| fired.at);
    if !is_rising {
        found.reverse();
    }
    let count = found.len();
    let list = page.of(found, |(repository, trigger, fired)| {
        let mut shown = show(trigger);
        shown["RepoName"] = json!(repository);
        shown["TagName"] = json!(fired.tag);
        shown["InvokeTime"] = json!(clock::personal(fired.at));
        shown["InvokeResult"] = json!({"ReturnCode": fired.code, "ReturnMsg": ""});
        shown
    });
    Ok(json!({"Data": {"TotalCount": count, "LogInfo": list}}))
}

fn show(trigger: &Trigger) -> Value {
    json!({
        "TriggerName": trigger.name,
        "InvokeSource": trigger.source,
        "InvokeAction": trigger.action,
        "InvokeCondition": {"InvokeMethod": trigger.method, "InvokeExpr": trigger.expression},
        "InvokePara": {
            "AppId": "1250000000",
            "ClusterId": trigger.cluster,
            "Namespace": trigger.namespace,
            "ServiceName": trigger.workload,
            "ContainerName": trigger.container,
            "ClusterRegion": 1,
        },
    })
}

/// `DescribeImageLifecyclePersonal`
pub(super) fn lifecycle(call: &mut ActionCall<'_>) -> ActionResult {
    let wanted = call.text("RepoName").to_owned();
    rules(call, &wanted)
}

/// `DescribeImageLifecycleGlobalPersonal`
pub(super) fn global_lifecycle(call: &mut ActionCall<'_>) -> ActionResult {
    rules(call, "")
}

/// The rules of a repository; of all of them, if it has no name.
fn rules(call: &mut ActionCall<'_>, wanted: &str) -> ActionResult {
    let user = call.cloud.uin.clone();
    let (personal, _) = call.personal()?;
    let show = |(repository, rule): &(String, Cleanup)| {
        json!({
            "Username": user,
            "RepoName": repository,
            "Type": rule.kind,
            "Value": rule.value,
            "Valid": u8::from(rule.valid),
            "CreationTime": "2020-01-22 15:38:19 +0800 CST",
        })
    };
    let found = personal.cleanup.iter().filter(|(repository, _)| repository == wanted);
    let list: Vec<Value> = found.map(show).collect();
    let count = list.len();
    let list = if list.is_empty() { Value::Null } else { json!(list) };
    Ok(json!({"Data": {"TotalCount": count, "StrategyInfo": list}}))
}

//! CAM, version 2019-01-16: the policies of the key's user, and of roles. Read only.

use serde_json::{Value, json};

use super::action::{Action, Grant, action};
use super::call::{ActionCall, ActionResult};
use super::error::ApiError;
use crate::account::PolicyDescription;
use crate::cam::Cam;

/// Made up: a policy's id is its place after this.
const FIRST_ID: i64 = 240_000_001;
const ADDED: &str = "2024-05-20 10:30:00";

pub(super) const ACTIONS: &[Action] = &[
    action("GetUserAppId", 20, Grant::Operation, "", app_id),
    action(
        "ListAttachedUserAllPolicies",
        20,
        Grant::Operation,
        "!TargetUin:i !Rp:i !Page:i !AttachType:i StrategyType:i Keyword:s",
        user_policies,
    ),
    action(
        "ListAttachedRolePolicies",
        20,
        Grant::Operation,
        "!Page:i !Rp:i RoleId:s RoleName:s PolicyType:s Keyword:s",
        role_policies,
    ),
    action("GetPolicy", 20, Grant::Operation, "!PolicyId:i", policy),
    action("GetUserPermissionBoundary", 20, Grant::Operation, "!TargetUin:i", boundary),
];

/// The id of a role, made from its place.
pub(super) fn role_id(cam: &Cam, name: &str) -> String {
    let place = cam.roles.iter().position(|role| role.name == name).unwrap_or(cam.roles.len());
    format!("{}", 4_611_686_018_427_000_001_u64 + place as u64)
}

#[allow(clippy::unnecessary_wraps, reason = "the table of actions needs one signature")]
fn app_id(call: &mut ActionCall<'_>) -> ActionResult {
    Ok(json!({"Uin": call.uin(), "OwnerUin": call.cloud.uin, "AppId": 1_250_000_001}))
}

/// All policies: the user's, then those of each role, then the boundary.
fn all(cam: &Cam) -> impl Iterator<Item = (i64, &PolicyDescription)> {
    let roles = cam.roles.iter().flat_map(|role| &role.policies);
    (FIRST_ID..).zip(cam.policies.iter().chain(roles).chain(&cam.boundary))
}

fn name_of(id: i64, policy: &PolicyDescription) -> String {
    policy.name.clone().unwrap_or_else(|| format!("policy-{}", id - FIRST_ID + 1))
}

fn check_user(call: &ActionCall<'_>) -> Result<(), ApiError> {
    let target = call.number("TargetUin").unwrap_or_default().to_string();
    if call.cloud.cam.user.as_ref() == Some(&target) {
        return Ok(());
    }
    Err(ApiError::new(
        "ResourceNotFound.UserNotExist",
        format!("用户 {target} 不存在。"),
        format!("The user {target} does not exist."),
    ))
}

/// `ListAttachedUserAllPolicies`: `AttachType` 0 all, 1 the user's own, 2 those of groups.
fn user_policies(call: &mut ActionCall<'_>) -> ActionResult {
    check_user(call)?;
    let kind = call.number("AttachType");
    let cam = &call.cloud.cam;
    let own = all(cam).take(cam.policies.len());
    let found: Vec<_> = own
        .filter(|(_, policy)| match kind {
            Some(1) => policy.group.is_none(),
            Some(2) => policy.group.is_some(),
            _ => true,
        })
        .collect();
    let count = found.len();
    let list = call.numbered("Page", "Rp").of(found, |(id, policy)| {
        let groups: Vec<Value> =
            policy.group.iter().map(|name| json!({"GroupId": 1, "GroupName": name})).collect();
        json!({
            "PolicyId": id.to_string(),
            "PolicyName": name_of(id, policy),
            "Description": "",
            "AddTime": ADDED,
            "StrategyType": "1",
            "CreateMode": "2",
            "Groups": groups,
            "Deactived": 0,
            "DeactivedDetail": null,
        })
    });
    Ok(json!({"PolicyList": list, "TotalNum": count}))
}

/// `ListAttachedRolePolicies`, by the role's id or name.
fn role_policies(call: &mut ActionCall<'_>) -> ActionResult {
    let (wanted_id, wanted_name) = (call.text("RoleId"), call.text("RoleName"));
    let cam = &call.cloud.cam;
    let place = cam.roles.iter().position(|role| {
        role.name == wanted_name || (!wanted_id.is_empty() && role_id(cam, &role.name) == wanted_id)
    });
    let Some(place) = place else {
        return Err(ApiError::new(
            "InvalidParameter.RoleNotExist",
            "角色不存在。",
            "The role does not exist.",
        ));
    };
    let before = cam.policies.len()
        + cam.roles[..place].iter().map(|role| role.policies.len()).sum::<usize>();
    let count = cam.roles[place].policies.len();
    let found = all(cam).skip(before).take(count);
    let list = call.numbered("Page", "Rp").of(found, |(id, policy)| {
        json!({
            "PolicyId": id,
            "PolicyName": name_of(id, policy),
            "AddTime": ADDED,
            "PolicyType": "User",
            "CreateMode": 2,
            "Deactived": 0,
            "DeactivedDetail": null,
            "Description": "",
        })
    });
    Ok(json!({"List": list, "TotalNum": count}))
}

/// `GetPolicy`
fn policy(call: &mut ActionCall<'_>) -> ActionResult {
    let id = call.number("PolicyId").unwrap_or_default();
    let Some((id, policy)) = all(&call.cloud.cam).find(|(held, _)| *held == id) else {
        return Err(ApiError::new(
            "ResourceNotFound.PolicyIdNotFound",
            format!("策略 {id} 不存在。"),
            format!("The policy {id} does not exist."),
        ));
    };
    Ok(json!({
        "PolicyName": name_of(id, policy),
        "Description": "",
        "Type": 1,
        "AddTime": ADDED,
        "UpdateTime": ADDED,
        "PolicyDocument": json!(policy).to_string(),
        "PresetAlias": "",
        "IsServiceLinkedRolePolicy": 0,
        "Tags": [],
    }))
}

/// `GetUserPermissionBoundary`: null where there is none.
fn boundary(call: &mut ActionCall<'_>) -> ActionResult {
    check_user(call)?;
    let cam = &call.cloud.cam;
    let Some(boundary) = &cam.boundary else {
        return Ok(json!({
            "PolicyId": null,
            "PolicyName": null,
            "PolicyDocument": null,
            "PolicyType": null,
            "CreateMode": null,
        }));
    };
    let id = all(cam).map(|(id, _)| id).last().unwrap_or(FIRST_ID);
    Ok(json!({
        "PolicyId": id,
        "PolicyName": name_of(id, boundary),
        "PolicyDocument": json!(boundary).to_string(),
        "PolicyType": 1,
        "CreateMode": 2,
    }))
}

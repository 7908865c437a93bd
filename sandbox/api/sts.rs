//! Temporary keys: STS for pods with an identity, and the metadata service of a machine with a role.

#![allow(clippy::unnecessary_wraps, reason = "the table of actions needs one signature")]

use serde_json::{Map, Value, json};

use super::action::{Action, Grant, action};
use super::call::{ActionCall, ActionResult};
use super::cam::role_id;
use super::error::ApiError;
use crate::cam::Caller;
use crate::world::{Cloud, TemporaryKey};
use crate::{clock, secrets};

pub(super) const ACTIONS: &[Action] = &[
    action("GetCallerIdentity", 20, Grant::Operation, "", caller_identity),
    action(
        "AssumeRole",
        20,
        Grant::Operation,
        "!RoleArn:s !RoleSessionName:s DurationSeconds:i Policy:s ExternalId:s Tags:l \
         SourceIdentity:s SerialNumber:s TokenCode:s",
        assume_role,
    ),
];

/// The role that the metadata service knows.
pub(super) const ROLE: &str = "sandbox-role";

/// `AssumeRoleWithWebIdentity`: unsigned, the identity token is not looked at.
pub(super) fn web_identity(cloud: &mut Cloud, parameters: &Map<String, Value>) -> ActionResult {
    for name in ["ProviderId", "WebIdentityToken", "RoleArn", "RoleSessionName"] {
        if parameters.get(name).and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(ApiError::missing_parameter(name));
        }
    }
    Ok(assume(cloud, parameters))
}

/// `AssumeRole`
fn assume_role(call: &mut ActionCall<'_>) -> ActionResult {
    Ok(assume(call.cloud, call.parameters))
}

/// `GetCallerIdentity`. What `UserId` and `PrincipalId` are of which caller is in the SDK; the
/// names of the types and a role's `Arn` are not.
fn caller_identity(call: &mut ActionCall<'_>) -> ActionResult {
    let (owner, holder) = (&call.cloud.uin, call.cloud.user());
    let (arn, user, kind) = match &call.caller {
        Caller::Root => {
            (format!("qcs::cam::uin/{owner}:uin/{owner}"), owner.clone(), "RootAccount")
        }
        Caller::User => {
            (format!("qcs::cam::uin/{owner}:uin/{holder}"), holder.to_owned(), "CAMUser")
        }
        Caller::Role { name, session } => {
            let id = role_id(&call.cloud.cam, name);
            let arn = format!("qcs::sts::uin/{owner}:assumed-role/{name}/{session}");
            (arn, format!("{id}:{session}"), "CAMRole")
        }
    };
    Ok(json!({
        "Arn": arn,
        "AccountId": owner,
        "UserId": user,
        "PrincipalId": holder,
        "Type": kind,
    }))
}

fn assume(cloud: &mut Cloud, parameters: &Map<String, Value>) -> Value {
    let text = |name: &str| parameters.get(name).and_then(Value::as_str).unwrap_or_default();
    // `qcs::cam::uin/OWNER:roleName/NAME`
    let name = text("RoleArn").rsplit('/').next().unwrap_or_default().to_owned();
    let role = Caller::Role { name, session: text("RoleSessionName").to_owned() };
    let seconds = parameters.get("DurationSeconds").and_then(Value::as_i64).unwrap_or(7200);
    let (id, key) = temporary_key(cloud, role, seconds);
    json!({
        "Credentials": {"Token": key.token, "TmpSecretId": id, "TmpSecretKey": key.secret},
        "ExpiredTime": key.expires.as_second(),
        "Expiration": key.expires.to_string(),
    })
}

/// What the metadata service answers for a role.
pub(super) fn metadata(cloud: &mut Cloud) -> Value {
    let role = Caller::Role { name: ROLE.to_owned(), session: "machine".to_owned() };
    let (id, key) = temporary_key(cloud, role, 7200);
    json!({
        "TmpSecretId": id,
        "TmpSecretKey": key.secret,
        "ExpiredTime": key.expires.as_second(),
        "Expiration": key.expires.to_string(),
        "Token": key.token,
        "Code": "Success",
    })
}

fn temporary_key(cloud: &mut Cloud, role: Caller, seconds: i64) -> (String, TemporaryKey) {
    let id = format!("AKID{}", secrets::alphanumeric(60));
    let key = TemporaryKey {
        secret: secrets::alphanumeric(44),
        token: secrets::alphanumeric(180),
        expires: clock::after(cloud.now(), seconds),
        role,
    };
    cloud.secrets.note(&key.secret);
    cloud.secrets.note(&key.token);
    cloud.temporary_keys.insert(id.clone(), key.clone());
    (id, key)
}

//! Temporary keys: STS for pods with an identity, and the metadata service of a machine with a role.

#![allow(clippy::unnecessary_wraps, reason = "the table of actions needs one signature")]

use serde_json::{Map, Value, json};

use super::action::{Action, Grant, action};
use super::call::{ActionCall, ActionResult};
use super::error::ApiError;
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

/// `GetCallerIdentity`: any key may ask who it is.
fn caller_identity(call: &mut ActionCall<'_>) -> ActionResult {
    let uin = &call.cloud.uin;
    Ok(json!({
        "Arn": format!("qcs::cam::uin/{uin}:uin/{uin}"),
        "AccountId": uin,
        "UserId": uin,
        "PrincipalId": uin,
        "Type": "RootAccount",
    }))
}

fn assume(cloud: &mut Cloud, parameters: &Map<String, Value>) -> Value {
    let seconds = parameters.get("DurationSeconds").and_then(Value::as_i64).unwrap_or(7200);
    let (id, key) = temporary_key(cloud, seconds);
    json!({
        "Credentials": {"Token": key.token, "TmpSecretId": id, "TmpSecretKey": key.secret},
        "ExpiredTime": key.expires.as_second(),
        "Expiration": key.expires.to_string(),
    })
}

/// What the metadata service answers for a role.
pub(super) fn metadata(cloud: &mut Cloud) -> Value {
    let (id, key) = temporary_key(cloud, 7200);
    json!({
        "TmpSecretId": id,
        "TmpSecretKey": key.secret,
        "ExpiredTime": key.expires.as_second(),
        "Expiration": key.expires.to_string(),
        "Token": key.token,
        "Code": "Success",
    })
}

fn temporary_key(cloud: &mut Cloud, seconds: i64) -> (String, TemporaryKey) {
    let id = format!("AKID{}", secrets::alphanumeric(60));
    let key = TemporaryKey {
        secret: secrets::alphanumeric(44),
        token: secrets::alphanumeric(180),
        expires: clock::after(cloud.now(), seconds),
    };
    cloud.secrets.note(&key.secret);
    cloud.secrets.note(&key.token);
    cloud.temporary_keys.insert(id.clone(), key.clone());
    (id, key)
}

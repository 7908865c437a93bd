//! Enterprise Edition: access credentials and service accounts.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::namespaces::conflict;
use crate::api::call::{ActionCall, ActionResult, RequestedPage};
use crate::api::error::ApiError;
use crate::registry::{InstanceServiceAccount, InstanceToken};
use crate::{clock, secrets};

const DAY: i64 = 24 * 3600;

/// `CreateInstanceToken`: `ExpTime` is in milliseconds, a temporary token has no id.
pub(super) fn create(call: &mut ActionCall<'_>) -> ActionResult {
    let (kind, description) = (call.text("TokenType").to_owned(), call.text("Desc").to_owned());
    let long = match kind.as_str() {
        "" | "temp" => false,
        "longterm" => true,
        _ => return Err(ApiError::wrong_type("TokenType", "temp or longterm")),
    };
    let (now, owner, uin) = (Timestamp::now(), call.cloud.uin.clone(), call.uin());
    let holder = call.caller.clone();
    let instance = call.running()?;
    let short = i64::try_from(instance.token_lifetime).unwrap_or(3600);
    let expires = clock::after(now, if long { 3650 * DAY } else { short });
    let id =
        if long { format!("c{}", secrets::alphanumeric(19).to_lowercase()) } else { String::new() };
    let token = secrets::token(&json!({
        "ownerUin": owner,
        "operatorUin": uin,
        "tokenId": id,
        "exp": expires.as_second(),
        "nbf": now.as_second(),
        "iat": now.as_second(),
    }));
    instance.tokens.push(InstanceToken {
        id: id.clone(),
        token: token.clone(),
        holder,
        description,
        created: now,
        expires,
    });
    call.cloud.secrets.note_login(&uin, &token);
    Ok(json!({
        "Username": uin,
        "Token": token,
        "ExpTime": expires.as_millisecond(),
        "TokenId": id,
    }))
}

/// `DescribeInstanceToken`: long-term ones only.
pub(super) fn list(call: &mut ActionCall<'_>) -> ActionResult {
    let page = call.items();
    let instance = call.instance()?;
    let long: Vec<_> = instance.tokens.iter().filter(|token| !token.id.is_empty()).collect();
    let count = long.len();
    let list = page.of(long, |token| {
        json!({
            "Id": token.id,
            "Desc": token.description,
            "RegistryId": instance.id,
            "Enabled": true,
            "CreatedAt": clock::enterprise(token.created),
            "ExpiredAt": token.expires.as_millisecond(),
        })
    });
    Ok(json!({"TotalCount": count, "Tokens": list}))
}

/// `DeleteInstanceToken`
pub(super) fn delete(call: &mut ActionCall<'_>) -> ActionResult {
    let id = call.text("TokenId").to_owned();
    let instance = call.instance()?;
    let before = instance.tokens.len();
    instance.tokens.retain(|token| id.is_empty() || token.id != id);
    if instance.tokens.len() == before {
        return Err(ApiError::not_in_instance(&format!("token {id}")));
    }
    Ok(json!({}))
}

/// `CreateServiceAccount`
pub(super) fn create_account(call: &mut ActionCall<'_>) -> ActionResult {
    let name = format!("tcr${}", call.text("Name"));
    let description = call.text("Description").to_owned();
    let now = Timestamp::now();
    // Days beat a point in time.
    let expires = match (call.number("Duration"), call.number("ExpiresAt")) {
        (Some(days), _) => clock::after(now, days.saturating_mul(DAY)),
        (None, Some(time)) => Timestamp::from_millisecond(time).unwrap_or(now),
        (None, None) => clock::after(now, 3650 * DAY),
    };
    let permissions = call.parameters.get("Permissions").and_then(Value::as_array);
    let permissions = permissions.into_iter().flatten().map(|permission| {
        let actions = permission["Actions"].as_array().into_iter().flatten();
        let actions = actions.filter_map(Value::as_str).map(str::to_owned).collect();
        (permission["Resource"].as_str().unwrap_or_default().to_owned(), actions)
    });
    let account = InstanceServiceAccount {
        name: name.clone(),
        password: secrets::alphanumeric(32),
        description,
        disabled: call.flag("Disable"),
        created: now,
        expires,
        permissions: permissions.collect(),
    };
    let instance = call.running()?;
    let (_, quota) = instance.level.quota();
    if instance.service_accounts.iter().any(|held| held.name == name) {
        return Err(conflict(call, &format!("service account {name} already exists")));
    }
    if instance.service_accounts.len() >= quota {
        return Err(ApiError::over_quota("service accounts", quota));
    }
    instance.service_accounts.push(account.clone());
    call.cloud.secrets.note_login(&name, &account.password);
    Ok(json!({
        "Name": name,
        "Password": account.password,
        "ExpiresAt": expires.as_millisecond(),
        "CreateTime": clock::enterprise(now),
    }))
}

/// `DescribeServiceAccounts`
pub(super) fn accounts(call: &mut ActionCall<'_>) -> ActionResult {
    let page = if call.flag("All") { RequestedPage::ALL } else { call.items() };
    let (names, embed) = (call.filter("ServiceAccountName"), call.flag("EmbedPermission"));
    let instance = call.instance()?;
    let wanted = |name: &String| names.as_ref().is_none_or(|names| names.contains(name));
    let found: Vec<_> =
        instance.service_accounts.iter().filter(|account| wanted(&account.name)).collect();
    let count = found.len();
    let list = page.of(found, |account| {
        let permissions: Vec<Value> = account
            .permissions
            .iter()
            .map(|(resource, actions)| json!({"Resource": resource, "Actions": actions}))
            .collect();
        json!({
            "Name": account.name,
            "Description": account.description,
            "Disable": account.disabled,
            "ExpiresAt": account.expires.as_millisecond(),
            "CreateTime": clock::enterprise(account.created),
            "UpdateTime": clock::enterprise(account.created),
            "Permissions": if embed { json!(permissions) } else { Value::Null },
        })
    });
    Ok(json!({"ServiceAccounts": list, "TotalCount": count}))
}

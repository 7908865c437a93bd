//! Logins that the API makes for an instance's registry: tokens and service accounts.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::Enterprise;
use crate::http::Secret;
use crate::tencent::ApiError;
use crate::tencent::actions::{self, Action};
use crate::tencent::api::{ActionKind, LenientNumber, LenientText, unix_time};

/// Which token to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenKind {
    /// Lives for an hour, and can't be listed or revoked.
    Temporary,
    /// Lives for years; it can be seen and deleted in the console.
    LongTerm {
        /// What the console shows.
        description: String,
    },
}

/// A login for the registry.
#[derive(Debug, Clone)]
pub struct InstanceToken {
    /// The UIN of the key's user.
    pub username: String,
    /// The token.
    pub password: Secret,
    /// When it expires.
    pub expires: Timestamp,
    /// What a long-term token is deleted by.
    pub id: Option<String>,
}

/// A login that belongs to no person: the right one for clusters.
#[derive(Debug, Clone)]
pub struct InstanceServiceAccount {
    /// With the prefix `tcr$` that the API puts in front.
    pub name: String,
    /// Shown this once.
    pub password: Secret,
    /// When it expires, if it does.
    pub expires: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TokenResponse {
    #[serde(default)]
    username: LenientText,
    token: Secret,
    exp_time: LenientNumber,
    #[serde(default)]
    token_id: LenientText,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ServiceAccountResponse {
    name: LenientText,
    password: Secret,
    #[serde(default)]
    expires_at: LenientNumber,
}

impl Enterprise {
    /// Makes a token.
    ///
    /// # Errors
    /// As every call; [`ApiError::Unreadable`] if the answer holds no user or no expiry.
    pub async fn create_token(&self, kind: &TokenKind) -> Result<InstanceToken, ApiError> {
        const ACTION: Action = actions::CREATE_INSTANCE_TOKEN;
        let registry = &self.registry_id;
        let (action_kind, payload) = match kind {
            // One too many does no harm: it is not listed, and expires in an hour.
            TokenKind::Temporary => {
                (ActionKind::Read, json!({"RegistryId": registry, "TokenType": "temp"}))
            }
            TokenKind::LongTerm { description } => {
                let kind = "longterm";
                let payload =
                    json!({"RegistryId": registry, "TokenType": kind, "Desc": description});
                (ActionKind::Write, payload)
            }
        };
        let answer: TokenResponse = self.api.call_as(action_kind, ACTION, &payload).await?;
        let lacking = |what: &str| ApiError::Unreadable {
            action: ACTION.name.to_owned(),
            reason: format!("no {what} in it"),
            request_id: None,
        };
        Ok(InstanceToken {
            username: answer.username.some().ok_or_else(|| lacking("Username"))?,
            password: answer.token,
            expires: end(answer.exp_time).ok_or_else(|| lacking("ExpTime"))?,
            id: answer.token_id.some(),
        })
    }

    /// Makes a service account that may pull from these namespaces, and push if `push`.
    ///
    /// Without `days` the API decides how long it lives.
    ///
    /// # Errors
    /// [`ApiError::is_quota`] if the instance has as many as its level allows.
    pub async fn create_service_account(
        &self,
        name: &str,
        namespaces: &[&str],
        push: bool,
        days: Option<u32>,
        description: &str,
    ) -> Result<InstanceServiceAccount, ApiError> {
        let mut actions = vec!["tcr:PullRepository"];
        if push {
            // A first push makes the repository, which is an action of its own.
            actions.extend(["tcr:PushRepository", "tcr:CreateRepository"]);
        }
        let permissions: Vec<_> = namespaces
            .iter()
            .map(|namespace| json!({"Resource": namespace, "Actions": actions}))
            .collect();
        let mut payload = json!({
            "RegistryId": self.registry_id,
            "Name": name,
            "Permissions": permissions,
            "Description": description,
        });
        if let Some(days) = days {
            payload["Duration"] = json!(days);
        }
        let answer: ServiceAccountResponse =
            self.api.call(actions::CREATE_SERVICE_ACCOUNT, &payload).await?;
        Ok(InstanceServiceAccount {
            name: answer.name.0,
            password: answer.password,
            expires: end(answer.expires_at),
        })
    }
}

/// In whole seconds, which people read more easily; a login may end a little too early.
fn end(time: LenientNumber) -> Option<Timestamp> {
    unix_time(time.0).and_then(|end| Timestamp::from_second(end.as_second()).ok())
}

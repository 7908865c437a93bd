//! Who the API key belongs to.

use serde::Deserialize;
use serde_json::json;

use super::api::LenientText;
use super::{Api, ApiError, actions};

/// Whose key signs the calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The number of the account, which everything belongs to.
    pub account: String,
    /// The number of the user; the account's own if it is the root user.
    pub user: String,
    /// `qcs::cam::uin/ACCOUNT:uin/USER` or `qcs::sts:…:assumed-role/…`.
    pub arn: String,
    /// `CAMUser`, `RootAccount`, `CAMRole`, …
    pub kind: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct CallerIdentity {
    arn: LenientText,
    account_id: LenientText,
    user_id: LenientText,
    r#type: LenientText,
}

/// Asks STS who calls. Every key may ask this (STS, `GetCallerIdentity`).
///
/// # Errors
/// As every call.
pub async fn identity(api: &Api) -> Result<Identity, ApiError> {
    let caller: CallerIdentity = api.call(actions::GET_CALLER_IDENTITY, &json!({})).await?;
    Ok(Identity {
        account: caller.account_id.0,
        user: caller.user_id.0,
        arn: caller.arn.0,
        kind: caller.r#type.0,
    })
}

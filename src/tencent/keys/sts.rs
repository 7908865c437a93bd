//! Keys for a role, from Tencent's Security Token Service.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::ApiKey;
use crate::http::{Network, Secret};
use crate::tencent::actions::{self, Action};
use crate::tencent::api::{
    ActionKind, ApiCall, LenientNumber, LenientText, STANDARD_BACKOFF, retry, unix_time,
};
use crate::tencent::{ApiError, Endpoint};

/// How long a key is valid, in seconds. STS gives up to 12 hours; two are enough for most moves, and
/// the key is renewed in longer ones.
const LIFE: u32 = 7200;

/// The name of the role's sessions in the account's audit log.
const SESSION: &str = "ccr2tcr";

/// STS at an endpoint.
pub(super) struct Sts<'a> {
    pub(super) network: &'a Network,
    pub(super) endpoint: &'a Endpoint,
    pub(super) origin: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AssumeRoleResponse {
    credentials: StsCredentials,
    #[serde(default)]
    expired_time: LenientNumber,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StsCredentials {
    token: Secret,
    tmp_secret_id: LenientText,
    tmp_secret_key: Secret,
}

impl Sts<'_> {
    /// Assumes a role with a key.
    pub(super) async fn assume(
        &self,
        key: &ApiKey,
        arn: &str,
        session: Option<&str>,
    ) -> Result<(ApiKey, Timestamp), ApiError> {
        let body = json!({
            "RoleArn": arn,
            "RoleSessionName": session.unwrap_or(SESSION),
            "DurationSeconds": LIFE,
        });
        // The role is the same in every region; one has to be named.
        self.call(actions::ASSUME_ROLE, "ap-guangzhou", Some(key), &body.to_string()).await
    }

    /// Assumes a role with the token that TKE gives to a pod. Not signed.
    pub(super) async fn assume_with_web_identity(
        &self,
        region: &str,
        provider: &str,
        arn: &str,
        identity: &Secret,
    ) -> Result<(ApiKey, Timestamp), ApiError> {
        let body = json!({
            "ProviderId": provider,
            "WebIdentityToken": identity.expose(),
            "RoleArn": arn,
            "RoleSessionName": SESSION,
            "DurationSeconds": LIFE,
        });
        self.call(actions::ASSUME_ROLE_WITH_WEB_IDENTITY, region, None, &body.to_string()).await
    }

    async fn call(
        &self,
        action: Action,
        region: &str,
        key: Option<&ApiKey>,
        body: &str,
    ) -> Result<(ApiKey, Timestamp), ApiError> {
        let (endpoint, origin) = (self.endpoint, self.origin);
        let call = ApiCall { endpoint, action, region, body, key, origin, clock: None };
        // It makes a key and nothing else, so it may be repeated like a read.
        let AssumeRoleResponse { credentials, expired_time } =
            retry(STANDARD_BACKOFF, ActionKind::Read, || call.send(self.network)).await?;
        let empty = || ApiError::Unreadable {
            action: action.name.to_owned(),
            reason: "no key in it".to_owned(),
            request_id: None,
        };
        let names = ["TmpSecretId", "TmpSecretKey"];
        let id = Some(credentials.tmp_secret_id.0.as_str());
        let (secret, token) = (Some(&credentials.tmp_secret_key), Some(&credentials.token));
        let key = ApiKey::from_parts("STS", names, id, secret, token).map_err(|_| empty())?;
        key.zip(unix_time(expired_time.0)).ok_or_else(empty)
    }
}

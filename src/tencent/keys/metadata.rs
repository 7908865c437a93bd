//! The role of the machine, from the metadata service that Tencent's virtual machines have.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::ApiKey;
use crate::http::{HttpError, Secret, read_at_most};
use crate::tencent::KeyError;
use crate::tencent::api::{LenientNumber, LenientText, unix_time};

const ROLES: &str = "/latest/meta-data/cam/security-credentials/";

/// Outside Tencent Cloud the name doesn't resolve; that must not cost time.
const CONNECT: Duration = Duration::from_secs(1);
const WHOLE: Duration = Duration::from_secs(2);

/// A machine that has a role.
#[derive(Debug)]
pub(super) struct MachineRole {
    client: reqwest::Client,
    url: String,
    pub(super) name: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RoleCredentials {
    tmp_secret_id: LenientText,
    tmp_secret_key: Option<Secret>,
    token: Option<Secret>,
    expired_time: LenientNumber,
    code: LenientText,
}

impl MachineRole {
    /// Asks for the role's name, once. `base` is the service's URL without a path.
    pub(super) async fn find(base: &str) -> Result<Self, KeyError> {
        // A client of its own: the shared ones wait longer, and go through proxies, which must not
        // see the key.
        let client = reqwest::Client::builder()
            .no_proxy()
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| unusable(HttpError::from_reqwest(base, error).to_string()))?;
        let roles = format!("{base}{ROLES}");
        let answer = get(&client, &roles).await?;
        let name = answer.lines().next().unwrap_or_default().trim().to_owned();
        // Some networks answer every name with their login page.
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-+=,.@".contains(&b);
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(unusable("the answer is not the name of a role".to_owned()));
        }
        Ok(Self { client, url: format!("{roles}{name}"), name })
    }

    /// A key, and when it expires.
    pub(super) async fn key(&self) -> Result<(ApiKey, Timestamp), KeyError> {
        let answer = get(&self.client, &self.url).await?;
        // Not serde's text: it may quote the answer, and that holds a key.
        let stored: RoleCredentials = serde_json::from_str::<Value>(&answer)
            .and_then(serde_json::from_value)
            .map_err(|_| unusable("the answer is not the JSON of a key".to_owned()))?;
        if stored.code.0 != "Success" {
            return Err(unusable(format!("role {} answered `{}`", self.name, stored.code.0)));
        }
        let id = Some(stored.tmp_secret_id.0.as_str());
        let (secret, token) = (stored.tmp_secret_key.as_ref(), stored.token.as_ref());
        let names = ["TmpSecretId", "TmpSecretKey"];
        let key = ApiKey::from_parts(&self.url, names, id, secret, token)?;
        let expires = unix_time(stored.expired_time.0);
        key.zip(expires).ok_or_else(|| unusable(format!("role {} gave no key", self.name)))
    }
}

async fn get(client: &reqwest::Client, url: &str) -> Result<String, KeyError> {
    let fault = |error: HttpError| unusable(error.to_string());
    let host = url.split('/').nth(2).unwrap_or(url);
    let failed = |error| fault(HttpError::from_reqwest(host, error));
    let response = client.get(url).send().await.map_err(failed)?;
    let status = response.status();
    if status == reqwest::StatusCode::NOT_FOUND {
        return Err(unusable("the machine has no role".to_owned()));
    }
    if !status.is_success() {
        return Err(unusable(format!("{host} answered HTTP {status}")));
    }
    let body = read_at_most(host, response, 64 << 10, WHOLE).await.map_err(fault)?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}

fn unusable(reason: String) -> KeyError {
    KeyError::Metadata { reason }
}

//! TC3-HMAC-SHA256: rebuilding the signature from the request as it arrived.

use std::fmt::Write as _;

use axum::http::HeaderMap;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

use super::error::ApiError;
use crate::cam::Caller;
use crate::clock;
use crate::world::Cloud;

/// The service that the scope of the signature names; empty if there is none.
pub(super) fn service(headers: &HeaderMap) -> &str {
    let credential = text(headers, "authorization").split("Credential=").nth(1);
    let scope = credential.and_then(|rest| rest.split(',').next());
    scope.and_then(|scope| scope.split('/').nth(2)).unwrap_or_default()
}

/// Checks who sent the request, and tells it.
pub(super) fn check(cloud: &Cloud, headers: &HeaderMap, body: &[u8]) -> Result<Caller, ApiError> {
    let service = service(headers);
    let authorization = Authorization::read(text(headers, "authorization"))?;
    let timestamp = text(headers, "x-tc-timestamp");
    let seconds: i64 = timestamp.parse().map_err(|_| ApiError::missing_parameter("Timestamp"))?;
    let now = cloud.now();
    // Checked before the key, so that a skewed clock is named as the reason.
    if (now.as_second() - seconds).abs() > 300 {
        return Err(ApiError::new(
            "AuthFailure.SignatureExpire",
            format!("签名过期,时间戳 {seconds} 与服务器时间 {} 相差超过五分钟。", now.as_second()),
            format!(
                "The signature has expired: the timestamp {seconds} and the server's time {} \
                 differ by more than 5 minutes.",
                now.as_second()
            ),
        ));
    }
    let secret = secret(cloud, headers, &authorization.id)?;
    let date = clock::date(seconds).unwrap_or_default();
    let scope = format!("{date}/{service}/tc3_request");
    if authorization.scope != scope {
        return Err(invalid(&format!("the credential scope must be {scope}")));
    }
    let canonical = canonical(headers, body, &authorization.signed)?;
    let to_sign = format!(
        "TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{}",
        hexadecimal(&Sha256::digest(canonical))
    );
    if sign(secret, &date, service, &to_sign) == authorization.signature {
        let temporary = cloud.temporary_keys.get(&authorization.id);
        return Ok(temporary.map_or_else(|| cloud.cam.holder(), |key| key.role.clone()));
    }
    Err(ApiError::new(
        "AuthFailure.SignatureFailure",
        "请求签名验证失败,请检查您的签名计算是否正确。",
        "The provided credentials could not be validated. Please check your signature is correct.",
    ))
}

fn sign(secret: &str, date: &str, service: &str, to_sign: &str) -> String {
    let key = hmac(format!("TC3{secret}").as_bytes(), date);
    let key = hmac(&hmac(&key, service), "tc3_request");
    hexadecimal(&hmac(&key, to_sign))
}

/// The secret of a key; a temporary one is good with its token only.
fn secret<'a>(cloud: &'a Cloud, headers: &HeaderMap, id: &str) -> Result<&'a str, ApiError> {
    if id == cloud.key.id {
        return Ok(&cloud.key.secret);
    }
    let Some(key) = cloud.temporary_keys.get(id) else {
        return Err(ApiError::new(
            "AuthFailure.SecretIdNotFound",
            "密钥不存在,请检查 SecretId 是否正确。",
            "The SecretId is not found, please ensure that your SecretId is correct.",
        ));
    };
    if text(headers, "x-tc-token") != key.token || key.expires < cloud.now() {
        return Err(ApiError::new(
            "AuthFailure.TokenFailure",
            "临时密钥的 Token 错误或已过期。",
            "The token of the temporary key is wrong or has expired.",
        ));
    }
    Ok(&key.secret)
}

struct Authorization {
    id: String,
    scope: String,
    signed: Vec<String>,
    signature: String,
}

impl Authorization {
    fn read(text: &str) -> Result<Self, ApiError> {
        let rest = text
            .strip_prefix("TC3-HMAC-SHA256 ")
            .ok_or_else(|| invalid("only TC3-HMAC-SHA256 is understood"))?;
        let field = |name: &str| {
            let mut parts = rest.split(',').map(str::trim);
            let value = parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
            value.ok_or_else(|| invalid(&format!("{name} is missing")))
        };
        let credential = field("Credential")?;
        let (id, scope) =
            credential.split_once('/').ok_or_else(|| invalid("Credential has no scope"))?;
        Ok(Self {
            id: id.to_owned(),
            scope: scope.to_owned(),
            signed: field("SignedHeaders")?.split(';').map(str::to_owned).collect(),
            signature: field("Signature")?.to_owned(),
        })
    }
}

fn canonical(headers: &HeaderMap, body: &[u8], signed: &[String]) -> Result<String, ApiError> {
    for needed in ["content-type", "host"] {
        if !signed.iter().any(|name| name == needed) {
            return Err(invalid(&format!("SignedHeaders must hold {needed}")));
        }
    }
    if !signed.is_sorted() {
        return Err(invalid("SignedHeaders must be in order"));
    }
    let mut lines = String::new();
    for name in signed {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        let value = value.ok_or_else(|| invalid(&format!("the header {name} was not sent")))?;
        // The documents' example signs the action's name in lower case.
        let value = value.trim();
        let value = if name == "x-tc-action" { value.to_lowercase() } else { value.to_owned() };
        let _ = writeln!(lines, "{name}:{value}");
    }
    let hash = match text(headers, "x-tc-content-sha256") {
        "UNSIGNED-PAYLOAD" => hexadecimal(&Sha256::digest("UNSIGNED-PAYLOAD")),
        _ => hexadecimal(&Sha256::digest(body)),
    };
    Ok(format!("POST\n/\n\n{lines}\n{}\n{hash}", signed.join(";")))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn invalid(reason: &str) -> ApiError {
    ApiError::new(
        "AuthFailure.InvalidAuthorization",
        format!("请求头部的 Authorization 不符合腾讯云标准: {reason}。"),
        format!("The Authorization header does not comply with the standard: {reason}."),
    )
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    // HMAC takes keys of any length.
    Hmac::<Sha256>::new_from_slice(key).map_or_else(
        |_| Vec::new(),
        |mut mac| {
            mac.update(text.as_bytes());
            mac.finalize().into_bytes().to_vec()
        },
    )
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Computed with Tencent's Python SDK.
    #[test]
    fn a_known_request_has_its_known_signature() {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "application/json".parse().unwrap());
        headers.insert("host", "tcr.tencentcloudapi.com".parse().unwrap());
        let signed = ["content-type".to_owned(), "host".to_owned()];
        let canonical = canonical(&headers, br#"{"Limit":100,"Offset":0}"#, &signed).unwrap();
        let hash = hexadecimal(&Sha256::digest(canonical));
        assert_eq!(hash, "f656ac14ffbe84847970738237ece396fc1382995bf3e19128c4721aeab97cb0");
        let to_sign = format!("TC3-HMAC-SHA256\n1551113065\n2019-02-25/tcr/tc3_request\n{hash}");
        assert_eq!(
            sign("Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", "2019-02-25", "tcr", &to_sign),
            "853bd5c3a18e4cbe70c472750ae56bc622e57f0c785a2e24c70029b7f1c6d4e0"
        );
    }
}

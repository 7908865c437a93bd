//! SSL: certificates.

#![allow(clippy::unnecessary_wraps, reason = "the table of actions needs one signature")]

use serde_json::json;

use super::action::{Action, Grant, action};
use super::call::{ActionCall, ActionResult};

pub(super) const ACTIONS: &[Action] = &[action(
    "DescribeCertificates",
    20,
    Grant::Operation,
    "Offset:i Limit:i SearchKey:s CertificateType:s ProjectId:i ExpirationSort:s \
     CertificateStatus:l Deployable:i Upload:i Renew:i FilterSource:s IsSM:i FilterExpiring:i \
     Hostable:i Tags:l IsPendingIssue:i CertIds:l ServiceId:s",
    certificates,
)];

/// `DescribeCertificates`
fn certificates(call: &mut ActionCall<'_>) -> ActionResult {
    let (page, ids) = (call.items(), call.texts("CertIds"));
    let wanted = call.text("SearchKey");
    let found: Vec<_> = call
        .cloud
        .certificates
        .iter()
        .filter(|held| ids.is_empty() || ids.contains(&held.id))
        .filter(|held| {
            wanted.is_empty() || held.id == wanted || held.names.iter().any(|n| n.contains(wanted))
        })
        .collect();
    let count = found.len();
    let list = page.of(found, |held| {
        json!({
            "CertificateId": held.id,
            "Domain": held.names.first(),
            "SubjectAltName": held.names,
            "CertificateType": "SVR",
            "Status": held.status,
            "CertEndTime": held.ends,
            "EncryptAlgorithm": "RSA 2048",
            "HostingStatus": null,
        })
    });
    Ok(json!({"TotalCount": count, "Certificates": list}))
}

//! Bodies as registries and what stands in front of them send them; `NS/REPO:TAG` are echoed.

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::*;
use crate::registry::ErrorClass::{self, Auth, Invalid, NotFound, Policy, Quota, Rate, Server};
use crate::registry::RegistryError;

fn refusal(status: u16, body: &str) -> RegistryError {
    let answer = WholeResponse {
        url: "https://r.example.com/v2/".parse().unwrap(),
        status: StatusCode::from_u16(status).unwrap(),
        headers: HeaderMap::new(),
        body: Bytes::copy_from_slice(body.as_bytes()),
    };
    answer.refusal(&RequestContext {
        host: "r.example.com".parse().unwrap(),
        repository: Some("billing/quota-service".parse().unwrap()),
        what: "manifest v1".to_owned(),
    })
}

fn json(code: &str, message: &str) -> String {
    serde_json::json!({"errors": [{"code": code, "message": message}]}).to_string()
}

fn page(title: &str) -> String {
    format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
    )
}

/// Status, code, message, class.
const SENT: &[(u16, &str, &str, ErrorClass)] = &[
    // distribution (registry/api/errcode, registry/api/v2/errors.go).
    (401, "UNAUTHORIZED", "authentication required", Auth),
    (403, "DENIED", "requested access to the resource is denied", Auth),
    (404, "NAME_UNKNOWN", "repository name not known to registry", NotFound),
    (404, "MANIFEST_UNKNOWN", "manifest unknown", NotFound),
    (404, "BLOB_UNKNOWN", "blob unknown to registry", NotFound),
    (400, "MANIFEST_INVALID", "manifest invalid", Invalid),
    (400, "NAME_INVALID", "invalid repository name", Invalid),
    (405, "UNSUPPORTED", "The operation is unsupported.", Invalid),
    (415, "UNSUPPORTED", "The operation is unsupported.", Invalid),
    (429, "TOOMANYREQUESTS", "too many requests", Rate),
    (500, "UNKNOWN", "unknown error", Server),
    (503, "UNAVAILABLE", "service unavailable", Server),
    // A full disk comes out of the storage driver (distribution#2500).
    (500, "UNKNOWN", "filesystem: write /var/lib/registry/x: no space left on device", Quota),
    // Harbor, and so TCR (src/lib/errors, src/server/middleware).
    (
        412,
        "PRECONDITION",
        "Failed to process request due to 'shop/web:v1' configured as immutable.",
        Policy,
    ),
    (
        412,
        "PROJECTPOLICYVIOLATION",
        "current image with 268 vulnerabilities cannot be pulled due to configured policy in 'Prevent images with vulnerability severity of \"High\" or higher from running.' To continue with pull, please contact your project administrator to exempt matched vulnerabilities through configuring the CVE allowlist.",
        Policy,
    ),
    (
        412,
        "PROJECTPOLICYVIOLATION",
        "current image without vulnerability scanning cannot be pulled due to configured policy in 'Prevent images with vulnerability severity of \"High\" or higher from running.'",
        Policy,
    ),
    (412, "PROJECTPOLICYVIOLATION", "The image is not signed by cosign.", Policy),
    (
        403,
        "DENIED",
        "adding 29.0 MiB of storage resource, which when updated to current usage of 152.4 MiB will exceed the configured upper limit of 10.0 MiB.",
        Quota,
    ),
    (
        403,
        "DENIED",
        "Quota exceeded when processing the request of adding 1.3 MiB, which when added to current usage of 235.9 MiB will exceed the configured upper limit of 100.0 MiB.",
        Quota,
    ),
    (403, "DENIED", "The system is in read only mode. Any modification is prohibited.", Policy),
    (403, "DENIED", "can not push artifact to a proxy project: dockerhub", Policy),
    (405, "METHOD_NOT_ALLOWED", "can not push artifact to a proxy project: dockerhub", Policy),
    (
        401,
        "UNAUTHORIZED",
        "unauthorized to access repository: billing/quota-service, action: push: unauthorized to access repository: billing/quota-service, action: push",
        Auth,
    ),
    (403, "FORBIDDEN", "project shop not found", NotFound),
    (401, "UNAUTHORIZED", "project shop not found: project shop not found", NotFound),
    (404, "NOT_FOUND", "artifact billing/quota-service:v1 not found", NotFound),
    (500, "UNKNOWN", "internal server error", Server),
    // ECR.
    (
        400,
        "TAG_INVALID",
        "The image tag 'v1' already exists in the 'web' repository and cannot be overwritten because the repository is immutable.",
        Policy,
    ),
    (
        400,
        "TAG_INVALID",
        "The image tag 'v1' already exists in the 'web' repository and cannot be overwritten because the tag is immutable.",
        Policy,
    ),
    (
        403,
        "DENIED",
        "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:eu-west-1:123456789012:repository/billing/quota-service because no identity-based policy allows the ecr:InitiateLayerUpload action",
        Auth,
    ),
    (403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.", Auth),
    (
        404,
        "NAME_UNKNOWN",
        "The repository with name 'billing/quota-service' does not exist in the registry with id '123456789012'",
        NotFound,
    ),
    (400, "TOOMANYREQUESTS", "Rate exceeded", Rate),
    // Google's Artifact Registry.
    (
        400,
        "MANIFEST_INVALID",
        "cannot update tag v1. The repository has enabled tag immutability",
        Policy,
    ),
    (
        403,
        "DENIED",
        "Permission \"artifactregistry.repositories.uploadArtifacts\" denied on resource \"projects/p/locations/l/repositories/quota\" (or it may not exist)",
        Auth,
    ),
    // Quay (endpoints/v2/errors.py).
    (403, "DENIED", "Quota has been exceeded on namespace", Quota),
    (
        405,
        "DENIED",
        "System is currently read-only. Pulls will succeed but all write operations are currently suspended.",
        Policy,
    ),
    (401, "UNAUTHORIZED", "access to the requested resource is not authorized", Auth),
    // GitLab's token service, GHCR, ACR.
    (403, "DENIED", "access forbidden", Auth),
    (403, "DENIED", "permission_denied: write_package", Auth),
    (
        403,
        "DENIED",
        "client with IP '203.0.113.9' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
        Policy,
    ),
    (
        405,
        "UNSUPPORTED",
        "The operation is disallowed on this registry, repository or image. View troubleshooting steps at https://aka.ms/acr/faq/",
        Policy,
    ),
    // Artifactory with Xray, Nexus.
    (
        403,
        "DENIED",
        "Artifact download request rejected: library/redis/sha256__7f34/manifest.json was not downloaded due to the download blocking policy configured in Xray for docker-hub-cache.",
        Policy,
    ),
    (
        413,
        "",
        "Datastore disk usage is too high. Contact your Artifactory administrator to add additional storage space or change the disk quota limits.",
        Quota,
    ),
    (400, "UNKNOWN", "Repository does not allow updating assets: docker-hosted", Policy),
    // Docker Hub.
    (
        429,
        "TOOMANYREQUESTS",
        "You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit",
        Rate,
    ),
    (402, "", "payment required", Quota),
    (451, "DENIED", "unavailable for legal reasons", Policy),
];

#[test]
fn a_refusal_means_what_its_sender_documents() {
    let wrong: Vec<_> = SENT
        .iter()
        .map(|(status, code, message, class)| (refusal(*status, &json(code, message)), class))
        .filter(|(error, class)| error.class() != **class)
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), SENT.len());
}

#[test]
fn the_pages_of_proxies_are_theirs_and_not_the_registrys() {
    for (status, title, class) in [
        (403, "403 Forbidden", Policy),
        (403, "Attention Required! | Cloudflare", Policy),
        (403, "Just a moment...", Policy),
        (404, "404 Not Found", NotFound),
        (413, "413 Request Entity Too Large", Invalid),
        (429, "Access denied | r.example.com used Cloudflare to restrict access", Rate),
        (500, "500 Internal Server Error", Server),
        (502, "502 Bad Gateway", Server),
        (503, "503 Service Temporarily Unavailable", Server),
        (504, "504 Gateway Time-out", Server),
        (522, "r.example.com | 522: Connection timed out", Server),
        (507, "507 Insufficient Storage", Quota),
    ] {
        let error = refusal(status, &page(title));
        assert_eq!(error.class(), class, "{error}");
        assert!(error.to_string().contains(title), "{error}");
    }
    // What a page says besides is the proxy's talk.
    let talk = "<html><head><title>403 Forbidden</title></head><body>The quota of severity scan was exceeded, quota exceeded; no space left on device</body></html>";
    let error = refusal(403, talk);
    assert_eq!(error.class(), Policy, "{error}");
    assert!(error.hint().unwrap().contains("in front of r.example.com"), "{error}");
}

#[test]
fn a_name_that_is_echoed_decides_nothing() {
    for name in [
        "billing/quota-service",
        "quota",
        "rate-limit/denied",
        "unauthorized",
        "immutable/immutable",
        "not-found",
        "scan/severity",
        "vulnerability/vulnerabilities",
        "project/not-found",
        "no-space-left-on-device",
        "configured-as-immutable",
    ] {
        for (status, code, message, class) in [
            (404, "MANIFEST_UNKNOWN", "manifest {} unknown", NotFound),
            (404, "NOT_FOUND", "artifact {}:immutable not found", NotFound),
            (403, "DENIED", "requested access to {} is denied", Auth),
            (401, "UNAUTHORIZED", "unauthorized to access repository: {}, action: push", Auth),
            (400, "MANIFEST_INVALID", "manifest of {}:immutable invalid", Invalid),
            (500, "UNKNOWN", "can't read {}:rate-limit", Server),
            (429, "TOOMANYREQUESTS", "{}: quota exceeded", Rate),
        ] {
            let error = refusal(status, &json(code, &message.replace("{}", name)));
            assert_eq!(error.class(), class, "{error}");
        }
        let detail = format!(
            r#"{{"errors":[{{"code":"DENIED","message":"no","detail":[{{"Type":"repository","Name":"{name}","Action":"push"}}]}}]}}"#
        );
        assert_eq!(refusal(403, &detail).class(), Auth, "{name}");
    }
}

#[test]
fn a_404_stays_a_404_whatever_its_body_says() {
    for body in [
        json("DENIED", "Quota exceeded"),
        json("TOOMANYREQUESTS", "too many requests"),
        json("PRECONDITION", "Failed to process request due to 'a:b' configured as immutable."),
        page("404 quota exceeded"),
        "project quota not found".to_owned(),
        String::new(),
    ] {
        assert!(refusal(404, &body).is_not_found(), "{body}");
    }
}

#[test]
fn the_rule_that_forbids_is_named() {
    let rule = |status, code, message| match refusal(status, &json(code, message)) {
        RegistryError::Policy { rule, .. } => rule,
        other => panic!("{other}"),
    };
    let immutable = "Failed to process request due to 'web:v1' configured as immutable.";
    assert_eq!(rule(412, "PRECONDITION", immutable), PolicyRule::ImmutableTag);
    let scan = "current image with 3 vulnerabilities cannot be pulled due to configured policy";
    for status in [403, 412] {
        assert_eq!(rule(status, "PROJECTPOLICYVIOLATION", scan), PolicyRule::Scan);
    }
    let frozen = "The system is in read only mode. Any modification is prohibited.";
    assert_eq!(rule(403, "DENIED", frozen), PolicyRule::ReadOnly);
    assert_eq!(rule(412, "PRECONDITION", "no"), PolicyRule::Other);
}

#[test]
fn a_body_that_is_no_json_is_read_as_text() {
    let full = "denied: adding 1 MiB, which will exceed the configured upper limit of 1 MiB";
    assert_eq!(refusal(403, full).class(), Quota);
    assert_eq!(refusal(403, "no").class(), Auth);
    assert_eq!(refusal(418, "").class(), Invalid);
    assert!(matches!(refusal(304, ""), RegistryError::Protocol { .. }));
}

//! Answers of a registry: errors in the distribution API's form, and headers.

use axum::body::Body;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

/// An answer without a body.
pub(super) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// A JSON answer.
pub(super) fn json_answer(status: StatusCode, value: &Value) -> Response {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    with(response, header::CONTENT_TYPE, "application/json")
}

/// An error with its code.
pub(super) fn error(status: StatusCode, code: &str, message: &str) -> Response {
    json_answer(status, &json!({"errors": [{"code": code, "message": message, "detail": null}]}))
}

/// The same answer with one more header; a value that can't be one is left out.
pub(super) fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = value.parse() {
        response.headers_mut().insert(name, value);
    }
    response
}

/// `Docker-Content-Digest`
pub(super) const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");
/// `Docker-Upload-UUID`
pub(super) const UPLOAD_UUID: HeaderName = HeaderName::from_static("docker-upload-uuid");
/// `OCI-Subject`
pub(super) const OCI_SUBJECT: HeaderName = HeaderName::from_static("oci-subject");
/// `OCI-Filters-Applied`
pub(super) const FILTERS_APPLIED: HeaderName = HeaderName::from_static("oci-filters-applied");

/// What was asked for isn't there.
pub(super) fn blob_unknown() -> Response {
    error(StatusCode::NOT_FOUND, "BLOB_UNKNOWN", "blob unknown to registry")
}

/// What was asked for isn't there.
pub(super) fn manifest_unknown() -> Response {
    error(StatusCode::NOT_FOUND, "MANIFEST_UNKNOWN", "manifest unknown")
}

/// What was asked for isn't there.
pub(super) fn name_unknown() -> Response {
    error(StatusCode::NOT_FOUND, "NAME_UNKNOWN", "repository name not known to registry")
}

/// Not a digest, or not that of the content.
pub(super) fn digest_invalid(message: &str) -> Response {
    error(StatusCode::BAD_REQUEST, "DIGEST_INVALID", message)
}

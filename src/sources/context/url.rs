//! Addresses of a registry, as opposed to references.

use crate::sources::find::Name;

/// Whether `name` is an address: behind `https://`, below `/v2/`, or a host alone with its port.
pub(super) fn is_url(bytes: &[u8], name: &Name) -> bool {
    let scheme = bytes.get(name.scheme.clone()).unwrap_or_default();
    let host = bytes.get(name.host_span.clone()).unwrap_or_default();
    let is_http = scheme.len() >= 4 && scheme[..4].eq_ignore_ascii_case(b"http");
    let is_api = name.path.first().is_some_and(|part| matches!(part.text.as_str(), "v1" | "v2"));
    let has_port = name.path.is_empty() && host.ends_with(b":443");
    is_http || is_api || has_port
}

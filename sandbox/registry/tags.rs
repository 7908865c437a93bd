//! Listings: tags, page by page, and referrers.

use axum::http::{StatusCode, header};
use axum::response::Response;
use ccr2tcr::image::{Digest, ManifestView, MediaType};
use serde_json::{Value, json};

use super::request::value;
use super::response::{FILTERS_APPLIED, digest_invalid, json_answer, name_unknown, with};
use crate::world::{Cloud, RegistryId};

/// The most tags on a page.
const PAGE_SIZE: usize = 100;

/// Answers `tags/list`, in lexical order.
pub(super) fn tags(
    cloud: &mut Cloud,
    id: RegistryId,
    repository: &str,
    query: &[(String, String)],
) -> Response {
    let (registry, contents) = cloud.registry(id);
    let Some(held) = registry.repository(contents, repository).filter(|held| held.listed) else {
        return name_unknown();
    };
    let asked = value(query, "n").and_then(|n| n.parse().ok()).unwrap_or(PAGE_SIZE);
    let last = value(query, "last").unwrap_or_default();
    let mut rest = held.tags.keys().filter(|tag| tag.as_str() > last);
    let page: Vec<&String> = rest.by_ref().take(asked.min(PAGE_SIZE)).collect();
    let answer = json!({"name": repository, "tags": page});
    let response = json_answer(StatusCode::OK, &answer);
    match (page.last(), rest.next()) {
        (Some(last), Some(_)) => {
            let next = format!("</v2/{repository}/tags/list?n={}&last={last}>", page.len());
            with(response, header::LINK, &format!("{next}; rel=\"next\""))
        }
        _ => response,
    }
}

/// Answers the referrers API where there is one.
pub(super) fn referrers(
    cloud: &mut Cloud,
    id: RegistryId,
    (repository, digest): (&str, &str),
    query: &[(String, String)],
) -> Response {
    let (registry, contents) = cloud.registry(id);
    if !registry.referrers_api {
        // In plain text, as measured with distribution 2.8.2.
        let mut response = Response::new("404 page not found\n".into());
        *response.status_mut() = StatusCode::NOT_FOUND;
        return with(response, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    }
    let Ok(digest) = digest.parse::<Digest>() else {
        return digest_invalid("not a digest");
    };
    let wanted = value(query, "artifactType");
    let mut entries: Vec<Value> = Vec::new();
    if let Some(held) = registry.repository(contents, repository) {
        let referring =
            held.manifests.iter().filter(|(_, held)| held.subject.as_ref() == Some(&digest));
        for (digest, manifest) in referring {
            let view = ManifestView::parse(&manifest.bytes).ok();
            let artifact_type = view.as_ref().and_then(|view| view.artifact_type.clone());
            if wanted.is_some() && wanted != artifact_type.as_deref() {
                continue;
            }
            let mut entry = json!({
                "mediaType": manifest.media_type,
                "digest": digest,
                "size": manifest.bytes.len(),
                "artifactType": artifact_type,
            });
            if let Some(annotations) = view.and_then(|view| view.annotations) {
                entry["annotations"] = annotations;
            }
            entries.push(entry);
        }
    }
    entries.sort_by_key(|entry| entry["digest"].to_string());
    let index = json!({
        "schemaVersion": 2, "mediaType": MediaType::OCI_INDEX, "manifests": entries,
    });
    let response = json_answer(StatusCode::OK, &index);
    let response = with(response, header::CONTENT_TYPE, MediaType::OCI_INDEX);
    if wanted.is_some() { with(response, FILTERS_APPLIED, "artifactType") } else { response }
}

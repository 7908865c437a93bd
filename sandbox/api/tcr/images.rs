//! Enterprise Edition: images of a repository, by tag.

use std::cmp::Reverse;

use serde_json::json;

use super::repositories::names;
use crate::api::call::{ActionCall, ActionResult};
use crate::api::error::ApiError;
use crate::clock;

/// `DescribeImages`, newest push first.
pub(super) fn list(call: &mut ActionCall<'_>) -> ActionResult {
    let (page, (_, path)) = (call.pages(), names(call));
    let wanted = call.text("ImageVersion").to_owned();
    let (digest, exact) = (call.text("Digest").to_owned(), call.flag("ExactMatch"));
    let (registry, contents) = call.registry()?;
    let found = registry.repository(contents, &path).filter(|held| held.listed);
    let held = found.ok_or_else(|| ApiError::not_in_instance(&format!("repository {path}")))?;
    let mut tags: Vec<_> = held
        .tags
        .iter()
        .filter(|(tag, _)| if exact { **tag == wanted } else { tag.contains(&wanted) })
        .filter(|(_, tagged)| digest.is_empty() || tagged.digest.as_str() == digest)
        .collect();
    tags.sort_by_key(|(_, tagged)| Reverse(tagged.pushed));
    let count = tags.len();
    let list = page.of(tags, |(tag, tagged)| {
        let manifest = held.manifests.get(&tagged.digest);
        let kind = manifest.map(|manifest| format!("Artifact::{}", manifest.media_type));
        json!({
            "Digest": tagged.digest,
            "Size": held.size(&tagged.digest),
            "ImageVersion": tag,
            "UpdateTime": clock::image(tagged.pushed),
            "Kind": kind,
            "KmsSignature": null,
        })
    });
    Ok(json!({"ImageInfoList": list, "TotalCount": count}))
}

/// `DescribeImageManifests`
pub(super) fn manifests(call: &mut ActionCall<'_>) -> ActionResult {
    let (_, path) = names(call);
    let tag = call.text("ImageVersion").to_owned();
    let (registry, contents) = call.registry()?;
    let missing = || ApiError::not_in_instance(&format!("{path}:{tag}"));
    let held = registry.repository(contents, &path).ok_or_else(missing)?;
    let tagged = held.tags.get(&tag).ok_or_else(missing)?;
    let manifest = held.manifests.get(&tagged.digest).ok_or_else(missing)?;
    let size = held.size(&tagged.digest);
    let config = manifest.config().and_then(|digest| contents.get(digest));
    let config = config.map(|blob| String::from_utf8_lossy(&blob.read(0, 1 << 20)).into_owned());
    // A JSON string literal that holds JSON, as in the official example.
    let config = config.map(|text| json!(text).to_string()).unwrap_or_default();
    Ok(json!({
        "Manifest": String::from_utf8_lossy(&manifest.bytes),
        "Config": config,
        "Labels": null,
        "Size": size,
    }))
}

//! Personal Edition: namespaces, repositories, images, quota. `Offset` counts items in all of them.

use ccr2tcr::image::Digest;
use serde_json::{Value, json};

use crate::api::call::{ActionCall, ActionResult};
use crate::api::error::ApiError;
use crate::clock;
use crate::registry::{Registry, Repository, TaggedManifest};

/// `DescribeNamespacePersonal`
pub(super) fn namespaces(call: &mut ActionCall<'_>) -> ActionResult {
    let (page, wanted) = (call.items(), call.text("Namespace").to_owned());
    let (personal, _) = call.personal()?;
    let registry = &personal.registry;
    let found: Vec<_> = registry
        .namespaces
        .iter()
        .filter(|(name, namespace)| name.contains(&wanted) && !namespace.others)
        .collect();
    let count = found.len();
    let list = page.of(found, |(name, namespace)| {
        let prefix = format!("{name}/");
        let count = registry.listed().filter(|(path, _)| path.starts_with(&prefix)).count();
        json!({
            "Namespace": name,
            "CreationTime": clock::personal(namespace.created),
            "RepoCount": count,
        })
    });
    Ok(json!({"Data": {"NamespaceCount": count, "NamespaceInfo": list}}))
}

/// `DescribeRepositoryOwnerPersonal`
pub(super) fn owner(call: &mut ActionCall<'_>) -> ActionResult {
    let data = repositories(call, |_, _| true)?;
    Ok(json!({"Data": data}))
}

/// `DescribeRepositoryFilterPersonal`
pub(super) fn filter(call: &mut ActionCall<'_>) -> ActionResult {
    let (namespace, public) = (call.text("Namespace").to_owned(), call.number("Public"));
    let mut data = repositories(call, |name, repository| {
        let within = name.strip_prefix(&namespace).is_some_and(|rest| rest.starts_with('/'));
        (namespace.is_empty() || within)
            && public.is_none_or(|wanted| wanted == i64::from(repository.public))
    })?;
    let (personal, _) = call.personal()?;
    data["PrivilegeFiltered"] = json!(personal.privilege_filtered);
    Ok(json!({"Data": data}))
}

fn repositories(
    call: &mut ActionCall<'_>,
    keep: impl Fn(&str, &Repository) -> bool,
) -> Result<Value, ApiError> {
    let (page, wanted) = (call.items(), call.text("RepoName").to_owned());
    let (personal, _) = call.personal()?;
    let found: Vec<_> = personal
        .registry
        .listed()
        .filter(|(name, repository)| name.contains(&wanted) && keep(name, repository))
        .collect();
    let count = found.len();
    let list = page.of(found, |(name, repository)| {
        let mut shown = show(name, repository);
        shown["TagCount"] = json!(repository.counted_tags.unwrap_or(repository.tag_count()));
        shown["UpdateTime"] = json!(clock::personal(repository.updated));
        shown
    });
    Ok(json!({"TotalCount": count, "RepoInfo": list, "Server": personal.registry.host}))
}

fn show(name: &str, repository: &Repository) -> Value {
    json!({
        "RepoName": name,
        "RepoType": "QCLOUD HUB",
        "Public": u8::from(repository.public),
        "IsUserFavor": false,
        "IsQcloudOfficial": false,
        "FavorCount": 0,
        "PullCount": repository.pulls,
        "Description": repository.description,
        "CreationTime": clock::personal(repository.created),
    })
}

/// `DescribeRepositoryPersonal`
pub(super) fn repository(call: &mut ActionCall<'_>) -> ActionResult {
    let name = call.text("RepoName").to_owned();
    let (personal, _) = call.personal()?;
    let registry = &personal.registry;
    let found = registry.listed().find(|(path, _)| **path == name);
    let (_, repository) = found.ok_or_else(|| ApiError::no_repository(&name))?;
    let mut shown = show(&name, repository);
    shown["Server"] = json!(registry.host);
    Ok(json!({"Data": shown}))
}

/// `DescribeImagePersonal`
pub(super) fn images(call: &mut ActionCall<'_>) -> ActionResult {
    let (page, name) = (call.items(), call.text("RepoName").to_owned());
    let wanted = call.text("Tag").to_owned();
    let (personal, contents) = call.personal()?;
    let server = personal.registry.host.clone();
    let found = personal.registry.repository(contents, &name);
    let held = found.filter(|held| held.listed).ok_or_else(|| ApiError::no_repository(&name))?;
    let mut tags: Vec<_> = held.tags.iter().filter(|(tag, _)| tag.contains(&wanted)).collect();
    // No order is documented: one that is neither that of the names nor that of the pushes, and
    // the same each time.
    tags.sort_by_key(|(tag, _)| Digest::of(tag.as_bytes()));
    let count = tags.len();
    let list = page.of(tags, |(tag, tagged)| image(held, tag, tagged));
    Ok(json!({"Data": {
        "TagCount": count, "TagInfo": list, "Server": server, "RepoName": name,
    }}))
}

fn image(held: &Repository, tag: &str, tagged: &TaggedManifest) -> Value {
    let manifest = held.manifests.get(&tagged.digest);
    let size = held.size(&tagged.digest);
    let kind = manifest.map_or("", |manifest| &manifest.media_type);
    let pushed = clock::personal_tag(tagged.pushed);
    let id = u32::from_str_radix(&tagged.digest.hex()[..6], 16).unwrap_or_default();
    json!({
        "TagName": tag,
        "TagId": tagged.digest,
        "ImageId": manifest.and_then(|manifest| manifest.config()),
        "Size": format!("{} MB", size.div_ceil(1_000_000)),
        "CreationTime": pushed,
        "DurationDays": "",
        "Author": "",
        "Architecture": "amd64",
        "DockerVersion": "",
        "OS": "linux",
        "SizeByte": size,
        "Id": id,
        "UpdateTime": pushed,
        "PushTime": pushed,
        "Kind": format!("Artifact::{kind}"),
    })
}

/// `DescribeUserQuotaPersonal`
pub(super) fn quota(call: &mut ActionCall<'_>) -> ActionResult {
    let user = call.uin();
    let (personal, _) = call.personal()?;
    let quota = personal.quota;
    let limit = |kind: &str, value: u64| json!({"Username": user, "Type": kind, "Value": value});
    Ok(json!({"Data": {"LimitInfo": [
        limit("namespace", quota.namespace), limit("repo", quota.repo), limit("tag", quota.tag),
    ]}}))
}

/// `ValidateNamespaceExistPersonal`
pub(super) fn namespace_exists(call: &mut ActionCall<'_>) -> ActionResult {
    let name = call.text("Namespace").to_owned();
    let (personal, _) = call.personal()?;
    let exists = personal.registry.namespaces.contains_key(&name);
    let preserved = ccr2tcr::image::is_tencents_own(&name);
    Ok(json!({"Data": {"IsExist": exists, "IsPreserved": preserved}}))
}

/// `ValidateRepositoryExistPersonal`
pub(super) fn repository_exists(call: &mut ActionCall<'_>) -> ActionResult {
    let name = call.text("RepoName").to_owned();
    let (personal, _) = call.personal()?;
    let registry: &Registry = &personal.registry;
    let exists = registry.listed().any(|(path, _)| *path == name);
    Ok(json!({"Data": {"IsExist": exists}}))
}

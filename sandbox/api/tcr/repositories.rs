//! Enterprise Edition: repositories. Answers name them `namespace/repository`, requests apart.

use ccr2tcr::image::RepositoryName;
use serde_json::json;

use super::namespaces::conflict;
use crate::api::call::{ActionCall, ActionResult};
use crate::api::error::ApiError;
use crate::clock;

/// `DescribeRepositories`
pub(super) fn list(call: &mut ActionCall<'_>) -> ActionResult {
    let page = call.pages();
    let namespace = call.text("NamespaceName").to_owned();
    let wanted = call.text("RepositoryName").to_owned();
    let sort = call.text("SortBy").to_owned();
    let (registry, _) = call.registry()?;
    if !namespace.is_empty() && !registry.namespaces.contains_key(&namespace) {
        return Err(ApiError::not_in_instance(&format!("namespace {namespace}")));
    }
    let hidden = registry.hidden();
    let mut found: Vec<_> = registry
        .listed()
        .filter(|(path, _)| !hidden.contains(path))
        .filter_map(|(path, repository)| {
            let (within, below) = path.split_once('/')?;
            let asked = (namespace.is_empty() || within == namespace) && below.contains(&wanted);
            asked.then_some((path, within, repository))
        })
        .collect();
    match sort.as_str() {
        "-creation_time" => found.sort_by_key(|(.., held)| std::cmp::Reverse(held.created)),
        "-update_time" => found.sort_by_key(|(.., held)| std::cmp::Reverse(held.updated)),
        "-name" => found.reverse(),
        _ => {}
    }
    let count = found.len();
    let list = page.of(found, |(path, within, held)| {
        json!({
            "Name": path,
            "Namespace": within,
            "CreationTime": clock::repository(held.created),
            "Public": registry.is_public(path),
            "Description": held.description,
            "BriefDescription": held.brief_description,
            "UpdateTime": clock::repository(held.updated),
        })
    });
    Ok(json!({"RepositoryList": list, "TotalCount": count}))
}

/// `CreateRepository`
pub(super) fn create(call: &mut ActionCall<'_>) -> ActionResult {
    let (namespace, path) = names(call);
    let now = call.now();
    let instance = call.running()?;
    let quota = instance.repository_quota;
    if path.parse::<RepositoryName>().is_err() {
        let english = format!("repository name {path} is not valid");
        return Err(ApiError::invalid(format!("仓库名称 {path} 不合法。"), english));
    }
    if !instance.registry.namespaces.contains_key(&namespace) {
        return Err(ApiError::not_in_instance(&format!("namespace {namespace}")));
    }
    if instance.registry.listed().any(|(held, _)| *held == path) {
        return Err(conflict(call, &format!("repository named {path} already exists")));
    }
    if instance.registry.listed().count() >= quota {
        return Err(ApiError::over_quota("repositories", quota));
    }
    instance.registry.repository_or_new(&path, now).listed = true;
    modify(call)
}

/// `ModifyRepository`
pub(super) fn modify(call: &mut ActionCall<'_>) -> ActionResult {
    let (_, path) = names(call);
    let brief = call.text("BriefDescription").to_owned();
    let description = call.text("Description").to_owned();
    let (registry, contents) = call.registry()?;
    let found = registry.repository(contents, &path).filter(|held| held.listed);
    let held = found.ok_or_else(|| ApiError::not_in_instance(&format!("repository {path}")))?;
    held.brief_description = brief;
    held.description = description;
    Ok(json!({}))
}

/// The namespace, and the full name of the repository.
pub(super) fn names(call: &ActionCall<'_>) -> (String, String) {
    let namespace = call.text("NamespaceName");
    (namespace.to_owned(), format!("{namespace}/{}", call.text("RepositoryName")))
}

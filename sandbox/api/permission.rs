//! CAM: may the key call this action on this resource?

use super::action::{Action, Grant};
use super::call::ActionCall;
use super::error::ApiError;
use super::services::Service;
use crate::cam::Wanted;

/// Refuses a call that CAM doesn't allow.
pub(super) fn check(
    call: &ActionCall<'_>,
    service: &Service,
    action: &Action,
) -> Result<(), ApiError> {
    let (service, name) = (service.name, action.name);
    let wanted = wanted(call, service, action.grant);
    let denied = call.cloud.denied.iter().any(|denied| denied == name);
    if !denied && call.cloud.cam.grants(&call.caller, &format!("{service}:{name}"), &wanted) {
        return Ok(());
    }
    // The wording is CAM's, the account's numbers are made up.
    let resource = match wanted {
        Wanted::One { resource, .. } if !denied => resource,
        _ => "*".to_owned(),
    };
    let resource = format!("qcs::{service}:{}:uin/{}:{resource}", call.region, call.cloud.uin);
    Err(ApiError::new(
        "UnauthorizedOperation",
        format!("您没有权限执行该操作, operation: {service}:{name}, resource: {resource}。"),
        format!(
            "you are not authorized to perform operation: {service}:{name}, resource: {resource} \
             has no permission (not authorized by CAM)"
        ),
    ))
}

/// What a policy must name (CAM APIs for Enterprise Edition, 1051/39860; Personal, 1051/39861).
fn wanted(call: &ActionCall<'_>, service: &'static str, grant: Grant) -> Wanted {
    // The instance goes by other names in some actions.
    let names = ["RegistryId", "InstanceId", "SourceRegistryId"];
    let id = names.map(|name| call.text(name)).into_iter().find(|id| !id.is_empty());
    let id = id.unwrap_or("*");
    let resource = match grant {
        Grant::Operation => return Wanted::Everything,
        Grant::Instances => "instance/*".to_owned(),
        Grant::Instance => format!("instance/{id}"),
        Grant::Content => match (call.text("NamespaceName"), call.text("RepositoryName")) {
            ("", _) => format!("repository/{id}/*"),
            (namespace, "") => format!("repository/{id}/{namespace}"),
            (namespace, repository) => format!("repository/{id}/{namespace}/{repository}"),
        },
        Grant::PersonalRepositories => match call.text("RepoName") {
            "" => "repo/*".to_owned(),
            repository => format!("repo/{repository}"),
        },
    };
    Wanted::One { service, region: call.region.to_owned(), resource }
}

//! CAM: may the key call this action on this resource?

use super::action::Action;
use super::call::ActionCall;
use super::error::ApiError;
use super::services::Service;

/// Refuses a call that CAM doesn't allow.
pub(super) fn check(
    call: &ActionCall<'_>,
    service: &Service,
    action: &Action,
) -> Result<(), ApiError> {
    if !call.cloud.denied.iter().any(|denied| denied == action.name) {
        return Ok(());
    }
    // The wording is CAM's, the account's numbers are made up.
    let (service, name) = (service.name, action.name);
    let resource = format!("qcs::{service}:{}:uin/{}:*", call.region, call.cloud.uin);
    Err(ApiError::new(
        "UnauthorizedOperation",
        format!("您没有权限执行该操作, operation: {service}:{name}, resource: {resource}。"),
        format!(
            "you are not authorized to perform operation: {service}:{name}, resource: {resource} \
             has no permission (not authorized by CAM)"
        ),
    ))
}

//! CAM: the policies of a user or a role, as far as the key may read them. Nothing here writes.

use serde::Deserialize;
use serde_json::json;

use super::api::{LIMIT, LenientList, LenientNumber, LenientText, ListPage, Paging, collect};
use super::{Api, ApiError, Listing, actions};

/// A policy that is attached to a user, to one of the user's groups, or to a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedPolicy {
    /// What its document is asked by.
    pub id: String,
    /// `QcloudTCRReadOnlyAccess`
    pub name: String,
    /// The groups that it comes with; empty if it is attached directly.
    pub groups: Vec<String>,
}

/// The most that a user can be granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionBoundary {
    /// The policy's name.
    pub name: String,
    /// In CAM's policy language.
    pub document: String,
}

// The id is text in the list of a user's policies and a number in that of a role's.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct PolicyEntry {
    policy_id: LenientText,
    policy_name: LenientText,
    groups: LenientList<GroupEntry>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct GroupEntry {
    group_name: LenientText,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UserPoliciesResponse {
    policy_list: Option<LenientList<PolicyEntry>>,
    total_num: Option<LenientNumber>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RolePoliciesResponse {
    list: Option<LenientList<PolicyEntry>>,
    total_num: Option<LenientNumber>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct PolicyResponse {
    policy_name: LenientText,
    policy_document: LenientText,
}

/// All policies of a user: attached directly, and with groups.
///
/// # Errors
/// As every call; [`ApiError::is_permission`] if the key may not read CAM.
pub async fn user_policies(api: &Api, user: &str) -> Result<Listing<AttachedPolicy>, ApiError> {
    // TargetUin is a number; a user's id that is none doesn't belong to a user.
    let target = number(user, actions::LIST_ATTACHED_USER_ALL_POLICIES.name)?;
    let fetch = async |page: u64| {
        let action = actions::LIST_ATTACHED_USER_ALL_POLICIES;
        // AttachType 0: directly and with groups.
        let payload = json!({"TargetUin": target, "Page": page, "Rp": LIMIT, "AttachType": 0});
        let answer: UserPoliciesResponse = api.call(action, &payload).await?;
        ListPage::new(action, answer.policy_list, answer.total_num)
    };
    let listing = collect(Paging::Pages, |entry: &PolicyEntry| entry.policy_id.0.clone(), fetch);
    Ok(listing.await?.map(PolicyEntry::attached))
}

/// All policies of a role, by the role's id.
///
/// # Errors
/// As [`user_policies`].
pub async fn role_policies(api: &Api, role: &str) -> Result<Listing<AttachedPolicy>, ApiError> {
    let fetch = async |page: u64| {
        let action = actions::LIST_ATTACHED_ROLE_POLICIES;
        let payload = json!({"RoleId": role, "Page": page, "Rp": LIMIT});
        let answer: RolePoliciesResponse = api.call(action, &payload).await?;
        ListPage::new(action, answer.list, answer.total_num)
    };
    let listing = collect(Paging::Pages, |entry: &PolicyEntry| entry.policy_id.0.clone(), fetch);
    Ok(listing.await?.map(PolicyEntry::attached))
}

/// What a policy says, in CAM's policy language; `None` if the answer holds no document.
///
/// # Errors
/// As [`user_policies`].
pub async fn policy_document(api: &Api, id: &str) -> Result<Option<String>, ApiError> {
    let id = number(id, actions::GET_POLICY.name)?;
    let answer: PolicyResponse = api.call(actions::GET_POLICY, &json!({"PolicyId": id})).await?;
    Ok(answer.policy_document.some())
}

/// The user's permission boundary, if there is one.
///
/// # Errors
/// As [`user_policies`].
pub async fn permission_boundary(
    api: &Api,
    user: &str,
) -> Result<Option<PermissionBoundary>, ApiError> {
    let target = number(user, actions::GET_USER_PERMISSION_BOUNDARY.name)?;
    let payload = json!({"TargetUin": target});
    // Without a boundary all fields are null.
    let answer: PolicyResponse = api.call(actions::GET_USER_PERMISSION_BOUNDARY, &payload).await?;
    let name = answer.policy_name.0;
    Ok(answer.policy_document.some().map(|document| PermissionBoundary { name, document }))
}

impl PolicyEntry {
    fn attached(self) -> AttachedPolicy {
        let groups = self.groups.0.into_iter().map(|group| group.group_name.0).collect();
        AttachedPolicy { id: self.policy_id.0, name: self.policy_name.0, groups }
    }
}

fn number(text: &str, action: &str) -> Result<u64, ApiError> {
    text.parse().map_err(|_| ApiError::Unreadable {
        action: action.to_owned(),
        reason: format!("`{text}` is not a number"),
        request_id: None,
    })
}

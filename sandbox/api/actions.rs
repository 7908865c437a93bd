//! The table of actions: name, rate, parameters, and the function that answers.

use serde_json::{Map, Value};

use super::call::{ActionCall, ActionResult};
use super::error::ApiError;
use super::{credentials, images, instances, namespaces, personal, policies, repositories};

/// One action of the API.
pub(super) struct Action {
    pub(super) name: &'static str,
    /// Calls a second (API overview, 1141/41605).
    pub(super) rate: usize,
    /// As `name:type`, with `!` in front if it is required. Types: `s` text, `i` number, `b` flag,
    /// `l` list, `o` object.
    parameters: &'static str,
    pub(super) answer: fn(&mut ActionCall<'_>) -> ActionResult,
}

const fn action(
    name: &'static str,
    rate: usize,
    parameters: &'static str,
    answer: fn(&mut ActionCall<'_>) -> ActionResult,
) -> Action {
    Action { name, rate, parameters, answer }
}

const ACTIONS: &[Action] = &[
    action(
        "DescribeNamespacePersonal",
        20,
        "!Namespace:s !Limit:i !Offset:i",
        personal::namespaces,
    ),
    action("DescribeRepositoryOwnerPersonal", 100, "Offset:i Limit:i RepoName:s", personal::owner),
    action(
        "DescribeRepositoryFilterPersonal",
        20,
        "RepoName:s Offset:i Limit:i Public:i Namespace:s",
        personal::filter,
    ),
    action("DescribeRepositoryPersonal", 20, "!RepoName:s", personal::repository),
    action("DescribeImagePersonal", 100, "!RepoName:s Offset:i Limit:i Tag:s", personal::images),
    action("DescribeUserQuotaPersonal", 20, "", personal::quota),
    action(
        "DescribeApplicationTriggerPersonal",
        20,
        "RepoName:s TriggerName:s Offset:i Limit:i",
        personal::triggers,
    ),
    action("DescribeImageLifecyclePersonal", 20, "!RepoName:s", personal::lifecycle),
    action("DescribeImageLifecycleGlobalPersonal", 20, "", personal::lifecycle),
    action("ValidateNamespaceExistPersonal", 20, "!Namespace:s", personal::namespace_exists),
    action("ValidateRepositoryExistPersonal", 20, "!RepoName:s", personal::repository_exists),
    action("DescribeRegions", 20, "", instances::regions),
    action(
        "DescribeInstances",
        100,
        "Registryids:l Offset:i Limit:i Filters:l AllRegion:b",
        instances::instances,
    ),
    action("DescribeInstanceStatus", 20, "!RegistryIds:l", instances::status),
    action("CheckInstance", 20, "!RegistryId:s", instances::check),
    action("DescribeExternalEndpointStatus", 20, "!RegistryId:s", instances::external_endpoint),
    action("DescribeInternalEndpoints", 20, "!RegistryId:s", instances::internal_endpoints),
    action("DescribeSecurityPolicies", 20, "!RegistryId:s", instances::security_policies),
    action(
        "DescribeReplicationInstances",
        20,
        "!RegistryId:s Offset:i Limit:i",
        instances::replications,
    ),
    action(
        "DescribeInstanceCustomizedDomain",
        20,
        "!RegistryId:s Offset:i Limit:i",
        instances::customized_domains,
    ),
    action(
        "DescribeNamespaces",
        100,
        "!RegistryId:s NamespaceName:s Limit:i Offset:i All:b Filters:l KmsSignPolicy:b",
        namespaces::list,
    ),
    action(
        "CreateNamespace",
        20,
        "!RegistryId:s !NamespaceName:s !IsPublic:b TagSpecification:o IsAutoScan:b \
         IsPreventVUL:b Severity:s CVEWhitelistItems:l",
        namespaces::create,
    ),
    action(
        "ModifyNamespace",
        20,
        "!RegistryId:s !NamespaceName:s IsPublic:b IsAutoScan:b IsPreventVUL:b Severity:s \
         CVEWhitelistItems:l TagSpecification:o",
        namespaces::modify,
    ),
    action(
        "DescribeRepositories",
        100,
        "!RegistryId:s NamespaceName:s RepositoryName:s Offset:i Limit:i SortBy:s",
        repositories::list,
    ),
    action(
        "CreateRepository",
        20,
        "!RegistryId:s !NamespaceName:s !RepositoryName:s BriefDescription:s Description:s",
        repositories::create,
    ),
    action(
        "ModifyRepository",
        20,
        "!RegistryId:s !NamespaceName:s !RepositoryName:s !BriefDescription:s !Description:s",
        repositories::modify,
    ),
    action(
        "DescribeImages",
        100,
        "!RegistryId:s !NamespaceName:s !RepositoryName:s ImageVersion:s Limit:i Offset:i \
         Digest:s ExactMatch:b",
        images::list,
    ),
    action(
        "DescribeImageManifests",
        10,
        "!RegistryId:s !NamespaceName:s !RepositoryName:s !ImageVersion:s",
        images::manifests,
    ),
    action("CreateInstanceToken", 100, "!RegistryId:s TokenType:s Desc:s", credentials::create),
    action("DescribeInstanceToken", 20, "!RegistryId:s Limit:i Offset:i", credentials::list),
    action("DeleteInstanceToken", 20, "!RegistryId:s !TokenId:s", credentials::delete),
    action(
        "CreateServiceAccount",
        20,
        "!RegistryId:s !Name:s !Permissions:l Description:s Duration:i ExpiresAt:i Disable:b",
        credentials::create_account,
    ),
    action(
        "DescribeServiceAccounts",
        20,
        "!RegistryId:s All:b EmbedPermission:b Filters:l Offset:i Limit:i",
        credentials::accounts,
    ),
    action(
        "DescribeWebhookTrigger",
        20,
        "!RegistryId:s Limit:i Offset:i Namespace:s",
        policies::webhooks,
    ),
    action(
        "DescribeImmutableTagRules",
        20,
        "!RegistryId:s Page:i PageSize:i",
        policies::immutable_tags,
    ),
    action(
        "DescribeTagRetentionRules",
        20,
        "!RegistryId:s NamespaceName:s Limit:i Offset:i",
        policies::retention,
    ),
];

impl Action {
    /// The action with this name.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        ACTIONS.iter().find(|action| action.name == name)
    }

    /// Checks names and types of the parameters, and that none is missing.
    pub(super) fn check(&self, parameters: &Map<String, Value>) -> Result<(), ApiError> {
        let known: Vec<_> =
            self.parameters.split_whitespace().filter_map(|part| part.split_once(':')).collect();
        for (name, value) in parameters {
            let bare = |(known, _): &&(&str, &str)| known.trim_start_matches('!') == name;
            let Some((_, kind)) = known.iter().find(bare) else {
                return Err(ApiError::unknown_parameter(name));
            };
            let (right, expected) = match *kind {
                "s" => (value.is_string(), "String"),
                "i" => (value.is_i64(), "Integer"),
                "b" => (value.is_boolean(), "Boolean"),
                "l" => (value.is_array(), "Array"),
                _ => (value.is_object(), "Object"),
            };
            // The SDKs leave null out; other clients send it, and it is accepted.
            if !right && !value.is_null() {
                return Err(ApiError::wrong_type(name, expected));
            }
        }
        let required = known.iter().filter_map(|(name, _)| name.strip_prefix('!'));
        for name in required {
            if parameters.get(name).is_none_or(Value::is_null) {
                return Err(ApiError::missing_parameter(name));
            }
        }
        Ok(())
    }
}

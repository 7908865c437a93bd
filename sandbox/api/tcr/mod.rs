//! TCR, version 2019-09-24: both editions of the container registry.

mod credentials;
mod images;
mod instances;
mod namespaces;
mod personal;
mod policies;
mod repositories;

use super::action::{Action, Grant, action};

pub(super) const ACTIONS: &[Action] = &[
    action(
        "DescribeNamespacePersonal",
        20,
        Grant::Operation,
        "!Namespace:s !Limit:i !Offset:i",
        personal::namespaces,
    ),
    action(
        "DescribeRepositoryOwnerPersonal",
        100,
        Grant::PersonalRepositories,
        "Offset:i Limit:i RepoName:s",
        personal::owner,
    ),
    action(
        "DescribeRepositoryFilterPersonal",
        20,
        Grant::Operation,
        "RepoName:s Offset:i Limit:i Public:i Namespace:s",
        personal::filter,
    ),
    action(
        "DescribeRepositoryPersonal",
        20,
        Grant::PersonalRepositories,
        "!RepoName:s",
        personal::repository,
    ),
    action(
        "DescribeImagePersonal",
        100,
        Grant::Operation,
        "!RepoName:s Offset:i Limit:i Tag:s",
        personal::images,
    ),
    action("DescribeUserQuotaPersonal", 20, Grant::Operation, "", personal::quota),
    action(
        "DescribeApplicationTriggerPersonal",
        20,
        Grant::Operation,
        "RepoName:s TriggerName:s Offset:i Limit:i",
        personal::triggers,
    ),
    action(
        "DescribeImageLifecyclePersonal",
        20,
        Grant::Operation,
        "!RepoName:s",
        personal::lifecycle,
    ),
    action("DescribeImageLifecycleGlobalPersonal", 20, Grant::Operation, "", personal::lifecycle),
    action(
        "ValidateNamespaceExistPersonal",
        20,
        Grant::Operation,
        "!Namespace:s",
        personal::namespace_exists,
    ),
    action(
        "ValidateRepositoryExistPersonal",
        20,
        Grant::Operation,
        "!RepoName:s",
        personal::repository_exists,
    ),
    action("DescribeRegions", 20, Grant::Operation, "", instances::regions),
    action(
        "DescribeInstances",
        100,
        Grant::Instances,
        "Registryids:l Offset:i Limit:i Filters:l AllRegion:b",
        instances::instances,
    ),
    action("DescribeInstanceStatus", 20, Grant::Instances, "!RegistryIds:l", instances::status),
    action("CheckInstance", 20, Grant::Instance, "!RegistryId:s", instances::check),
    action(
        "DescribeExternalEndpointStatus",
        20,
        Grant::Instance,
        "!RegistryId:s",
        instances::external_endpoint,
    ),
    action(
        "DescribeInternalEndpoints",
        20,
        Grant::Instance,
        "!RegistryId:s",
        instances::internal_endpoints,
    ),
    action(
        "DescribeSecurityPolicies",
        20,
        Grant::Operation,
        "!RegistryId:s",
        instances::security_policies,
    ),
    action(
        "DescribeReplicationInstances",
        20,
        Grant::Operation,
        "!RegistryId:s Offset:i Limit:i",
        instances::replications,
    ),
    action(
        "DescribeInstanceCustomizedDomain",
        20,
        Grant::Operation,
        "!RegistryId:s Offset:i Limit:i",
        instances::customized_domains,
    ),
    action(
        "DescribeNamespaces",
        100,
        Grant::Content,
        "!RegistryId:s NamespaceName:s Limit:i Offset:i All:b Filters:l KmsSignPolicy:b",
        namespaces::list,
    ),
    action(
        "CreateNamespace",
        20,
        Grant::Content,
        "!RegistryId:s !NamespaceName:s !IsPublic:b TagSpecification:o IsAutoScan:b \
         IsPreventVUL:b Severity:s CVEWhitelistItems:l",
        namespaces::create,
    ),
    action(
        "ModifyNamespace",
        20,
        Grant::Content,
        "!RegistryId:s !NamespaceName:s IsPublic:b IsAutoScan:b IsPreventVUL:b Severity:s \
         CVEWhitelistItems:l TagSpecification:o",
        namespaces::modify,
    ),
    action(
        "DescribeRepositories",
        100,
        Grant::Content,
        "!RegistryId:s NamespaceName:s RepositoryName:s Offset:i Limit:i SortBy:s",
        repositories::list,
    ),
    action(
        "CreateRepository",
        20,
        Grant::Content,
        "!RegistryId:s !NamespaceName:s !RepositoryName:s BriefDescription:s Description:s",
        repositories::create,
    ),
    action(
        "ModifyRepository",
        20,
        Grant::Content,
        "!RegistryId:s !NamespaceName:s !RepositoryName:s !BriefDescription:s !Description:s",
        repositories::modify,
    ),
    action(
        "DescribeImages",
        100,
        Grant::Content,
        "!RegistryId:s !NamespaceName:s !RepositoryName:s ImageVersion:s Limit:i Offset:i \
         Digest:s ExactMatch:b",
        images::list,
    ),
    action(
        "DescribeImageManifests",
        10,
        Grant::Content,
        "!RegistryId:s !NamespaceName:s !RepositoryName:s !ImageVersion:s",
        images::manifests,
    ),
    action(
        "CreateInstanceToken",
        100,
        Grant::Instance,
        "!RegistryId:s TokenType:s Desc:s",
        credentials::create,
    ),
    action(
        "DescribeInstanceToken",
        20,
        Grant::Instance,
        "!RegistryId:s Limit:i Offset:i",
        credentials::list,
    ),
    action(
        "DeleteInstanceToken",
        20,
        Grant::Instance,
        "!RegistryId:s !TokenId:s",
        credentials::delete,
    ),
    action(
        "CreateServiceAccount",
        20,
        Grant::Operation,
        "!RegistryId:s !Name:s !Permissions:l Description:s Duration:i ExpiresAt:i Disable:b",
        credentials::create_account,
    ),
    action(
        "DescribeServiceAccounts",
        20,
        Grant::Operation,
        "!RegistryId:s All:b EmbedPermission:b Filters:l Offset:i Limit:i",
        credentials::accounts,
    ),
    action(
        "DescribeWebhookTrigger",
        20,
        Grant::Operation,
        "!RegistryId:s Limit:i Offset:i Namespace:s",
        policies::webhooks,
    ),
    action(
        "DescribeImmutableTagRules",
        20,
        Grant::Operation,
        "!RegistryId:s Page:i PageSize:i",
        policies::immutable_tags,
    ),
    action(
        "DescribeTagRetentionRules",
        20,
        Grant::Operation,
        "!RegistryId:s NamespaceName:s Limit:i Offset:i",
        policies::retention,
    ),
];

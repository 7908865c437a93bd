//! Every action that is called: which service has it, how often it may be called, and on which
//! resources CAM can grant it.
//!
//! An action can't be called without its row here, so that nobody is asked for a right which this
//! table doesn't know.

/// One of Tencent's services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Service {
    /// As in an endpoint's host, in a signature and in a policy: `tcr`.
    pub name: &'static str,
    pub(crate) version: &'static str,
    /// Whether a call says which region it is for.
    pub(crate) is_regional: bool,
}

const fn service(name: &'static str, version: &'static str, is_regional: bool) -> Service {
    Service { name, version, is_regional }
}

pub(crate) const TCR: Service = service("tcr", "2019-09-24", true);
pub(crate) const STS: Service = service("sts", "2018-08-13", true);
pub(crate) const CLOUDAUDIT: Service = service("cloudaudit", "2019-03-19", true);
pub(crate) const VPC: Service = service("vpc", "2017-03-12", true);
pub(crate) const PRIVATEDNS: Service = service("privatedns", "2020-10-28", false);
pub(crate) const CAM: Service = service("cam", "2019-01-16", false);
pub(crate) const TKE: Service = service("tke", "2018-05-25", true);
pub(crate) const SSL: Service = service("ssl", "2019-12-05", false);

/// An action of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Action {
    /// Which service has it.
    pub service: Service,
    /// `DescribeInstances`
    pub name: &'static str,
    /// Calls a second, as documented.
    pub rate: u32,
    /// On what a policy can grant it.
    pub on: Resource,
}

/// What a policy names beside an action (CAM: which products support it, 598/70035).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// `*`: an action of the operation level, which counts as not granted if it is granted on
    /// anything else; and actions of which the level isn't known, for which `*` is right in any case.
    Any,
    /// All instances, `instance/*`.
    Instances,
    /// One instance, `instance/ID`.
    Instance,
    /// What is in an instance, `repository/ID/NAMESPACE/…`.
    Content,
    /// Repositories of the Personal Edition, `repo/NAMESPACE/…`.
    PersonalRepositories,
}

macro_rules! actions {
    ($($constant:ident = $service:ident $name:literal, $rate:literal a second, on $on:ident;)*) => {
        $(
            pub(crate) const $constant: Action =
                Action { service: $service, name: $name, rate: $rate, on: Resource::$on };
        )*

        /// All of them.
        pub const ACTIONS: &[Action] = &[$($constant),*];
    };
}

// Rates: API overview, 1141/41605.
actions! {
    DESCRIBE_NAMESPACE_PERSONAL = TCR "DescribeNamespacePersonal", 20 a second, on Any;
    DESCRIBE_REPOSITORY_OWNER_PERSONAL =
        TCR "DescribeRepositoryOwnerPersonal", 100 a second, on PersonalRepositories;
    DESCRIBE_REPOSITORY_FILTER_PERSONAL =
        TCR "DescribeRepositoryFilterPersonal", 20 a second, on Any;
    DESCRIBE_IMAGE_PERSONAL = TCR "DescribeImagePersonal", 100 a second, on Any;
    DESCRIBE_USER_QUOTA_PERSONAL = TCR "DescribeUserQuotaPersonal", 20 a second, on Any;
    DESCRIBE_APPLICATION_TRIGGER_PERSONAL =
        TCR "DescribeApplicationTriggerPersonal", 20 a second, on Any;
    DESCRIBE_APPLICATION_TRIGGER_LOG_PERSONAL =
        TCR "DescribeApplicationTriggerLogPersonal", 20 a second, on Any;
    DESCRIBE_IMAGE_LIFECYCLE_PERSONAL = TCR "DescribeImageLifecyclePersonal", 20 a second, on Any;
    DESCRIBE_IMAGE_LIFECYCLE_GLOBAL_PERSONAL =
        TCR "DescribeImageLifecycleGlobalPersonal", 20 a second, on Any;

    DESCRIBE_INSTANCES = TCR "DescribeInstances", 100 a second, on Instances;
    DESCRIBE_INSTANCE_CUSTOMIZED_DOMAIN =
        TCR "DescribeInstanceCustomizedDomain", 20 a second, on Any;
    // Rate: 1141/79579.
    CREATE_INSTANCE_CUSTOMIZED_DOMAIN =
        TCR "CreateInstanceCustomizedDomain", 1 a second, on Any;
    DELETE_INSTANCE_CUSTOMIZED_DOMAIN =
        TCR "DeleteInstanceCustomizedDomain", 1 a second, on Any;
    DESCRIBE_NAMESPACES = TCR "DescribeNamespaces", 100 a second, on Content;
    CREATE_NAMESPACE = TCR "CreateNamespace", 20 a second, on Content;
    DESCRIBE_REPOSITORIES = TCR "DescribeRepositories", 100 a second, on Content;
    CREATE_REPOSITORY = TCR "CreateRepository", 20 a second, on Content;
    MODIFY_REPOSITORY = TCR "ModifyRepository", 20 a second, on Content;
    DESCRIBE_IMAGES = TCR "DescribeImages", 100 a second, on Content;
    DESCRIBE_WEBHOOK_TRIGGER = TCR "DescribeWebhookTrigger", 20 a second, on Any;
    CREATE_WEBHOOK_TRIGGER = TCR "CreateWebhookTrigger", 20 a second, on Any;
    DELETE_WEBHOOK_TRIGGER = TCR "DeleteWebhookTrigger", 20 a second, on Any;
    DESCRIBE_IMMUTABLE_TAG_RULES = TCR "DescribeImmutableTagRules", 20 a second, on Any;
    DESCRIBE_TAG_RETENTION_RULES = TCR "DescribeTagRetentionRules", 20 a second, on Any;
    CREATE_INSTANCE_TOKEN = TCR "CreateInstanceToken", 100 a second, on Instance;
    CREATE_SERVICE_ACCOUNT = TCR "CreateServiceAccount", 20 a second, on Any;

    // Rate: 629/54488.
    DESCRIBE_EVENTS = CLOUDAUDIT "DescribeEvents", 20 a second, on Any;

    DESCRIBE_INTERNAL_ENDPOINTS = TCR "DescribeInternalEndpoints", 20 a second, on Instance;
    // The international page says 2 a second (1051/50732), the domestic one 20.
    MANAGE_INTERNAL_ENDPOINT = TCR "ManageInternalEndpoint", 1 a second, on Instance;
    DESCRIBE_INTERNAL_ENDPOINT_DNS_STATUS =
        TCR "DescribeInternalEndpointDnsStatus", 20 a second, on Any;
    CREATE_INTERNAL_ENDPOINT_DNS = TCR "CreateInternalEndpointDns", 20 a second, on Any;
    DELETE_INTERNAL_ENDPOINT_DNS = TCR "DeleteInternalEndpointDns", 20 a second, on Any;
    DESCRIBE_EXTERNAL_ENDPOINT_STATUS =
        TCR "DescribeExternalEndpointStatus", 20 a second, on Instance;
    MANAGE_EXTERNAL_ENDPOINT = TCR "ManageExternalEndpoint", 20 a second, on Instance;
    DESCRIBE_SECURITY_POLICIES = TCR "DescribeSecurityPolicies", 20 a second, on Any;
    CREATE_SECURITY_POLICY = TCR "CreateSecurityPolicy", 20 a second, on Instance;
    DELETE_SECURITY_POLICY = TCR "DeleteSecurityPolicy", 20 a second, on Instance;
    CHECK_INSTANCE = TCR "CheckInstance", 20 a second, on Any;
    MANAGE_REPLICATION = TCR "ManageReplication", 20 a second, on Instance;
    DESCRIBE_REPLICATION_POLICIES = TCR "DescribeReplicationPolicies", 20 a second, on Any;
    DELETE_REPLICATION_RULE = TCR "DeleteReplicationRule", 20 a second, on Any;
    DESCRIBE_REPLICATION_INSTANCES = TCR "DescribeReplicationInstances", 20 a second, on Any;

    DESCRIBE_VPCS = VPC "DescribeVpcs", 20 a second, on Any;
    DESCRIBE_SUBNETS = VPC "DescribeSubnets", 20 a second, on Any;

    DESCRIBE_PRIVATE_ZONE_SERVICE =
        PRIVATEDNS "DescribePrivateZoneService", 20 a second, on Any;
    SUBSCRIBE_PRIVATE_ZONE_SERVICE =
        PRIVATEDNS "SubscribePrivateZoneService", 20 a second, on Any;
    DESCRIBE_PRIVATE_ZONE_LIST = PRIVATEDNS "DescribePrivateZoneList", 20 a second, on Any;
    DESCRIBE_PRIVATE_ZONE_RECORD_LIST =
        PRIVATEDNS "DescribePrivateZoneRecordList", 20 a second, on Any;
    CREATE_PRIVATE_ZONE = PRIVATEDNS "CreatePrivateZone", 10 a second, on Any;
    DELETE_PRIVATE_ZONE = PRIVATEDNS "DeletePrivateZone", 20 a second, on Any;
    CREATE_PRIVATE_ZONE_RECORD = PRIVATEDNS "CreatePrivateZoneRecord", 20 a second, on Any;
    DELETE_PRIVATE_ZONE_RECORD = PRIVATEDNS "DeletePrivateZoneRecord", 20 a second, on Any;
    ADD_SPECIFY_PRIVATE_ZONE_VPC = PRIVATEDNS "AddSpecifyPrivateZoneVpc", 20 a second, on Any;
    DELETE_SPECIFY_PRIVATE_ZONE_VPC =
        PRIVATEDNS "DeleteSpecifyPrivateZoneVpc", 20 a second, on Any;
    DESCRIBE_TKE_REGIONS = TKE "DescribeRegions", 20 a second, on Any;
    DESCRIBE_CLUSTERS = TKE "DescribeClusters", 20 a second, on Any;
    DESCRIBE_EKS_CLUSTERS = TKE "DescribeEKSClusters", 20 a second, on Any;
    DESCRIBE_CLUSTER_ENDPOINTS = TKE "DescribeClusterEndpoints", 20 a second, on Any;
    DESCRIBE_CLUSTER_INSTANCES = TKE "DescribeClusterInstances", 20 a second, on Any;
    DESCRIBE_ADDON = TKE "DescribeAddon", 20 a second, on Any;

    DESCRIBE_CERTIFICATES = SSL "DescribeCertificates", 20 a second, on Any;

    GET_CALLER_IDENTITY = STS "GetCallerIdentity", 20 a second, on Any;
    ASSUME_ROLE = STS "AssumeRole", 20 a second, on Any;
    ASSUME_ROLE_WITH_WEB_IDENTITY = STS "AssumeRoleWithWebIdentity", 20 a second, on Any;

    LIST_ATTACHED_USER_ALL_POLICIES = CAM "ListAttachedUserAllPolicies", 20 a second, on Any;
    LIST_ATTACHED_ROLE_POLICIES = CAM "ListAttachedRolePolicies", 20 a second, on Any;
    GET_POLICY = CAM "GetPolicy", 20 a second, on Any;
    GET_USER_PERMISSION_BOUNDARY = CAM "GetUserPermissionBoundary", 20 a second, on Any;
}

#[cfg(test)]
impl Action {
    /// An action of TCR that has no row.
    pub(crate) const fn made_up(name: &'static str) -> Self {
        Self { service: TCR, name, rate: 20, on: Resource::Any }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_action_is_there_twice() {
        let names: HashSet<_> =
            ACTIONS.iter().map(|action| (action.service, action.name)).collect();
        assert_eq!(names.len(), ACTIONS.len());
    }
}

//! How an instance is reached: links into VPCs, their DNS names, the public entry and its allowlist.
//!
//! Single calls. What follows from what, and what to wait for, is in the room `network`.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::client::EmptyResponse;
use super::{Enterprise, Instance};
use crate::tencent::actions::{self, Action};
use crate::tencent::api::{LenientList, LenientNumber, LenientText, ListPage, Paging, collect};
use crate::tencent::{ApiError, Region};

/// A link into a VPC. The API doesn't say which region the VPC is in: a replica's links are told
/// by their VPC alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// `vpc-…`
    pub vpc: String,
    /// The subnet that its address is of; every subnet of the VPC can use it.
    pub subnet: String,
    /// `Running`, or what the API says instead: empty and `Pending` have been seen.
    pub status: String,
    /// The instance's address inside the VPC; `None` until the link is ready.
    pub address: Option<String>,
}

impl Link {
    /// Whether it can be used. `Running` alone isn't enough: the address may come later.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.status.eq_ignore_ascii_case("Running") && self.address.is_some()
    }
}

/// The names that an instance can have inside a VPC.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum LinkDomain {
    /// `NAME.tencentcloudcr.com`, the name that is used outside, too.
    Default,
    /// `NAME-vpc.tencentcloudcr.com`
    Vpc,
}

impl LinkDomain {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Default, Self::Vpc];

    /// The name of an instance.
    #[must_use]
    pub fn name_of(self, instance: &Instance) -> String {
        let suffix = match self {
            Self::Default => "",
            Self::Vpc => "-vpc",
        };
        format!("{}{suffix}.tencentcloudcr.com", instance.name)
    }
}

impl fmt::Display for LinkDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::Vpc => "vpc",
        })
    }
}

/// Whether a name leads to the link inside the VPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DnsStatus {
    /// It does.
    Enabled,
    /// It doesn't.
    Disabled,
    /// Tencent couldn't find out.
    Error,
    /// A word that is new.
    Other(String),
}

impl DnsStatus {
    // The field's note says ENABLE, its example ENABLED, others have seen Enabled.
    fn of(word: &str) -> Self {
        match word.trim().to_ascii_uppercase().as_str() {
            "ENABLE" | "ENABLED" => Self::Enabled,
            "DISABLE" | "DISABLED" | "" => Self::Disabled,
            "ERROR" => Self::Error,
            _ => Self::Other(word.to_owned()),
        }
    }
}

/// The public entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicEntry {
    /// Whether it is open.
    pub state: EntryState,
    /// Why, if the API says so.
    pub reason: Option<String>,
}

/// Whether the public entry is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryState {
    /// As every new instance's.
    Closed,
    /// It will be open.
    Opening,
    /// Whoever the allowlist names can reach it.
    Opened,
    /// It will be closed.
    Deleting,
    /// A word that is new.
    Other(String),
}

impl EntryState {
    fn of(word: &str) -> Self {
        match word {
            "Closed" => Self::Closed,
            "Opening" => Self::Opening,
            "Opened" => Self::Opened,
            "Deleting" => Self::Deleting,
            _ => Self::Other(word.to_owned()),
        }
    }
}

/// A rule of the allowlist: who reaches the instance through the public entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowRule {
    /// `1.2.3.0/24`, or an address; as it is stored.
    pub cidr: String,
    /// Why.
    pub description: String,
    /// Its place, which shifts when another is deleted.
    pub index: i64,
    /// Of the list, counted up with each change.
    pub version: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct LinksResponse {
    access_vpc_set: LenientList<AccessVpc>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct AccessVpc {
    vpc_id: LenientText,
    subnet_id: LenientText,
    status: LenientText,
    access_ip: LenientText,
    // Not in the API's model; one description of the API insists on it in this place.
    #[serde(rename = "EniLBIp", alias = "EniLbIp")]
    eni_lb_ip: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct DnsResponse {
    vpc_set: LenientList<VpcDomainStatus>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct VpcDomainStatus {
    status: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct EntryResponse {
    status: LenientText,
    reason: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct PoliciesResponse {
    security_policy_set: LenientList<SecurityPolicy>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct SecurityPolicy {
    policy_index: LenientNumber,
    description: LenientText,
    cidr_block: LenientText,
    policy_version: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ReplicaPage {
    total_count: Option<LenientNumber>,
    replication_registries: Option<LenientList<ReplicationRegistry>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ReplicationRegistry {
    replication_registry_id: LenientText,
    replication_region_name: LenientText,
}

impl Enterprise {
    /// The links into VPCs. The API has no pages for them.
    ///
    /// # Errors
    /// As every call. An instance that isn't there is `InternalError.DbError` here.
    pub async fn links(&self) -> Result<Vec<Link>, ApiError> {
        let answer: LinksResponse =
            self.api.call(actions::DESCRIBE_INTERNAL_ENDPOINTS, &self.named()).await?;
        let link = |access: AccessVpc| Link {
            vpc: access.vpc_id.0,
            subnet: access.subnet_id.0,
            status: access.status.0,
            address: access.access_ip.some().or_else(|| access.eni_lb_ip.some()),
        };
        Ok(answer.access_vpc_set.0.into_iter().map(link).collect())
    }

    /// Whether a name leads to a link inside its VPC. `region` is the VPC's if it is a replica's.
    /// A link without an address can't be asked about: its names lead nowhere.
    ///
    /// # Errors
    /// As every call.
    pub async fn dns_status(
        &self,
        link: &Link,
        domain: LinkDomain,
        region: Option<&Region>,
    ) -> Result<DnsStatus, ApiError> {
        let Some(tuple) = self.dns_tuple(link, domain, region) else {
            return Ok(DnsStatus::Disabled);
        };
        // One a call: the answer says neither the address nor which of the names it is about.
        let answer: DnsResponse = self
            .api
            .call(actions::DESCRIBE_INTERNAL_ENDPOINT_DNS_STATUS, &json!({"VpcSet": [tuple]}))
            .await?;
        let status = answer.vpc_set.0.into_iter().next().unwrap_or_default().status;
        Ok(DnsStatus::of(&status.0))
    }

    /// The public entry.
    ///
    /// # Errors
    /// As every call.
    pub async fn public_entry(&self) -> Result<PublicEntry, ApiError> {
        let answer: EntryResponse =
            self.api.call(actions::DESCRIBE_EXTERNAL_ENDPOINT_STATUS, &self.named()).await?;
        Ok(PublicEntry { state: EntryState::of(&answer.status.0), reason: answer.reason.some() })
    }

    /// The rules of the public entry's allowlist, in their order; `None` while the entry, which is
    /// in `state`, isn't open: then the API refuses to tell, each time with another code.
    ///
    /// # Errors
    /// As every call. Of an open entry `ResourceNotFound` is an error, too: instances of the basic
    /// edition have been seen that are open to everyone and have no list.
    pub async fn allowlist(&self, state: &EntryState) -> Result<Option<Vec<AllowRule>>, ApiError> {
        let asked = self.api.call(actions::DESCRIBE_SECURITY_POLICIES, &self.named()).await;
        let answer: PoliciesResponse = match asked {
            Ok(answer) => answer,
            Err(error) if *state != EntryState::Opened && !tells_of_the_key(&error) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let rule = |policy: SecurityPolicy| AllowRule {
            cidr: policy.cidr_block.0,
            description: policy.description.0,
            index: policy.policy_index.0,
            version: policy.policy_version.0,
        };
        Ok(Some(answer.security_policy_set.0.into_iter().map(rule).collect()))
    }

    /// The regions of the instance's replicas, whose VPCs can be linked, too.
    ///
    /// # Errors
    /// As every call; [`ApiError::Unreadable`] for a region with a name that none has.
    pub async fn replica_regions(&self) -> Result<Vec<Region>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_REPLICATION_INSTANCES;
        let fetch = async |offset| {
            let page: ReplicaPage = self.api.call(ACTION, &self.page_of(offset, &[])).await?;
            ListPage::new(ACTION, page.replication_registries, page.total_count)
        };
        let key = |replica: &ReplicationRegistry| replica.replication_registry_id.0.clone();
        let listing = collect(Paging::Items, key, fetch).await?;
        let region = |replica: ReplicationRegistry| {
            let name = replica.replication_region_name.0;
            name.parse().map_err(|_| ApiError::Unreadable {
                action: ACTION.name.to_owned(),
                reason: format!("`{name}` is no region"),
                request_id: None,
            })
        };
        listing.items.into_iter().map(region).collect()
    }

    /// The regions that the instance can be linked in: its own, then those of its replicas.
    ///
    /// # Errors
    /// As [`Enterprise::replica_regions`].
    pub async fn regions(&self) -> Result<Vec<Region>, ApiError> {
        let mut regions = vec![self.api.region().clone()];
        regions.extend(self.replica_regions().await?);
        Ok(regions)
    }

    /// Asks for a link. It takes minutes, and `InternalError.ErrorConflict` says that there is one.
    ///
    /// # Errors
    /// As every call.
    pub async fn create_link(
        &self,
        vpc: &str,
        subnet: &str,
        region: Option<&Region>,
    ) -> Result<(), ApiError> {
        self.manage_link("Create", vpc, subnet, region).await
    }

    /// Asks for a link to be removed; its names must have gone before.
    ///
    /// # Errors
    /// As every call.
    pub async fn delete_link(&self, link: &Link, region: Option<&Region>) -> Result<(), ApiError> {
        self.manage_link("Delete", &link.vpc, &link.subnet, region).await
    }

    /// Asks for a name of a ready link. Not to be repeated: the second time it is refused.
    ///
    /// # Errors
    /// As every call.
    pub async fn create_dns(
        &self,
        link: &Link,
        domain: LinkDomain,
        region: Option<&Region>,
    ) -> Result<(), ApiError> {
        let tuple = self.dns_tuple(link, domain, region);
        self.write(actions::CREATE_INTERNAL_ENDPOINT_DNS, &tuple.unwrap_or_default()).await
    }

    /// Asks for a name to be removed.
    ///
    /// # Errors
    /// As every call.
    pub async fn delete_dns(
        &self,
        link: &Link,
        domain: LinkDomain,
        region: Option<&Region>,
    ) -> Result<(), ApiError> {
        let tuple = self.dns_tuple(link, domain, region);
        self.write(actions::DELETE_INTERNAL_ENDPOINT_DNS, &tuple.unwrap_or_default()).await
    }

    /// Asks for the public entry to be opened. May be repeated.
    ///
    /// # Errors
    /// As every call.
    pub async fn open_public_entry(&self) -> Result<(), ApiError> {
        self.manage_entry("Create").await
    }

    /// Asks for the public entry to be closed; refused while it is opening.
    ///
    /// # Errors
    /// As every call.
    pub async fn close_public_entry(&self) -> Result<(), ApiError> {
        self.manage_entry("Delete").await
    }

    /// Adds a rule to the allowlist of an open entry. The API takes a second one for the same range.
    ///
    /// # Errors
    /// As every call.
    pub async fn add_allow_rule(&self, cidr: &str, description: &str) -> Result<(), ApiError> {
        let mut payload = self.named();
        payload["CidrBlock"] = json!(cidr);
        payload["Description"] = json!(description);
        self.write(actions::CREATE_SECURITY_POLICY, &payload).await
    }

    /// Deletes a rule, as it was just read. The API prefers the range to the place; if there is
    /// another rule for the same range (`is_double`), the place alone says which.
    ///
    /// # Errors
    /// As every call.
    pub async fn delete_allow_rule(
        &self,
        rule: &AllowRule,
        is_double: bool,
    ) -> Result<(), ApiError> {
        let mut payload = self.named();
        payload["PolicyIndex"] = json!(rule.index);
        payload["PolicyVersion"] = json!(rule.version);
        if !is_double {
            payload["CidrBlock"] = json!(rule.cidr);
        }
        self.write(actions::DELETE_SECURITY_POLICY, &payload).await
    }

    async fn manage_link(
        &self,
        operation: &str,
        vpc: &str,
        subnet: &str,
        region: Option<&Region>,
    ) -> Result<(), ApiError> {
        let mut payload = self.named();
        payload["Operation"] = json!(operation);
        payload["VpcId"] = json!(vpc);
        payload["SubnetId"] = json!(subnet);
        // Only for a replica's links.
        if let Some(region) = region {
            payload["RegionName"] = json!(region.as_str());
        }
        self.write(actions::MANAGE_INTERNAL_ENDPOINT, &payload).await
    }

    async fn manage_entry(&self, operation: &str) -> Result<(), ApiError> {
        let mut payload = self.named();
        payload["Operation"] = json!(operation);
        self.write(actions::MANAGE_EXTERNAL_ENDPOINT, &payload).await
    }

    async fn write(&self, action: Action, payload: &Value) -> Result<(), ApiError> {
        self.api.call::<EmptyResponse>(action, payload).await.map(|EmptyResponse {}| ())
    }

    fn named(&self) -> Value {
        json!({"RegistryId": self.registry_id})
    }

    /// What the DNS actions want; `None` for a link without an address. The instance is called
    /// `InstanceId` here alone.
    fn dns_tuple(&self, link: &Link, domain: LinkDomain, region: Option<&Region>) -> Option<Value> {
        Some(json!({
            "InstanceId": self.registry_id,
            "VpcId": link.vpc,
            "EniLBIp": link.address.as_ref()?,
            "UsePublicDomain": domain == LinkDomain::Default,
            "RegionName": region.unwrap_or(self.api.region()).as_str(),
        }))
    }
}

/// Whether a refusal is about the key or the connection, not about what was asked.
fn tells_of_the_key(error: &ApiError) -> bool {
    error.code().is_none() || error.is_permission() || error.is_key_refused()
}

#[cfg(test)]
mod tests;

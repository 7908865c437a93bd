//! Rules that copy what is pushed from one instance to another.

use serde::Deserialize;
use serde_json::json;

use super::Enterprise;
use super::client::EmptyResponse;
use crate::tencent::actions::{self, Action};
use crate::tencent::api::{
    LIMIT, LenientFlag, LenientList, LenientNumber, LenientText, ListPage, Paging, collect,
};
use crate::tencent::{ApiError, Listing};

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicationRule {
    /// Its name, one of the instance's.
    pub name: String,
    /// What it copies: `name` and `shop/**`, and so on.
    pub filters: Vec<(String, String)>,
    /// Where to: the other instance's id, a namespace or more, and a region.
    pub destination: String,
    /// Whether a tag that differs at the other side is overwritten.
    pub overrides: bool,
    /// Whether it is in force.
    pub enabled: bool,
}

impl ReplicationRule {
    /// Whether it copies just this namespace to that instance.
    #[must_use]
    pub fn copies(&self, namespace: &str, destination: &str) -> bool {
        let wanted = repositories_of(namespace);
        let is_named = |(kind, value): &(String, String)| {
            kind.eq_ignore_ascii_case("name") && *value == wanted
        };
        let others = self.filters.iter().filter(|filter| !is_named(filter));
        self.filters.iter().any(is_named)
            && others.into_iter().all(|(_, value)| value.is_empty() || value == "**")
            && self.destination.split(['/', ' ']).next() == Some(destination)
    }
}

/// A filter for all repositories of a namespace.
fn repositories_of(namespace: &str) -> String {
    format!("{namespace}/**")
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct PolicyPage {
    total_count: Option<LenientNumber>,
    replication_policy_info_list: Option<LenientList<PolicyInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct PolicyInfo {
    name: LenientText,
    filters: LenientList<PolicyFilter>,
    dest_resource: LenientText,
    r#override: LenientFlag,
    enabled: LenientFlag,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct PolicyFilter {
    r#type: LenientText,
    value: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct CheckedInstance {
    region_id: LenientNumber,
}

impl Enterprise {
    /// The rules that copy from this instance.
    ///
    /// # Errors
    /// As every call.
    pub async fn replication_rules(&self) -> Result<Listing<ReplicationRule>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_REPLICATION_POLICIES;
        let fetch = async |number: u64| {
            let payload =
                json!({"RegistryId": self.registry_id, "Page": number, "PageSize": LIMIT});
            let page: PolicyPage = self.api.call(ACTION, &payload).await?;
            ListPage::new(ACTION, page.replication_policy_info_list, page.total_count)
        };
        let key = |info: &PolicyInfo| info.name.0.clone();
        let filter = |filter: PolicyFilter| (filter.r#type.0, filter.value.0);
        Ok(collect(Paging::Pages, key, fetch).await?.map(|info| ReplicationRule {
            name: info.name.0,
            filters: info.filters.0.into_iter().map(filter).collect(),
            destination: info.dest_resource.0,
            overrides: info.r#override.0,
            enabled: info.enabled.0,
        }))
    }

    /// Makes a rule that copies a namespace to the namespace of the same name of another instance,
    /// which is in the region with this number. It overwrites nothing there, and deletes nothing.
    ///
    /// # Errors
    /// As every call.
    pub async fn create_replication(
        &self,
        rule: &str,
        namespace: &str,
        destination: &str,
        region: u64,
    ) -> Result<(), ApiError> {
        let payload = json!({
            "SourceRegistryId": self.registry_id,
            "DestinationRegistryId": destination,
            "DestinationRegionId": region,
            "Description": "ccr2tcr",
            "Rule": {
                "Name": rule,
                "DestNamespace": namespace,
                "Override": false,
                "Deletion": false,
                "Filters": [{"Type": "name", "Value": repositories_of(namespace)}],
            },
        });
        let made = self.api.call::<EmptyResponse>(actions::MANAGE_REPLICATION, &payload);
        made.await.map(|EmptyResponse {}| ())
    }

    /// Deletes a rule; what it has copied stays.
    ///
    /// # Errors
    /// As every call.
    pub async fn delete_replication(&self, rule: &str) -> Result<(), ApiError> {
        let payload = json!({"SourceRegistryId": self.registry_id, "RuleName": rule});
        let deleted = self.api.call::<EmptyResponse>(actions::DELETE_REPLICATION_RULE, &payload);
        deleted.await.map(|EmptyResponse {}| ())
    }

    /// The number of the region that the instance is in.
    ///
    /// # Errors
    /// As every call.
    pub async fn region_number(&self) -> Result<u64, ApiError> {
        let payload = json!({"RegistryId": self.registry_id});
        let checked: CheckedInstance = self.api.call(actions::CHECK_INSTANCE, &payload).await?;
        Ok(checked.region_id.count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_known_by_what_it_copies_and_where_to() {
        let rule = |filters: &[(&str, &str)], destination: &str| ReplicationRule {
            name: "shop".to_owned(),
            filters: filters.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
            destination: destination.to_owned(),
            overrides: false,
            enabled: true,
        };
        let all = [("name", "shop/**"), ("tag", "**")];
        assert!(rule(&all, "tcr-2/shop ap-guangzhou").copies("shop", "tcr-2"));
        assert!(rule(&[("Name", "shop/**")], "tcr-2").copies("shop", "tcr-2"));
        assert!(!rule(&all, "tcr-22/shop ap-guangzhou").copies("shop", "tcr-2"));
        assert!(!rule(&[("name", "shop/**"), ("tag", "v1")], "tcr-2/shop").copies("shop", "tcr-2"));
        assert!(!rule(&[("tag", "**")], "tcr-2/shop").copies("shop", "tcr-2"));
    }
}

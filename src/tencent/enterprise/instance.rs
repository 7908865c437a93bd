//! The instances of the Enterprise Edition (TCR).

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::image::Host;
use crate::tencent::actions::{self, Action};
use crate::tencent::api::{
    LIMIT, LenientFlag, LenientList, LenientNumber, LenientText, ListPage, Paging, collect,
    read_time,
};
use crate::tencent::{Api, ApiError, Listing, Region};

/// One instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// `tcr-…`
    pub id: String,
    /// Unique over all customers.
    pub name: String,
    /// Where it lives; its own actions are called there.
    pub region: Region,
    /// `Running`, or why it can't be used: `Pending`, `Deploying`, `Unhealthy`, `Isolate`, …
    pub status: String,
    /// What was bought, which sets the quotas.
    pub kind: InstanceKind,
    /// What references say, `NAME.tencentcloudcr.com`.
    pub public_domain: Option<Host>,
    /// The address inside Tencent's network.
    pub internal_endpoint: Option<String>,
    /// Whether public namespaces may be pulled from without a login.
    pub anonymous: bool,
    /// How long long-term tokens live, in hours.
    pub token_hours: u64,
    /// If it is paid in advance: how long it is paid for.
    pub prepaid: Option<Prepaid>,
}

/// An instance that is paid in advance stops when that ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepaid {
    /// Until when; `None` if the API doesn't say.
    pub until: Option<Timestamp>,
    /// Whether it goes on by itself then.
    pub renews: bool,
}

impl Instance {
    /// Whether it can be used now.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.status.eq_ignore_ascii_case("Running")
    }
}

/// The levels of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstanceKind {
    /// 50 namespaces, 1000 repositories.
    Basic,
    /// 100 namespaces, 3000 repositories.
    Standard,
    /// 500 namespaces, 5000 repositories.
    Premium,
    /// A level that is new.
    Other(String),
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct InstancePage {
    total_count: Option<LenientNumber>,
    registries: Option<LenientList<RegistryInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RegistryInfo {
    registry_id: LenientText,
    registry_name: LenientText,
    registry_type: LenientText,
    status: LenientText,
    public_domain: LenientText,
    region_name: LenientText,
    enable_anonymous: LenientFlag,
    token_valid_time: LenientNumber,
    internal_endpoint: LenientText,
    pay_mod: LenientNumber,
    expired_at: LenientText,
    renew_flag: LenientNumber,
}

/// The account's instances, in the region that `api` asks or in all of them.
///
/// # Errors
/// As every call.
pub async fn instances(api: &Api, all_regions: bool) -> Result<Listing<Instance>, ApiError> {
    const ACTION: Action = actions::DESCRIBE_INSTANCES;
    let fetch = async |offset| {
        let payload = json!({"Offset": offset, "Limit": LIMIT, "AllRegion": all_regions});
        let page: InstancePage = api.call(ACTION, &payload).await?;
        ListPage::new(ACTION, page.registries, page.total_count)
    };
    let key = |registry: &RegistryInfo| registry.registry_id.0.clone();
    let listing = collect(Paging::Items, key, fetch).await?;
    Ok(listing.map(|registry| registry.into_instance(api.region())))
}

impl RegistryInfo {
    fn into_instance(self, asked: &Region) -> Instance {
        Instance {
            id: self.registry_id.0,
            name: self.registry_name.0,
            region: self.region_name.some().map_or_else(|| asked.clone(), Region::trusted),
            status: self.status.0,
            kind: match self.registry_type.0.to_ascii_lowercase().as_str() {
                "basic" => InstanceKind::Basic,
                "standard" => InstanceKind::Standard,
                "premium" => InstanceKind::Premium,
                _ => InstanceKind::Other(self.registry_type.0),
            },
            public_domain: self.public_domain.0.parse().ok(),
            internal_endpoint: self.internal_endpoint.some(),
            anonymous: self.enable_anonymous.0,
            token_hours: self.token_valid_time.count(),
            // PayMod 0 is paid by use; RenewFlag 1 renews (API doc of `Registry`).
            prepaid: (self.pay_mod.0 == 1).then(|| Prepaid {
                until: read_time(&self.expired_at.0),
                renews: self.renew_flag.0 == 1,
            }),
        }
    }
}

impl std::fmt::Display for InstanceKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Basic => "basic",
            Self::Standard => "standard",
            Self::Premium => "premium",
            Self::Other(name) => name,
        })
    }
}

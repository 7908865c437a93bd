//! The custom domains of an instance.

use serde::Deserialize;

use super::Enterprise;
use crate::tencent::actions::{self, Action};
use crate::tencent::api::{LenientList, LenientNumber, LenientText, ListPage, Paging, collect};
use crate::tencent::{ApiError, Listing};

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct DomainPage {
    total_count: Option<LenientNumber>,
    domain_info_list: Option<LenientList<DomainInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct DomainInfo {
    domain_name: LenientText,
}

impl Enterprise {
    /// The domains that the customer has given the instance, whatever their status.
    ///
    /// # Errors
    /// As every call.
    pub async fn custom_domains(&self) -> Result<Listing<String>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_INSTANCE_CUSTOMIZED_DOMAIN;
        let fetch = async |offset| {
            let page: DomainPage = self.api.call(ACTION, &self.page_of(offset, &[])).await?;
            ListPage::new(ACTION, page.domain_info_list, page.total_count)
        };
        let key = |info: &DomainInfo| info.domain_name.0.clone();
        let listing = collect(Paging::Items, key, fetch).await?;
        Ok(listing.map(|info| info.domain_name.0))
    }
}

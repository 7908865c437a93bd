//! The custom domains of an instance.

use serde::Deserialize;
use serde_json::json;

use super::Enterprise;
use super::client::EmptyResponse;
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
    cert_id: LenientText,
    status: LenientText,
}

/// A domain that the customer has given the instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomDomain {
    /// `images.example.com`
    pub name: String,
    /// The id of its certificate in the SSL service.
    pub certificate: String,
    /// `SUCCESS`, `CREATING`, `FAILURE`, `DELETING`.
    pub status: String,
}

impl CustomDomain {
    /// Whether it answers. The API writes its words in capitals, its examples in small letters.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.status.eq_ignore_ascii_case("SUCCESS")
    }
}

impl Enterprise {
    /// The names of the domains that the customer has given the instance, whatever their status.
    ///
    /// # Errors
    /// As every call.
    pub async fn custom_domains(&self) -> Result<Listing<String>, ApiError> {
        Ok(self.domains().await?.map(|domain| domain.name))
    }

    /// The domains that the customer has given the instance.
    ///
    /// # Errors
    /// As every call.
    pub async fn domains(&self) -> Result<Listing<CustomDomain>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_INSTANCE_CUSTOMIZED_DOMAIN;
        let fetch = async |offset| {
            let page: DomainPage = self.api.call(ACTION, &self.page_of(offset, &[])).await?;
            ListPage::new(ACTION, page.domain_info_list, page.total_count)
        };
        let key = |info: &DomainInfo| info.domain_name.0.clone();
        let listing = collect(Paging::Items, key, fetch).await?;
        Ok(listing.map(|info| CustomDomain {
            name: info.domain_name.0,
            certificate: info.cert_id.0,
            status: info.status.0,
        }))
    }

    /// Asks for a domain to be served with a certificate of the SSL service. It takes minutes.
    ///
    /// # Errors
    /// As every call.
    pub async fn create_domain(&self, name: &str, certificate: &str) -> Result<(), ApiError> {
        self.write_domain(actions::CREATE_INSTANCE_CUSTOMIZED_DOMAIN, name, certificate).await
    }

    /// Asks for a domain not to be served any more.
    ///
    /// # Errors
    /// As every call.
    pub async fn delete_domain(&self, name: &str, certificate: &str) -> Result<(), ApiError> {
        self.write_domain(actions::DELETE_INSTANCE_CUSTOMIZED_DOMAIN, name, certificate).await
    }

    async fn write_domain(
        &self,
        action: Action,
        name: &str,
        certificate: &str,
    ) -> Result<(), ApiError> {
        let payload = json!({
            "RegistryId": self.registry_id, "DomainName": name, "CertificateId": certificate,
        });
        self.api.call::<EmptyResponse>(action, &payload).await.map(|EmptyResponse {}| ())
    }
}

//! Repositories of an instance: listed, created, described.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::EmptyResponse;
use super::{Created, Enterprise};
use crate::tencent::actions::{self, Action};
use crate::tencent::api::{
    LenientList, LenientNumber, LenientText, ListPage, Paging, collect, read_time,
};
use crate::tencent::{ApiError, Listing};

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterpriseRepository {
    /// `namespace/repository`, the repository with as many levels as it has.
    pub name: String,
    /// One line; at most 100 characters.
    pub brief_description: String,
    /// At most 1000 characters.
    pub description: String,
    /// When it last changed.
    pub updated: Option<Timestamp>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RepositoryPage {
    total_count: Option<LenientNumber>,
    repository_list: Option<LenientList<RepositoryInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RepositoryInfo {
    name: LenientText,
    namespace: LenientText,
    brief_description: LenientText,
    description: LenientText,
    update_time: LenientText,
}

impl Enterprise {
    /// All repositories of all namespaces.
    ///
    /// # Errors
    /// As every call.
    pub async fn repositories(&self) -> Result<Listing<EnterpriseRepository>, ApiError> {
        self.repositories_like("", "").await
    }

    /// One repository; `None` if it isn't listed.
    ///
    /// # Errors
    /// As every call.
    pub async fn repository(
        &self,
        namespace: &str,
        repository: &str,
    ) -> Result<Option<EnterpriseRepository>, ApiError> {
        let name = format!("{namespace}/{repository}");
        let listing = self.repositories_like(namespace, repository).await?;
        Ok(listing.items.into_iter().find(|listed| listed.name == name))
    }

    // Both filters are fuzzy.
    async fn repositories_like(
        &self,
        namespace: &str,
        repository: &str,
    ) -> Result<Listing<EnterpriseRepository>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_REPOSITORIES;
        let fetch = async |number| {
            let filters = [("NamespaceName", namespace), ("RepositoryName", repository)];
            let page: RepositoryPage =
                self.api.call(ACTION, &self.page_of(number, &filters)).await?;
            ListPage::new(ACTION, page.repository_list, page.total_count)
        };
        let listing = collect(Paging::Pages, RepositoryInfo::full_name, fetch).await?;
        Ok(listing.map(|info| EnterpriseRepository {
            name: info.full_name(),
            updated: read_time(&info.update_time.0),
            brief_description: info.brief_description.0,
            description: info.description.0,
        }))
    }

    /// Makes a repository below a namespace. A push would do so too, but without descriptions.
    ///
    /// # Errors
    /// As [`Enterprise::create_namespace`].
    pub async fn create_repository(
        &self,
        namespace: &str,
        repository: &str,
        brief: &str,
        description: &str,
    ) -> Result<Created, ApiError> {
        let payload = self.repository_payload(namespace, repository, brief, description);
        let name = format!("{namespace}/{repository}");
        let exists = || async { Ok(self.repository(namespace, repository).await?.is_some()) };
        self.create(actions::CREATE_REPOSITORY, &payload, &name, exists).await
    }

    /// Sets both descriptions of a repository; the API takes them together only.
    ///
    /// # Errors
    /// [`ApiError::is_not_found`] if there is no such repository.
    pub async fn modify_repository(
        &self,
        namespace: &str,
        repository: &str,
        brief: &str,
        description: &str,
    ) -> Result<(), ApiError> {
        let payload = self.repository_payload(namespace, repository, brief, description);
        let EmptyResponse {} = self.api.call(actions::MODIFY_REPOSITORY, &payload).await?;
        Ok(())
    }

    fn repository_payload(
        &self,
        namespace: &str,
        repository: &str,
        brief: &str,
        description: &str,
    ) -> Value {
        json!({
            "RegistryId": self.registry_id,
            "NamespaceName": namespace,
            "RepositoryName": repository,
            "BriefDescription": brief,
            "Description": description,
        })
    }
}

impl RepositoryInfo {
    // The API's examples say `namespace/repository`; the bare name is taken as well.
    fn full_name(&self) -> String {
        let (namespace, name) = (&self.namespace.0, &self.name.0);
        let full = namespace.is_empty() || name.starts_with(&format!("{namespace}/"));
        if full { name.clone() } else { format!("{namespace}/{name}") }
    }
}

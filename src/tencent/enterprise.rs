//! The Enterprise Edition (TCR): namespaces, repositories and images of one instance.
//!
//! Tokens are in `credentials`, rules and webhooks in `policies`.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::lenient::{Flag, List, Number, Text};
use super::paging::{LIMIT, Page, Paging, collect};
use super::time::read_time;
use super::{Api, ApiError, Instance, Listing};
use crate::image::Digest;

/// One instance.
#[derive(Clone)]
pub struct Enterprise {
    pub(super) api: Api,
    pub(super) registry_id: String,
}

/// How something came to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// This call made it.
    New,
    /// It was there before, or an attempt whose answer was lost has made it. It was read again, and
    /// has exactly the name that was asked for.
    Existed,
}

/// A namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterpriseNamespace {
    /// 2–30 characters.
    pub name: String,
    /// What rules name it by.
    pub id: u64,
    /// Whether anybody may pull.
    pub public: bool,
    /// Whether images with known holes can't be pulled: a copy may not be readable afterwards.
    pub prevents_vulnerable: bool,
    /// From which severity on, where that is set.
    pub severity: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
}

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

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterpriseImage {
    /// The tag (`ImageVersion`).
    pub tag: String,
    /// Of the manifest.
    pub digest: Option<Digest>,
    /// Bytes, compressed.
    pub size: u64,
    /// When it was pushed (`UpdateTime`).
    pub pushed: Option<Timestamp>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct NamespacePage {
    total_count: Option<Number>,
    namespace_list: Option<List<NamespaceInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct NamespaceInfo {
    name: Text,
    namespace_id: Number,
    public: Flag,
    #[serde(rename = "PreventVUL")]
    prevent_vul: Flag,
    severity: Text,
    creation_time: Text,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RepositoryPage {
    total_count: Option<Number>,
    repository_list: Option<List<RepositoryInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RepositoryInfo {
    name: Text,
    namespace: Text,
    brief_description: Text,
    description: Text,
    update_time: Text,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ImagePage {
    total_count: Option<Number>,
    image_info_list: Option<List<ImageInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ImageInfo {
    digest: Text,
    size: Number,
    image_version: Text,
    update_time: Text,
}

/// The answer to an action that gives nothing back but its RequestId.
#[derive(Deserialize)]
struct Nothing {}

impl Enterprise {
    /// An instance, asked in its own region.
    #[must_use]
    pub fn new(api: &Api, instance: &Instance) -> Self {
        Self { api: api.with_region(instance.region.clone()), registry_id: instance.id.clone() }
    }

    /// The client underneath.
    #[must_use]
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// All namespaces.
    ///
    /// # Errors
    /// As every call.
    pub async fn namespaces(&self) -> Result<Listing<EnterpriseNamespace>, ApiError> {
        self.namespaces_like("").await
    }

    // The filter is fuzzy (`dev` finds `dev-a` too) and can only narrow a search.
    async fn namespaces_like(&self, part: &str) -> Result<Listing<EnterpriseNamespace>, ApiError> {
        const ACTION: &str = "DescribeNamespaces";
        let fetch = async |number| {
            let payload = self.page_of(number, &[("NamespaceName", part)]);
            let page: NamespacePage = self.api.call(ACTION, &payload).await?;
            Page::new(ACTION, page.namespace_list, page.total_count)
        };
        let key = |info: &NamespaceInfo| info.name.0.clone();
        let listing = collect(Paging::Pages, key, fetch).await?;
        Ok(listing.map(|info| EnterpriseNamespace {
            name: info.name.0,
            id: info.namespace_id.count(),
            public: info.public.0,
            prevents_vulnerable: info.prevent_vul.0,
            severity: info.severity.some(),
            created: read_time(&info.creation_time.0),
        }))
    }

    /// Makes a namespace. One that exists is left as it is, also if `public` differs.
    ///
    /// # Errors
    /// [`ApiError::Hidden`] if the name is taken by a namespace that this key can't see;
    /// [`ApiError::is_quota`] if the instance is full.
    pub async fn create_namespace(&self, name: &str, public: bool) -> Result<Created, ApiError> {
        let payload = json!({
            "RegistryId": self.registry_id,
            "NamespaceName": name,
            "IsPublic": public,
        });
        let exists = || async {
            let listing = self.namespaces_like(name).await?;
            Ok(listing.items.iter().any(|namespace| namespace.name == name))
        };
        self.create("CreateNamespace", &payload, name, exists).await
    }

    /// All repositories of all namespaces.
    ///
    /// # Errors
    /// As every call.
    pub async fn repositories(&self) -> Result<Listing<EnterpriseRepository>, ApiError> {
        self.repositories_like("", "").await
    }

    // Both filters are fuzzy.
    async fn repositories_like(
        &self,
        namespace: &str,
        repository: &str,
    ) -> Result<Listing<EnterpriseRepository>, ApiError> {
        const ACTION: &str = "DescribeRepositories";
        let fetch = async |number| {
            let filters = [("NamespaceName", namespace), ("RepositoryName", repository)];
            let page: RepositoryPage =
                self.api.call(ACTION, &self.page_of(number, &filters)).await?;
            Page::new(ACTION, page.repository_list, page.total_count)
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
        let exists = || async {
            let listing = self.repositories_like(namespace, repository).await?;
            Ok(listing.items.iter().any(|repository| repository.name == name))
        };
        self.create("CreateRepository", &payload, &name, exists).await
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
        let Nothing {} = self.api.call("ModifyRepository", &payload).await?;
        Ok(())
    }

    /// The tags of a repository. Manifests that no tag points at are left out.
    ///
    /// # Errors
    /// [`ApiError::is_not_found`] if there is no such repository.
    pub async fn images(
        &self,
        namespace: &str,
        repository: &str,
    ) -> Result<Listing<EnterpriseImage>, ApiError> {
        const ACTION: &str = "DescribeImages";
        let fetch = async |number| {
            let names = [("NamespaceName", namespace), ("RepositoryName", repository)];
            let page: ImagePage = self.api.call(ACTION, &self.page_of(number, &names)).await?;
            Page::new(ACTION, page.image_info_list, page.total_count)
        };
        let key = |info: &ImageInfo| (info.image_version.0.clone(), info.untagged());
        let listing = collect(Paging::Pages, key, fetch).await?;
        Ok(listing.keep(|info| info.untagged().is_none()).map(|info| EnterpriseImage {
            digest: info.digest.0.parse().ok(),
            size: info.size.count(),
            pushed: read_time(&info.update_time.0),
            tag: info.image_version.0,
        }))
    }

    /// A page of a list of this instance, with the filters that are not empty.
    pub(super) fn page_of(&self, number: u64, filters: &[(&str, &str)]) -> Value {
        let mut payload = json!({"RegistryId": self.registry_id, "Offset": number, "Limit": LIMIT});
        for (name, value) in filters.iter().filter(|(_, value)| !value.is_empty()) {
            payload[*name] = json!(value);
        }
        payload
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

    /// Creates, and looks before it believes in a conflict or tries again after a lost answer.
    // A closure that gives a future, not an `AsyncFn`: with that, the future could not be spawned.
    async fn create<F, Fut>(
        &self,
        action: &'static str,
        payload: &Value,
        name: &str,
        exists: F,
    ) -> Result<Created, ApiError>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<bool, ApiError>>,
    {
        let mut failures = 0;
        loop {
            let error = match self.api.call::<Nothing>(action, payload).await {
                Ok(Nothing {}) => return Ok(Created::New),
                Err(error) => error,
            };
            if error.is_already_exists() {
                return if exists().await? {
                    Ok(Created::Existed)
                } else {
                    Err(ApiError::Hidden { name: name.to_owned(), refusal: Box::new(error) })
                };
            }
            if !error.is_ambiguous() {
                return Err(error);
            }
            failures += 1;
            let Some(delay) = self.api.backoff().delay(failures) else { return Err(error) };
            tokio::time::sleep(delay).await;
            match exists().await {
                Ok(true) => return Ok(Created::Existed),
                Ok(false) => {}
                // What happened to the creation is the news, not that looking failed too.
                Err(_) => return Err(error),
            }
        }
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

impl ImageInfo {
    /// The digest, if that is all there is: no tag holds a colon.
    fn untagged(&self) -> Option<String> {
        let tag = &self.image_version.0;
        (tag.is_empty() || tag.contains(':')).then(|| self.digest.0.clone())
    }
}

#[cfg(test)]
mod tests;

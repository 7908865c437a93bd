//! The Personal Edition (CCR): what the account has there. Nothing here writes.

mod cleanup;
mod pulls;
mod triggers;

use parking_lot::Mutex;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::image::{Digest, Host};
use crate::tencent::actions::{self, Action};
use crate::tencent::api::{
    LIMIT, LenientFlag, LenientList, LenientNumber, LenientText, ListPage, Paging, collect,
    read_time,
};
use crate::tencent::{Api, ApiError, Listing};

pub use cleanup::{CleanupRule, Kept};
pub use pulls::{PersonalPulls, PullCount};
pub use triggers::{PersonalTrigger, TriggerCondition, TriggerFiring, TriggerLog, UpdatedWorkload};

/// The Personal Edition in one region.
#[derive(Clone)]
pub struct Personal(Api);

/// A namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalNamespace {
    /// As Personal Edition allows it, which is more than TCR does.
    pub name: String,
    /// Repositories in it (`RepoCount`).
    pub repositories: u64,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalRepository {
    /// `namespace/repository`
    pub name: String,
    /// Tags in it (`TagCount`).
    pub tags: u64,
    /// Whether anybody may pull. In TCR this is a property of the namespace.
    pub public: bool,
    /// What the user wrote; often empty.
    pub description: String,
    /// How often it was pulled, as CCR counts.
    pub pulls: u64,
}

/// The repositories of a region, and the registry that serves them.
#[derive(Debug, Clone)]
pub struct PersonalRepositories {
    /// The repositories.
    pub listing: Listing<PersonalRepository>,
    /// The region's registry, as the API names it (`Server`).
    pub server: Option<Host>,
}

/// The repositories of a region as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalOverview {
    /// Whether permissions have cut the list of repositories short.
    pub is_filtered: bool,
    /// The region's registry, as the API names it (`Server`).
    pub server: Option<Host>,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalTag {
    /// The tag.
    pub name: String,
    /// Of the manifest (`TagId`; `ImageId` would be the image's configuration).
    pub digest: Option<Digest>,
    /// Bytes, compressed. 0 if the API doesn't say; of an index it may leave out the images.
    pub size: u64,
    /// When it was pushed last.
    pub pushed: Option<Timestamp>,
    /// `Artifact::<media type of the manifest>`, where the API says it.
    pub kind: Option<String>,
}

/// The region's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PersonalQuota {
    /// Namespaces.
    pub namespaces: Option<u64>,
    /// Repositories.
    pub repositories: Option<u64>,
    /// Tags in one repository.
    pub tags: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PersonalResponse<T> {
    data: T,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct NamespacePage {
    namespace_count: Option<LenientNumber>,
    namespace_info: Option<LenientList<NamespaceInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct NamespaceInfo {
    namespace: LenientText,
    repo_count: LenientNumber,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RepositoryPage {
    total_count: Option<LenientNumber>,
    repo_info: Option<LenientList<RepositoryInfo>>,
    server: LenientText,
    privilege_filtered: LenientFlag,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RepositoryInfo {
    repo_name: LenientText,
    tag_count: LenientNumber,
    public: LenientFlag,
    description: LenientText,
    pull_count: LenientNumber,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct TagPage {
    tag_count: Option<LenientNumber>,
    tag_info: Option<LenientList<TagInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct TagInfo {
    tag_name: LenientText,
    tag_id: LenientText,
    size_byte: LenientNumber,
    creation_time: LenientText,
    update_time: LenientText,
    push_time: LenientText,
    kind: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct QuotaData {
    limit_info: LenientList<QuotaLimit>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct QuotaLimit {
    r#type: LenientText,
    value: LenientNumber,
}

impl Personal {
    /// The Personal Edition in the region that `api` asks.
    #[must_use]
    pub fn new(api: Api) -> Self {
        Self(api)
    }

    /// The client underneath.
    #[must_use]
    pub fn api(&self) -> &Api {
        &self.0
    }

    /// The account's namespaces.
    ///
    /// # Errors
    /// [`ApiError::is_not_initialised`] if the account never used CCR in this region.
    pub async fn namespaces(&self) -> Result<Listing<PersonalNamespace>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_NAMESPACE_PERSONAL;
        let fetch = async |offset| {
            let payload = json!({"Namespace": "", "Limit": LIMIT, "Offset": offset});
            let answer: PersonalResponse<NamespacePage> = self.0.call(ACTION, &payload).await?;
            ListPage::new(ACTION, answer.data.namespace_info, answer.data.namespace_count)
        };
        let key = |info: &NamespaceInfo| info.namespace.0.clone();
        let listing = collect(Paging::Items, key, fetch).await?;
        Ok(listing.map(|info| PersonalNamespace {
            name: info.namespace.0,
            repositories: info.repo_count.count(),
        }))
    }

    /// The account's repositories, and the registry that serves them.
    ///
    /// # Errors
    /// [`ApiError::is_not_initialised`] if the account never used CCR in this region.
    pub async fn repositories(&self) -> Result<PersonalRepositories, ApiError> {
        const ACTION: Action = actions::DESCRIBE_REPOSITORY_OWNER_PERSONAL;
        let server = Mutex::new(None);
        let fetch = async |offset| {
            let payload = json!({"Limit": LIMIT, "Offset": offset});
            let answer: PersonalResponse<RepositoryPage> = self.0.call(ACTION, &payload).await?;
            if let Ok(host) = answer.data.server.0.parse::<Host>() {
                *server.lock() = Some(host);
            }
            ListPage::new(ACTION, answer.data.repo_info, answer.data.total_count)
        };
        let key = |info: &RepositoryInfo| info.repo_name.0.clone();
        let listing = collect(Paging::Items, key, fetch).await?.map(|info| PersonalRepository {
            name: info.repo_name.0,
            tags: info.tag_count.count(),
            public: info.public.0,
            description: info.description.0,
            pulls: info.pull_count.count(),
        });
        let server = server.into_inner();
        Ok(PersonalRepositories { listing, server })
    }

    /// Whether permissions have cut the list of repositories short (`PrivilegeFiltered`; the API's
    /// documentation names the field and no more).
    ///
    /// # Errors
    /// As every call.
    pub async fn privilege_filtered(&self) -> Result<bool, ApiError> {
        Ok(self.overview().await?.is_filtered)
    }

    /// What the API says of the region's repositories as a whole, in one call.
    ///
    /// # Errors
    /// As every call.
    pub async fn overview(&self) -> Result<PersonalOverview, ApiError> {
        let payload = json!({"Limit": 1, "Offset": 0});
        let answer: PersonalResponse<RepositoryPage> =
            self.0.call(actions::DESCRIBE_REPOSITORY_FILTER_PERSONAL, &payload).await?;
        let RepositoryPage { server, privilege_filtered, .. } = answer.data;
        Ok(PersonalOverview {
            is_filtered: privilege_filtered.0,
            server: server.some().and_then(|host| host.parse().ok()),
        })
    }

    /// The tags of `namespace/repository`, newest push first.
    ///
    /// The API gives no order, so they are sorted here: by `PushTime`, else `UpdateTime`, else
    /// `CreationTime`. Tags without any of these come last.
    ///
    /// # Errors
    /// [`ApiError::is_not_found`] if there is no such repository.
    pub async fn tags(&self, name: &str) -> Result<Listing<PersonalTag>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_IMAGE_PERSONAL;
        let fetch = async |offset| {
            let payload = json!({"RepoName": name, "Limit": LIMIT, "Offset": offset});
            let answer: PersonalResponse<TagPage> = self.0.call(ACTION, &payload).await?;
            ListPage::new(ACTION, answer.data.tag_info, answer.data.tag_count)
        };
        let key = |info: &TagInfo| info.tag_name.0.clone();
        let mut listing = collect(Paging::Items, key, fetch).await?.map(PersonalTag::from);
        listing.items.sort_by(|a, b| b.pushed.cmp(&a.pushed).then_with(|| a.name.cmp(&b.name)));
        Ok(listing)
    }

    /// The region's limits.
    ///
    /// # Errors
    /// As every call.
    pub async fn quota(&self) -> Result<PersonalQuota, ApiError> {
        let answer: PersonalResponse<QuotaData> =
            self.0.call(actions::DESCRIBE_USER_QUOTA_PERSONAL, &json!({})).await?;
        let mut quota = PersonalQuota::default();
        for limit in answer.data.limit_info.0 {
            let place = match limit.r#type.0.as_str() {
                "namespace" => &mut quota.namespaces,
                "repo" => &mut quota.repositories,
                "tag" => &mut quota.tags,
                _ => continue,
            };
            *place = Some(limit.value.count());
        }
        Ok(quota)
    }
}

impl From<TagInfo> for PersonalTag {
    fn from(info: TagInfo) -> Self {
        let times = [&info.push_time, &info.update_time, &info.creation_time];
        Self {
            pushed: times.into_iter().find_map(|time| read_time(&time.0)),
            digest: info.tag_id.0.parse().ok(),
            size: info.size_byte.image_size(),
            kind: info.kind.some(),
            name: info.tag_name.0,
        }
    }
}

#[cfg(test)]
mod tests;

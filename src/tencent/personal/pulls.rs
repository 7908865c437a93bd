//! How often each repository was pulled, by the registry's own count.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::Deserialize;
use serde_json::json;

use super::{Personal, PersonalResponse};
use crate::tencent::actions::{self, Action};
use crate::tencent::api::{
    LIMIT, LenientFlag, LenientList, LenientNumber, LenientText, ListPage, Paging, collect,
};
use crate::tencent::{ApiError, Listing};

/// The pulls of a region's repositories.
#[derive(Debug, Clone)]
pub struct PersonalPulls {
    /// One for each repository.
    pub listing: Listing<PullCount>,
    /// Whether permissions have cut the list short.
    pub is_filtered: bool,
}

/// The pulls of a repository since it exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullCount {
    /// `namespace/repository`
    pub repository: String,
    /// `PullCount`; the copies that this program makes are among them.
    pub pulls: u64,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct CountPage {
    total_count: Option<LenientNumber>,
    repo_info: Option<LenientList<CountedRepository>>,
    privilege_filtered: LenientFlag,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct CountedRepository {
    repo_name: LenientText,
    pull_count: LenientNumber,
}

impl Personal {
    /// How often each repository was pulled.
    ///
    /// # Errors
    /// [`ApiError::is_not_initialised`] if the account never used CCR in this region.
    pub async fn pulls(&self) -> Result<PersonalPulls, ApiError> {
        const ACTION: Action = actions::DESCRIBE_REPOSITORY_FILTER_PERSONAL;
        let is_filtered = AtomicBool::new(false);
        let fetch = async |offset| {
            let payload = json!({"Limit": LIMIT, "Offset": offset});
            let answer: PersonalResponse<CountPage> = self.0.call(ACTION, &payload).await?;
            is_filtered.fetch_or(answer.data.privilege_filtered.0, Ordering::Relaxed);
            ListPage::new(ACTION, answer.data.repo_info, answer.data.total_count)
        };
        let key = |info: &CountedRepository| info.repo_name.0.clone();
        let listing = collect(Paging::Items, key, fetch)
            .await?
            .map(|info| PullCount { repository: info.repo_name.0, pulls: info.pull_count.count() });
        Ok(PersonalPulls { listing, is_filtered: is_filtered.into_inner() })
    }
}

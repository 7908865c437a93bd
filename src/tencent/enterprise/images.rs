//! Images of a repository, by tag.

use jiff::Timestamp;
use serde::Deserialize;

use super::Enterprise;
use crate::image::Digest;
use crate::tencent::actions::{self, Action};
use crate::tencent::api::{
    LenientList, LenientNumber, LenientText, ListPage, Paging, collect, read_time,
};
use crate::tencent::{ApiError, Listing};

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
struct ImagePage {
    total_count: Option<LenientNumber>,
    image_info_list: Option<LenientList<ImageInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ImageInfo {
    digest: LenientText,
    size: LenientNumber,
    image_version: LenientText,
    update_time: LenientText,
}

impl Enterprise {
    /// The tags of a repository. Manifests that no tag points at are left out.
    ///
    /// # Errors
    /// [`ApiError::is_not_found`] if there is no such repository.
    pub async fn images(
        &self,
        namespace: &str,
        repository: &str,
    ) -> Result<Listing<EnterpriseImage>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_IMAGES;
        let fetch = async |number| {
            let names = [("NamespaceName", namespace), ("RepositoryName", repository)];
            let page: ImagePage = self.api.call(ACTION, &self.page_of(number, &names)).await?;
            ListPage::new(ACTION, page.image_info_list, page.total_count)
        };
        let key = |info: &ImageInfo| (info.image_version.0.clone(), info.untagged());
        let listing = collect(Paging::Pages, key, fetch).await?;
        Ok(listing.keep(|info| info.untagged().is_none()).map(|info| EnterpriseImage {
            digest: info.digest.0.parse().ok(),
            size: info.size.image_size(),
            pushed: read_time(&info.update_time.0),
            tag: info.image_version.0,
        }))
    }
}

impl ImageInfo {
    /// The digest, if that is all there is: no tag holds a colon.
    fn untagged(&self) -> Option<String> {
        let tag = &self.image_version.0;
        (tag.is_empty() || tag.contains(':')).then(|| self.digest.0.clone())
    }
}

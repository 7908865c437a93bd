//! Namespaces of an instance: listed, created.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::{Created, Enterprise};
use crate::tencent::actions::{self, Action};
use crate::tencent::api::{
    LenientFlag, LenientList, LenientNumber, LenientText, ListPage, Paging, collect, read_time,
};
use crate::tencent::{ApiError, Listing};

/// A namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterpriseNamespace {
    /// 2–30 characters.
    pub name: String,
    /// What rules name it by.
    pub id: u64,
    /// Whether anybody may pull.
    pub public: bool,
    /// Whether images with known vulnerabilities can't be pulled: a copy may be unreadable afterwards.
    pub prevents_vulnerable: bool,
    /// From which severity on, where that is set.
    pub severity: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct NamespacePage {
    total_count: Option<LenientNumber>,
    namespace_list: Option<LenientList<NamespaceInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct NamespaceInfo {
    name: LenientText,
    namespace_id: LenientNumber,
    public: LenientFlag,
    #[serde(rename = "PreventVUL")]
    prevent_vul: LenientFlag,
    severity: LenientText,
    creation_time: LenientText,
}

impl Enterprise {
    /// All namespaces.
    ///
    /// # Errors
    /// As every call.
    pub async fn namespaces(&self) -> Result<Listing<EnterpriseNamespace>, ApiError> {
        self.namespaces_like("").await
    }

    // The filter is fuzzy (`dev` finds `dev-a` too) and can only narrow a search.
    async fn namespaces_like(&self, part: &str) -> Result<Listing<EnterpriseNamespace>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_NAMESPACES;
        let fetch = async |number| {
            let payload = self.page_of(number, &[("NamespaceName", part)]);
            let page: NamespacePage = self.api.call(ACTION, &payload).await?;
            ListPage::new(ACTION, page.namespace_list, page.total_count)
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
        self.create(actions::CREATE_NAMESPACE, &payload, name, exists).await
    }
}

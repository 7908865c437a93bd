//! Lists: page by page, begun again if they become too old.
//!
//! Not kube's `Api::list`: it parses every object of a page, and doesn't begin again after a 410.

use bytes::Bytes;
use serde_json::Value;
use url::form_urlencoded;

use super::client::Cluster;
use super::error::ClusterError;
use super::page;
use super::page::Page;
use super::request::with_query;
use super::resource::Resource;
use super::transport::ApiCall;

/// Objects in a page, as kubectl asks for.
const CHUNK: u32 = 500;
/// How often a list is begun at most.
const ATTEMPTS: u32 = 3;

/// How a server is asked for metadata alone: whole objects are good, too.
const METADATA_ALONE: &str =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/// What is to be in a list.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// `app=web,tier!=cache`.
    pub label_selector: Option<String>,
    /// `type=kubernetes.io/dockerconfigjson`.
    pub field_selector: Option<String>,
    /// Objects in a page; 0 for all in one.
    pub chunk_size: u32,
    /// Of each object its metadata is enough. Whether that is all that comes is up to the server;
    /// if it is, the items are of kind `PartialObjectMetadata`.
    pub metadata_alone: bool,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            label_selector: None,
            field_selector: None,
            chunk_size: CHUNK,
            metadata_alone: false,
        }
    }
}

/// A list that was read to its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// How many objects there were.
    pub count: usize,
    /// The version of the whole, for those who want to watch from there.
    pub resource_version: Option<String>,
}

impl ListQuery {
    fn path(&self, path: &str, next: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(selector) = given(&self.label_selector) {
            query.append_pair("labelSelector", &selector);
        }
        if let Some(selector) = given(&self.field_selector) {
            query.append_pair("fieldSelector", &selector);
        }
        if self.chunk_size > 0 {
            query.append_pair("limit", &self.chunk_size.to_string());
        }
        if let Some(next) = next {
            query.append_pair("continue", next);
        }
        with_query(path, &query.finish())
    }
}

/// A request that goes on while the page before it is looked at; dropped, it ends.
struct Coming(tokio::task::JoinHandle<Result<Bytes, ClusterError>>);

impl Drop for Coming {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Cluster {
    /// Reads all objects of a kind, in one namespace or in all, and hands them out by pages.
    ///
    /// If the list becomes too old while it is read (410), it is begun again, at most twice: then
    /// [`Page::is_first`] is true once more, and what came before has to be forgotten. No more than
    /// two pages are held at a time.
    ///
    /// # Errors
    /// [`ClusterError`]; pages may have been handed out by then. [`ClusterError::Forbidden`] is
    /// normal for a kind that the user may not list.
    pub async fn list(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        query: &ListQuery,
        mut on_page: impl FnMut(Page<'_>),
    ) -> Result<Listed, ClusterError> {
        let path = resource.path(namespace, None);
        let mut attempt = 0;
        loop {
            match self.list_once(&path, resource, query, attempt, &mut on_page).await {
                Err(ClusterError::Gone { .. }) if attempt + 1 < ATTEMPTS => attempt += 1,
                Err(ClusterError::Gone { subject, .. }) => {
                    return Err(ClusterError::Gone { subject, attempts: ATTEMPTS });
                }
                outcome => return outcome,
            }
        }
    }

    /// All objects of a kind at once, with `apiVersion` and `kind`. For kinds of which there are few.
    ///
    /// # Errors
    /// As [`Cluster::list`].
    pub async fn list_all(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        query: &ListQuery,
    ) -> Result<Vec<Value>, ClusterError> {
        let mut all = Vec::new();
        self.list(resource, namespace, query, |page| {
            if page.is_first {
                all.clear();
            }
            all.extend(page.items.iter().filter_map(|item| item.value().ok()));
        })
        .await?;
        Ok(all)
    }

    async fn list_once(
        &self,
        path: &str,
        resource: &Resource,
        query: &ListQuery,
        attempt: u32,
        on_page: &mut impl FnMut(Page<'_>),
    ) -> Result<Listed, ClusterError> {
        let mut listed = Listed::default();
        let mut coming = Some(self.ask(path, query, None));
        let mut is_first = true;
        while let Some(mut request) = coming.take() {
            let body = (&mut request.0).await.map_err(|error| unread(path, &error))??;
            let read = page::read(&body, resource).map_err(|error| unread(path, &error))?;
            let next = read.next.as_deref();
            coming = next.map(|next| self.ask(path, query, Some(next)));
            listed.count += read.items.len();
            listed.resource_version = read.resource_version;
            on_page(Page { attempt, is_first, items: read.items, remaining: read.remaining });
            is_first = false;
        }
        Ok(listed)
    }

    fn ask(&self, path: &str, query: &ListQuery, next: Option<&str>) -> Coming {
        let cluster = self.clone();
        let mut call = ApiCall::get(&query.path(path, next));
        if query.metadata_alone {
            call.accept = METADATA_ALONE;
        }
        Coming(tokio::spawn(async move { cluster.transport.send(&call).await }))
    }
}

fn unread(path: &str, reason: &impl std::fmt::Display) -> ClusterError {
    let subject = Box::new(ApiCall::get(path).subject());
    ClusterError::Protocol { subject, reason: reason.to_string() }
}

#[cfg(test)]
mod tests;

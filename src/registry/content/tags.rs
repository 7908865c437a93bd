//! The tags of a repository.

use std::collections::HashSet;

use reqwest::Method;
use serde::Deserialize;

use crate::image::{RepositoryName, Tag};

use super::pages::Pages;
use crate::registry::auth::TokenScope;
use crate::registry::client::RepeatableRequest;
use crate::registry::transport::{LIST_LIMIT, clean};
use crate::registry::{Registry, RegistryError};

/// Tags requested in one page.
const PAGE: usize = 1000;

#[derive(Deserialize)]
struct TagList {
    #[serde(default)]
    tags: Option<Vec<String>>,
}

impl Registry {
    /// All tags of a repository in the registry's order, or `None` if there is no such repository.
    ///
    /// # Errors
    /// [`RegistryError::Protocol`] if a tag breaks the grammar (left out, it would be lost
    /// silently), if a page can't be read, or if the pages have no end.
    pub async fn tags(
        &self,
        repository: &RepositoryName,
    ) -> Result<Option<Vec<Tag>>, RegistryError> {
        let at = self.context(repository, "tags");
        let protocol =
            |reason: String| RegistryError::Protocol { at: Box::new(at.clone()), reason };
        let scope = TokenScope::pull(repository);
        let home = self.url(repository, "tags/list").await?;
        let mut url = home.clone();
        url.query_pairs_mut().append_pair("n", &PAGE.to_string());
        let mut tags: Vec<Tag> = Vec::new();
        let mut seen = HashSet::new();
        let mut pages = Pages::default();
        loop {
            let request = RepeatableRequest::new(Method::GET, url.clone());
            let answer = self.exchange(&request, &scope, &at, LIST_LIMIT).await?;
            if !answer.status.is_success() {
                let unknown = ["NAME_UNKNOWN", "NOT_FOUND"].iter().any(|c| answer.has_code(c));
                if pages.is_first() && answer.status == 404 && unknown {
                    return Ok(None);
                }
                return Err(answer.refusal(&at));
            }
            answer.no_page(&at)?;
            let page_of: TagList = answer
                .json()
                .map_err(|error| protocol(format!("the list of tags can't be read: {error}")))?;
            let listed = page_of.tags.unwrap_or_default();
            let before = tags.len();
            for text in &listed {
                let tag: Tag = text.parse().map_err(|_| {
                    protocol(format!("the registry lists `{}`, which is no tag", clean(text)))
                })?;
                if seen.insert(tag.clone()) {
                    tags.push(tag);
                }
            }
            let grew = tags.len() > before;
            url = match (pages.next(&answer.headers, &url, &at, grew)?, listed.last()) {
                (Some(next), _) => next,
                // A full page without a link may come from a registry that limits pages but doesn't
                // link them: asking for what follows its last tag loses nothing.
                (None, Some(last)) if grew && listed.len() >= PAGE => {
                    let mut next = home.clone();
                    let mut query = next.query_pairs_mut();
                    query.append_pair("n", &PAGE.to_string()).append_pair("last", last);
                    drop(query);
                    next
                }
                (None, _) => return Ok(Some(tags)),
            };
        }
    }
}

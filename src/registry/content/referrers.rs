//! The referrers API of OCI 1.1. Fallback tags, its substitute, are ordinary tags and not handled
//! here.

use std::collections::HashSet;

use reqwest::Method;
use reqwest::header::{ACCEPT, HeaderValue};

use crate::image::{Descriptor, Digest, ManifestKind, ManifestView, MediaType, RepositoryName};

use super::pages::{PAGES, next_page};
use crate::registry::auth::TokenScope;
use crate::registry::client::RepeatableRequest;
use crate::registry::transport::{LIST_LIMIT, WholeResponse};
use crate::registry::{Registry, RegistryError};

impl Registry {
    /// The manifests that name `subject` as their subject, or `None` if the host has no referrers
    /// API.
    ///
    /// The first call finds out, once for the host.
    ///
    /// # Errors
    /// Those of the connection, of the login, and of a registry that fails.
    pub async fn referrers(
        &self,
        repository: &RepositoryName,
        subject: &Digest,
    ) -> Result<Option<Vec<Descriptor>>, RegistryError> {
        let at = self.context(repository, format!("referrers of {subject}"));
        let url = self.url(repository, &format!("referrers/{subject}")).await?;
        let mut request = RepeatableRequest::new(Method::GET, url);
        request.headers.insert(ACCEPT, HeaderValue::from_static(MediaType::OCI_INDEX));
        let scope = TokenScope::pull(repository);
        let mut first = None;
        let learn = {
            let first = &mut first;
            let (request, scope, at) = (&request, &scope, &at);
            move || async move {
                let answer = self.exchange(request, scope, at, LIST_LIMIT).await;
                let has_api = answer.as_ref().ok().and_then(has_api);
                *first = Some(answer);
                Ok(has_api)
            }
        };
        // If one repository's response doesn't tell, the next one's may.
        let has_api = self.inner.has_referrers.get(Option::is_some, learn).await?;
        if has_api == Some(false) {
            return Ok(None);
        }
        let mut answer = match first {
            Some(answer) => answer?,
            None => self.exchange(&request, &scope, &at, LIST_LIMIT).await?,
        };
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        for _ in 0..PAGES {
            if answer.status == 404 {
                return Ok(Some(found));
            }
            if !answer.status.is_success() {
                return Err(answer.refusal(&at));
            }
            let view = ManifestView::parse(&answer.body)
                .map_err(|error| RegistryError::Manifest { at: Box::new(at.clone()), error })?;
            let before = found.len();
            found.extend(view.children.into_iter().filter(|one| seen.insert(one.digest.clone())));
            match next_page(&answer.headers, &request.url, &at)? {
                Some(next) if found.len() > before => request.url = next,
                _ => return Ok(Some(found)),
            }
            answer = self.exchange(&request, &scope, &at, LIST_LIMIT).await?;
        }
        let reason = format!("the list of referrers has more than {PAGES} pages");
        Err(RegistryError::Protocol { at: Box::new(at), reason })
    }
}

/// Whether a response is that of a referrers API; `None` if it doesn't tell.
///
/// A host with the API answers an unknown subject with an empty list (distribution specification,
/// "Listing Referrers"), but an unknown repository with 404.
fn has_api(answer: &WholeResponse) -> Option<bool> {
    match answer.status.as_u16() {
        200 => {
            let view = ManifestView::parse(&answer.body);
            Some(view.is_ok_and(|view| view.kind == ManifestKind::Index))
        }
        404 if ["NAME_UNKNOWN", "NOT_FOUND"].iter().any(|code| answer.has_code(code)) => None,
        400 | 404 | 405 | 406 | 415 | 501 => Some(false),
        _ => None,
    }
}

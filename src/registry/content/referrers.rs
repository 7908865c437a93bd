//! The referrers API of OCI 1.1. Fallback tags, its substitute, are ordinary tags and not handled
//! here.

use std::collections::HashSet;

use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};

use crate::http::Backoff;
use crate::image::{Descriptor, Digest, ManifestKind, ManifestView, MediaType, RepositoryName};

use super::pages::Pages;
use crate::registry::auth::TokenScope;
use crate::registry::client::RepeatableRequest;
use crate::registry::transport::{LIST_LIMIT, WholeResponse};
use crate::registry::{ErrorClass, Registry, RegistryError, RequestContext};

/// Attempts of a listing: what it would tell is worth less patience than an image.
const ATTEMPTS: u32 = 3;

impl Registry {
    /// The manifests that name `subject` as their subject, or `None` if there is no referrers API.
    ///
    /// The first call finds out for the host. A repository that refuses once is not asked again;
    /// whether the host has the API at all can be told when others have been asked, by
    /// [`Registry::lists_referrers`].
    ///
    /// # Errors
    /// Those of the connection, of the login, and of a registry that fails.
    pub async fn referrers(
        &self,
        repository: &RepositoryName,
        subject: &Digest,
    ) -> Result<Option<Vec<Descriptor>>, RegistryError> {
        let api = &self.inner.referrers;
        let mut mine = None;
        let ask = {
            let mine = &mut mine;
            move || async move {
                *mine = Some(self.ask_for_referrers(repository, subject).await);
                Ok(())
            }
        };
        api.first.get(|()| true, ask).await?;
        match mine {
            Some(listed) => listed,
            None => self.ask_for_referrers(repository, subject).await,
        }
    }

    /// Whether the host has listed referrers, be it none, in any of its repositories.
    #[must_use]
    pub fn lists_referrers(&self) -> bool {
        self.inner.referrers.seen.lock().lists
    }

    /// Whether the host has answered as one without the referrers API.
    #[must_use]
    pub fn lacks_referrers(&self) -> bool {
        let seen = self.inner.referrers.seen.lock();
        seen.lacks && !seen.lists
    }

    async fn ask_for_referrers(
        &self,
        repository: &RepositoryName,
        subject: &Digest,
    ) -> Result<Option<Vec<Descriptor>>, RegistryError> {
        if self.lacks_referrers() {
            return Ok(None);
        }
        let has_failed = {
            let seen = self.inner.referrers.seen.lock();
            if let Some(refusal) = seen.refused.get(repository) {
                return Err(refusal.clone());
            }
            seen.failed.contains(repository)
        };
        let attempts = if has_failed { 1 } else { ATTEMPTS };
        let listed = self.list_referrers(repository, subject, attempts).await;
        let mut seen = self.inner.referrers.seen.lock();
        match &listed {
            Ok(_) => {
                seen.failed.remove(repository);
            }
            Err(error) if error.class() == ErrorClass::Auth => {
                seen.refused.insert(repository.clone(), error.clone());
            }
            Err(_) => {
                seen.failed.insert(repository.clone());
            }
        }
        listed
    }

    async fn list_referrers(
        &self,
        repository: &RepositoryName,
        subject: &Digest,
        attempts: u32,
    ) -> Result<Option<Vec<Descriptor>>, RegistryError> {
        let at = self.context(repository, format!("referrers of {subject}"));
        let url = self.url(repository, &format!("referrers/{subject}")).await?;
        let mut request = RepeatableRequest::new(Method::GET, url);
        request.headers.insert(ACCEPT, HeaderValue::from_static(MediaType::OCI_INDEX));
        let scope = TokenScope::pull(repository);
        let backoff = Backoff { attempts, ..self.backoff() };
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        let mut pages = Pages::default();
        loop {
            let open = || self.open(&request, &scope, &at);
            let answer = self.inner.transport.retry(LIST_LIMIT, backoff, open).await?;
            let view = match Answered::read(&answer, &at)? {
                Answered::Listed(view) => view,
                Answered::Nothing => break,
                Answered::NoApi if pages.is_first() => {
                    let mut seen = self.inner.referrers.seen.lock();
                    seen.lacks = true;
                    return Ok(None);
                }
                Answered::NoApi => return Err(answer.refusal(&at)),
            };
            self.inner.referrers.seen.lock().lists = true;
            let before = found.len();
            found.extend(view.children.into_iter().filter(|one| seen.insert(one.digest.clone())));
            let grew = found.len() > before;
            match pages.next(&answer.headers, &request.url, &at, grew)? {
                Some(next) => request.url = next,
                None => break,
            }
        }
        Ok(Some(found))
    }
}

/// What a response to a listing means.
enum Answered {
    Listed(Box<ManifestView>),
    /// Nothing is known of the repository or the manifest, which says nothing about the host.
    Nothing,
    /// The host doesn't know the path.
    NoApi,
}

impl Answered {
    /// A host with the API answers an unknown subject with an empty list (distribution
    /// specification, "Listing Referrers"), but an unknown repository with 404 and a code.
    /// Distribution 2.8 doesn't know the path and answers 404 in plain text, others 405.
    fn read(answer: &WholeResponse, at: &RequestContext) -> Result<Self, RegistryError> {
        const OF_THE_NAME: [&str; 3] = ["NAME_UNKNOWN", "NOT_FOUND", "MANIFEST_UNKNOWN"];
        match answer.status.as_u16() {
            200 => match ManifestView::parse(&answer.body) {
                Ok(view) if view.kind == ManifestKind::Index => Ok(Self::Listed(Box::new(view))),
                // A page for people, with which some proxies answer whatever they don't know.
                _ if answer.header(&CONTENT_TYPE).is_some_and(|t| t.starts_with("text/")) => {
                    Ok(Self::NoApi)
                }
                Ok(_) => {
                    let reason = "the list of referrers is not an index".to_owned();
                    Err(RegistryError::Protocol { at: Box::new(at.clone()), reason })
                }
                Err(error) => Err(RegistryError::Manifest { at: Box::new(at.clone()), error }),
            },
            404 if OF_THE_NAME.iter().any(|code| answer.has_code(code)) => Ok(Self::Nothing),
            404 | 405 | 406 | 415 | 501 => Ok(Self::NoApi),
            _ => Err(answer.refusal(at)),
        }
    }
}

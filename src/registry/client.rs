//! [`Registry`] itself, and how one of its requests goes: credential, 401, redirects.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Method, Response};
use url::Url;

use crate::http::{Backoff, Connections, Exhausted, Network};
use crate::image::{Host, RepositoryName};

use super::error::is_transient_status;
use super::{Access, AuthScheme, LoginSource, RegistryError, RequestContext, Traffic};
use crate::registry::auth::{Authenticator, Probe, TokenScope, probe};
use crate::registry::content::ReferrersApi;
use crate::registry::transport::{
    AttemptError, LIST_LIMIT, Redirects, SingleFlight, Transport, WholeResponse, same_origin,
};

/// How often the original request is sent again because the address that it was redirected to
/// fails: a signed address may have expired.
const REDIRECT_RESTARTS: usize = 2;

/// Attempts of a request after another of its kind has used up all of its own.
const ATTEMPTS_ONCE_EXHAUSTED: u32 = 2;

/// One registry host. Cheap to clone; clones share tokens, pauses and counters.
#[derive(Clone)]
pub struct Registry {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) host: Host,
    pub(super) transport: Arc<Transport>,
    pub(super) auth: Authenticator,
    pub(super) referrers: ReferrersApi,
    /// Repositories in which a request has used up its attempts, by method.
    spent: Exhausted<(RepositoryName, Method)>,
    probe: OnceLock<Probe>,
    probing: SingleFlight<Probe>,
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry").field("host", &self.inner.host).finish_non_exhaustive()
    }
}

/// A request that can be repeated.
#[derive(Debug, Clone)]
pub(super) struct RepeatableRequest {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
    /// How often it is sent, where that is less than usual.
    pub(super) attempts: Option<u32>,
    pub(super) connections: Connections,
}

impl RepeatableRequest {
    pub(super) fn new(method: Method, url: Url) -> Self {
        let (headers, connections) = (HeaderMap::new(), Connections::Shared);
        Self { method, url, headers, body: None, attempts: None, connections }
    }
}

impl Registry {
    /// A client for `host`. Nothing is sent yet.
    pub fn new(network: Arc<Network>, host: Host, logins: Arc<dyn LoginSource>) -> Self {
        let transport = Arc::new(Transport::new(network));
        let auth = Authenticator::new(Arc::clone(&transport), host.clone(), logins);
        let inner = Inner {
            host,
            transport,
            auth,
            referrers: ReferrersApi::default(),
            spent: Exhausted::default(),
            probe: OnceLock::new(),
            probing: SingleFlight::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Sets how often and after which delays small requests are retried, for all clones.
    #[must_use]
    pub fn with_backoff(self, backoff: Backoff) -> Self {
        self.inner.transport.set_backoff(backoff);
        self
    }

    /// The host.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.inner.host
    }

    /// What was asked of the host so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.inner.transport.traffic()
    }

    /// What `GET /v2/` says about the host. Sent once, before anything else.
    ///
    /// # Errors
    /// [`RegistryError::Http`] if the host can't be reached, [`RegistryError::Protocol`] if what
    /// answers isn't a registry.
    pub async fn probe(&self) -> Result<&Probe, RegistryError> {
        let inner = &self.inner;
        if let Some(probe) = inner.probe.get() {
            return Ok(probe);
        }
        let found = inner.probing.get(|_| true, || probe(&inner.transport, &inner.host)).await?;
        inner.auth.begin_with(&found);
        Ok(inner.probe.get_or_init(|| found))
    }

    /// Whether the host is a Harbor, as every TCR instance is. See [`Probe::is_harbor`].
    ///
    /// # Errors
    /// As [`Registry::probe`].
    pub async fn is_harbor(&self) -> Result<bool, RegistryError> {
        self.probe().await.map(Probe::is_harbor)
    }

    /// Checks that the login is accepted and has this access to a repository, which need not exist
    /// yet.
    ///
    /// If the token can be read, the rights listed in it decide. If not, the tags are listed, which
    /// for [`Access::Push`] proves only the login.
    ///
    /// # Errors
    /// [`RegistryError::NoLogin`], [`RegistryError::LoginRefused`], [`RegistryError::Denied`], and
    /// those of the connection.
    pub async fn check_access(
        &self,
        repository: &RepositoryName,
        access: Access,
    ) -> Result<(), RegistryError> {
        let probe = self.probe().await?;
        let scope = TokenScope { repository: repository.clone(), access, mount_from: None };
        let at = self.context(repository, "access");
        if let AuthScheme::Bearer { .. } = probe.auth
            && let Some(credential) = self.inner.auth.credential(&scope, false).await?
        {
            let host = self.inner.host.clone();
            match (credential.grants(repository, access), &credential.login) {
                (Some(true), _) => return Ok(()),
                (Some(false), None) => return Err(RegistryError::NoLogin { host }),
                (Some(false), Some(login)) => {
                    let message = format!(
                        "the login from {} gets a token without the right to {}",
                        login.origin,
                        if access == Access::Push { "push" } else { "pull" }
                    );
                    return Err(RegistryError::Denied { at: Box::new(at), message });
                }
                (None, _) => {}
            }
        }
        let mut url = self.url(repository, "tags/list").await?;
        url.query_pairs_mut().append_pair("n", "1");
        let request = RepeatableRequest::new(Method::GET, url);
        let answer = self.exchange(&request, &scope, &at, LIST_LIMIT).await?;
        let is_fine = answer.status.is_success() || answer.status == 404;
        if is_fine { Ok(()) } else { Err(answer.refusal(&at)) }
    }

    /// Whether a token says that it gives this access; `None` if that can't be read from one, or the
    /// host wants none. Nothing is asked but the token service.
    ///
    /// # Errors
    /// As [`Registry::check_access`].
    pub async fn granted(
        &self,
        repository: &RepositoryName,
        access: Access,
    ) -> Result<Option<bool>, RegistryError> {
        let AuthScheme::Bearer { .. } = self.probe().await?.auth else { return Ok(None) };
        let scope = TokenScope { repository: repository.clone(), access, mount_from: None };
        let credential = self.inner.auth.credential(&scope, false).await?;
        let Some(credential) = credential else {
            return Err(RegistryError::NoLogin { host: self.inner.host.clone() });
        };
        Ok(credential.grants(repository, access))
    }

    /// Checks that the login is accepted, whatever its rights.
    ///
    /// # Errors
    /// [`RegistryError::NoLogin`], [`RegistryError::LoginRefused`], and those of the connection.
    pub async fn check_login(&self) -> Result<(), RegistryError> {
        // A token is always for a repository; this one need not exist.
        let Ok(any) = "library/any".parse() else { return Ok(()) };
        match self.check_access(&any, Access::Pull).await {
            Err(RegistryError::Denied { .. }) => Ok(()),
            checked => checked,
        }
    }

    /// Tells that these repositories will be asked for with this access: a few of them share a token,
    /// where the host wants tokens and its tokens say what they grant.
    pub fn expect<'a>(
        &self,
        repositories: impl IntoIterator<Item = &'a RepositoryName>,
        access: Access,
    ) {
        self.inner.auth.expect(repositories.into_iter(), access);
    }

    /// How many requests may be in flight at once, by how the host has coped so far.
    #[must_use]
    pub fn at_once(&self) -> usize {
        self.inner.transport.at_once()
    }

    /// Drops all tokens: a namespace was created, so logins may have other rights now.
    pub fn forget_tokens(&self) {
        self.inner.auth.forget_all();
    }

    /// The longest silence that is tolerated.
    #[must_use]
    pub fn stall_timeout(&self) -> Duration {
        self.inner.transport.network.stall_timeout()
    }

    pub(super) fn backoff(&self) -> Backoff {
        self.inner.transport.backoff()
    }

    pub(super) fn context(
        &self,
        repository: &RepositoryName,
        what: impl Into<String>,
    ) -> RequestContext {
        RequestContext {
            host: self.inner.host.clone(),
            repository: Some(repository.clone()),
            what: what.into(),
        }
    }

    /// `BASE/REPOSITORY/path`. Names, tags and digests need no escaping; their types see to that.
    pub(super) async fn url(
        &self,
        repository: &RepositoryName,
        path: &str,
    ) -> Result<Url, RegistryError> {
        let mut url = self.probe().await?.base.clone();
        url.set_path(&format!("/v2/{repository}/{path}"));
        Ok(url)
    }

    /// Sends a request, with retries, and reads the whole response. A 401 becomes an error.
    pub(super) async fn exchange(
        &self,
        request: &RepeatableRequest,
        scope: &TokenScope,
        at: &RequestContext,
        limit: u64,
    ) -> Result<WholeResponse, RegistryError> {
        let (transport, spent) = (&self.inner.transport, &self.inner.spent);
        let kind = (scope.repository.clone(), request.method.clone());
        let usual = transport.backoff();
        let exhausted = spent.has(&kind).then_some(ATTEMPTS_ONCE_EXHAUSTED);
        let attempts = exhausted.or(request.attempts).unwrap_or(usual.attempts);
        let backoff = Backoff { attempts: attempts.min(usual.attempts), ..usual };
        let outcome = transport.retry(limit, backoff, || self.open(request, scope, at)).await;
        let has_failed = match &outcome {
            Ok(answer) => is_transient_status(answer.status.as_u16()),
            Err(error) => error.is_transient(),
        };
        // What was asked on suspicion says nothing about the others.
        if request.attempts.is_none() {
            spent.note(&kind, has_failed);
        }
        outcome
    }

    /// One attempt: sends a credential, renews it after a 401, follows redirects.
    pub(super) async fn open(
        &self,
        request: &RepeatableRequest,
        scope: &TokenScope,
        at: &RequestContext,
    ) -> Result<Response, AttemptError> {
        let inner = &self.inner;
        let home = self.probe().await.map_err(AttemptError::Final)?.base.clone();
        let mut url = request.url.clone();
        let (mut replays, mut redirects, mut anew) = (0, Redirects::default(), 0);
        loop {
            let mut headers = request.headers.clone();
            let is_home = same_origin(&url, &home);
            let mut shown = None;
            // A token is for this host only; one that it redirects to gets none.
            if is_home {
                shown = inner.auth.credential(scope, false).await.map_err(AttemptError::Final)?;
                headers.extend(shown.as_ref().map(|shown| (AUTHORIZATION, shown.header())));
            }
            let body = request.body.clone().map(reqwest::Body::from);
            let (method, connections) = (request.method.clone(), request.connections);
            let sent = inner.transport.transmit(method, &url, headers, body, connections).await;
            let response = sent.map_err(AttemptError::Connection)?;
            let status = response.status();
            if status == 401 && is_home {
                let answer = inner.transport.read(at.host.as_str(), response, LIST_LIMIT).await;
                let answer = answer.map_err(AttemptError::Connection)?;
                if replays >= inner.auth.replays(&answer) {
                    return Err(AttemptError::Final(inner.auth.unauthorized(&shown, &answer, at)));
                }
                replays += 1;
                inner
                    .auth
                    .rejected(scope, &shown, &answer, at)
                    .await
                    .map_err(AttemptError::Final)?;
                continue;
            }
            let (sent, answered) = ((&request.method, &url), (status, response.headers()));
            let next = redirects.next(&inner.transport.network, at, sent, answered);
            if let Some(next) = next.map_err(AttemptError::Final)? {
                url = next;
            } else if redirects.any()
                && matches!(status.as_u16(), 400 | 401 | 403 | 410)
                && anew < REDIRECT_RESTARTS
            {
                anew += 1;
                redirects = Redirects::default();
                url = request.url.clone();
            } else {
                return Ok(response);
            }
        }
    }
}

//! The credentials for one host: one for each scope, made once, renewed in time, and dropped when
//! the host no longer accepts it. If there are several logins, the one with the rights is used.

use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use url::Url;

use crate::http::Connections;
use crate::image::{Host, RepositoryName};

use super::challenge::{Challenge, best};
use super::scope::{TokenScope, covers};
use super::token::Credential;
use super::token_batch::TokenBatches;
use super::token_request::{TokenQuery, TokenRequest};
use crate::registry::transport::{Redirects, SingleFlight, Transport, WholeResponse, follow};
use crate::registry::{
    Access, AuthScheme, Login, LoginKind, LoginSource, Probe, RegistryError, RequestContext,
};

/// The largest response of a token service, in bytes.
const TOKEN_LIMIT: u64 = 1024 * 1024;
/// How many logins are tried for one token.
const LOGIN_ATTEMPTS: usize = 4;
/// How many tokens are tried for one request, if the host calls each invalid.
const TOKEN_ATTEMPTS: usize = 3;

/// `None` if the host asks for no credential, or no login is known.
pub(crate) type ShownCredential = Option<Arc<Credential>>;

/// The credentials for one host.
pub(crate) struct Authenticator {
    transport: Arc<Transport>,
    host: Host,
    logins: Arc<dyn LoginSource>,
    home: Mutex<Option<Url>>,
    /// Whether `/v2/` wants Basic authentication, and so tells good logins from bad ones.
    asks_for_basic: Mutex<bool>,
    scheme: Mutex<Option<AuthScheme>>,
    slots: Mutex<HashMap<TokenScope, Arc<TokenSlot>>>,
    batches: TokenBatches,
    /// Namespaces in which no other login was found to have more rights.
    equal: Mutex<HashSet<(String, Access)>>,
}

#[derive(Default)]
struct TokenSlot {
    flight: SingleFlight<ShownCredential>,
    /// Scopes that a challenge asked for in addition to our own.
    besides: Mutex<Vec<String>>,
}

impl Authenticator {
    pub(crate) fn new(transport: Arc<Transport>, host: Host, logins: Arc<dyn LoginSource>) -> Self {
        Self {
            transport,
            host,
            logins,
            home: Mutex::default(),
            asks_for_basic: Mutex::default(),
            scheme: Mutex::default(),
            slots: Mutex::default(),
            batches: TokenBatches::default(),
            equal: Mutex::default(),
        }
    }

    /// These repositories will be asked for: a few of them can share a token.
    pub(crate) fn expect<'a>(
        &self,
        repositories: impl Iterator<Item = &'a RepositoryName>,
        access: Access,
    ) {
        self.batches.expect(repositories, access);
    }

    /// Takes over what the probe found, unless a later challenge has said otherwise.
    pub(crate) fn begin_with(&self, probe: &Probe) {
        *self.asks_for_basic.lock() = probe.auth == AuthScheme::Basic;
        self.home.lock().get_or_insert_with(|| probe.base.clone());
        self.scheme.lock().get_or_insert_with(|| probe.auth.clone());
    }

    /// The credential for `scope`; for a stream it is renewed earlier.
    pub(crate) async fn credential(
        &self,
        scope: &TokenScope,
        for_a_stream: bool,
    ) -> Result<ShownCredential, RegistryError> {
        let scheme = self.scheme.lock().clone().unwrap_or(AuthScheme::None);
        if matches!(scheme, AuthScheme::None) {
            return Ok(None);
        }
        let slot = self.slot(scope);
        let usable =
            |shown: &ShownCredential| shown.as_ref().is_none_or(|c| c.is_fresh(for_a_stream));
        slot.flight.get(usable, || self.obtain(&slot, &scheme, scope)).await
    }

    /// How often a request is sent again after this 401. A token is renewed once; but there may be
    /// several passwords to try, and a token that is called invalid may have been revoked
    /// meanwhile.
    pub(crate) fn replays(&self, answer: &WholeResponse) -> usize {
        let invalid = matches!(
            best(&answer.headers),
            Some(Challenge::Bearer { error: Some(error), .. }) if error == "invalid_token"
        );
        let basic = matches!(*self.scheme.lock(), Some(AuthScheme::Basic));
        match (basic, invalid) {
            (true, _) => LOGIN_ATTEMPTS,
            (false, true) => TOKEN_ATTEMPTS,
            (false, false) => 1,
        }
    }

    /// Drops a credential that may no longer be valid.
    pub(crate) async fn forget(&self, scope: &TokenScope, used: &ShownCredential) {
        self.batches.leave(scope);
        self.slot(scope).flight.forget(|shown| is_same(shown, used)).await;
    }

    /// Drops all credentials: the rights of their logins have changed.
    pub(crate) fn forget_all(&self) {
        self.slots.lock().clear();
        self.batches.dissolve();
        self.equal.lock().clear();
    }

    /// Prepares to send a request again after a 401.
    ///
    /// # Errors
    /// If sending it again is of no use.
    pub(crate) async fn rejected(
        &self,
        scope: &TokenScope,
        used: &ShownCredential,
        answer: &WholeResponse,
        at: &RequestContext,
    ) -> Result<(), RegistryError> {
        let slot = self.slot(scope);
        match best(&answer.headers) {
            None => return Err(self.unauthorized(used, answer, at)),
            Some(Challenge::Basic) => {
                if self.accepts(used).await {
                    return Err(answer.refusal(at));
                }
                let before = self.scheme.lock().replace(AuthScheme::Basic);
                slot.flight.forget(|shown| is_same(shown, used)).await;
                if before != Some(AuthScheme::Basic) {
                    return Ok(());
                }
                let login = used.as_ref().and_then(|used| used.login.as_ref());
                let login = login.ok_or_else(|| self.unauthorized(used, answer, at))?;
                let next = || async {
                    match self.logins.refused(&self.host, login).await? {
                        Some(other) => self.basic(&other).map(Some),
                        None => Err(self.unauthorized(used, answer, at)),
                    }
                };
                slot.flight.get(|shown| !is_same(shown, used), next).await?;
            }
            Some(Challenge::Bearer { realm, service, scope: wanted, error }) => {
                // A token holds the rights at the time it was made; a namespace may have been
                // created since.
                let by_a_login = used.as_ref().is_some_and(|c| c.login.is_some() && c.is_new());
                if by_a_login && error.as_deref() == Some("insufficient_scope") {
                    return Err(self.unauthorized(used, answer, at));
                }
                let login = used.as_ref().and_then(|used| used.login.as_ref());
                if let Some(login) = login.filter(|login| login.kind == LoginKind::RegistryToken)
                    && self.logins.refused(&self.host, login).await?.is_none()
                {
                    return Err(self.refused(login, None, answer));
                }
                let own = scope.parameters();
                let wanted = wanted.unwrap_or_default();
                let besides = wanted.split_whitespace().filter(|wanted| !covers(&own, wanted));
                *slot.besides.lock() = besides.map(str::to_owned).collect();
                *self.scheme.lock() = Some(AuthScheme::Bearer { realm, service });
                self.batches.leave(scope);
                slot.flight.forget(|shown| is_same(shown, used)).await;
            }
        }
        Ok(())
    }

    /// Whether the host accepts at its front door, which asks for a login, one that it refused
    /// further in: then the refusal is about what is there.
    async fn accepts(&self, used: &ShownCredential) -> bool {
        let Some(used) = used.as_ref().filter(|_| *self.asks_for_basic.lock()) else {
            return false;
        };
        let Some(home) = self.home.lock().clone() else { return false };
        let headers = HeaderMap::from_iter([(AUTHORIZATION, used.header())]);
        let sent =
            self.transport.transmit(Method::GET, &home, headers, None, Connections::Shared).await;
        sent.is_ok_and(|answer| answer.status().is_success())
    }

    /// The error if the 401 stays.
    pub(crate) fn unauthorized(
        &self,
        used: &ShownCredential,
        answer: &WholeResponse,
        at: &RequestContext,
    ) -> RegistryError {
        match used.as_ref().and_then(|used| used.login.as_ref()) {
            None => RegistryError::NoLogin { host: self.host.clone() },
            Some(login) if matches!(*self.scheme.lock(), Some(AuthScheme::Basic)) => {
                self.refused(login, None, answer)
            }
            Some(_) => answer.refusal(at),
        }
    }

    fn slot(&self, scope: &TokenScope) -> Arc<TokenSlot> {
        Arc::clone(self.slots.lock().entry(scope.clone()).or_default())
    }

    fn refused(&self, login: &Login, realm: Option<&Url>, answer: &WholeResponse) -> RegistryError {
        RegistryError::LoginRefused {
            host: self.host.clone(),
            origin: login.origin.clone(),
            realm: realm.and_then(Url::host_str).map(str::to_owned),
            message: answer.message(),
        }
    }

    fn basic(&self, login: &Login) -> Result<Arc<Credential>, RegistryError> {
        self.sendable(Credential::basic(login.clone()), login)
    }

    fn sendable(
        &self,
        credential: Option<Credential>,
        login: &Login,
    ) -> Result<Arc<Credential>, RegistryError> {
        credential.map(Arc::new).ok_or_else(|| RegistryError::LoginRefused {
            host: self.host.clone(),
            origin: login.origin.clone(),
            realm: None,
            message: "the user name or password can't be sent".to_owned(),
        })
    }

    async fn obtain(
        &self,
        slot: &TokenSlot,
        scheme: &AuthScheme,
        scope: &TokenScope,
    ) -> Result<ShownCredential, RegistryError> {
        let mut login = self.logins.login(&self.host, Some(&scope.repository)).await?;
        if let Some(login) = login.take_if(|login| login.kind == LoginKind::RegistryToken) {
            return self.sendable(Credential::registry_token(login.clone()), &login).map(Some);
        }
        let AuthScheme::Bearer { realm, service } = scheme else {
            return login.map(|login| self.basic(&login)).transpose();
        };
        let at = RequestContext {
            host: self.host.clone(),
            repository: Some(scope.repository.clone()),
            what: "token".to_owned(),
        };
        let Some(home) = self.home.lock().clone() else { return Ok(None) };
        // The login goes to whatever token service the registry names, but only over TLS or where
        // plain HTTP is allowed, and not into a private network that the registry itself isn't in.
        let realm = follow(&self.transport.network, &at, &home, realm)?;
        let shared = self.shared(scope, &realm, service.as_ref(), login.as_ref()).await;
        if shared.is_some() {
            return Ok(shared);
        }
        let mut scopes = scope.parameters();
        scopes.extend(slot.besides.lock().iter().cloned());
        let wanted = TokenQuery { realm, service: service.clone(), scopes };
        for _ in 0..LOGIN_ATTEMPTS {
            let since = Instant::now();
            let answer = self.ask(&wanted, login.as_ref()).await?;
            if answer.status.is_success() {
                let credential = Credential::from_answer(&answer.body, since, login);
                let credential = credential.ok_or_else(|| {
                    let reason = format!(
                        "the token service {} answers without a token",
                        wanted.realm.host_str().unwrap_or_default()
                    );
                    RegistryError::Protocol { at: Box::new(at.clone()), reason }
                })?;
                let better = self.with_more_rights(&credential, scope, &wanted).await;
                return Ok(Some(Arc::new(better.unwrap_or(credential))));
            }
            // 400 `invalid_grant` is how OAuth 2 refuses a refresh token (RFC 6749, 5.2).
            let is_refused = matches!(answer.status.as_u16(), 401 | 403)
                || (answer.status == 400
                    && login.as_ref().is_some_and(|l| l.kind == LoginKind::IdentityToken));
            if !is_refused {
                return Err(answer.refusal(&at));
            }
            let Some(used) = login else {
                return Err(RegistryError::NoLogin { host: self.host.clone() });
            };
            if answer.status != 400 && self.is_accepted(&wanted, &used).await {
                // GitLab, for one, refuses a token for a repository where others leave the right
                // out of it. That says nothing about other repositories.
                let other = self.by_another_login(&used, scope, &wanted).await;
                return match other {
                    Some(credential) => Ok(Some(Arc::new(credential))),
                    None => Err(answer.refusal(&at)),
                };
            }
            login = self.logins.refused(&self.host, &used).await?;
            if login.is_none() {
                return Err(self.refused(&used, Some(&wanted.realm), &answer));
            }
        }
        let reason = "several logins were tried and none is accepted".to_owned();
        Err(RegistryError::Protocol { at: Box::new(at), reason })
    }

    /// Whether the token service accepts a login for anything: it is asked as `docker login` asks.
    async fn is_accepted(&self, wanted: &TokenQuery, login: &Login) -> bool {
        let any = TokenQuery { scopes: Vec::new(), ..wanted.clone() };
        self.ask(&any, Some(login)).await.is_ok_and(|answer| answer.status.is_success())
    }

    /// The token that a few repositories share, if there is one and it serves this scope.
    async fn shared(
        &self,
        scope: &TokenScope,
        realm: &Url,
        service: Option<&String>,
        login: Option<&Login>,
    ) -> ShownCredential {
        let batch = self.batches.of(scope)?;
        let usable = |shown: &ShownCredential| shown.as_ref().is_none_or(|c| c.is_fresh(true));
        let make = || async {
            let scopes = batch.scopes.iter().flat_map(TokenScope::parameters).collect();
            let wanted = TokenQuery { realm: realm.clone(), service: service.cloned(), scopes };
            let since = Instant::now();
            let answer = self.ask(&wanted, login).await?;
            let credential = match answer.status.is_success() {
                true => Credential::from_answer(&answer.body, since, login.cloned()),
                false => None,
            };
            let says = |credential: &Credential| credential.grants(&scope.repository, scope.access);
            let credential = credential.filter(|credential| says(credential).is_some());
            if credential.is_none() {
                // It would be so for each batch. Whoever asks alone gets to know why.
                self.batches.dissolve();
            }
            Ok(credential.map(Arc::new))
        };
        let shared = batch.flight.get(usable, make).await.ok().flatten();
        let serves = |credential: &Arc<Credential>| {
            credential.grants(&scope.repository, scope.access) == Some(true)
        };
        let shared = shared.filter(serves);
        if shared.is_none() {
            self.batches.leave(scope);
        }
        shared
    }

    async fn ask(
        &self,
        wanted: &TokenQuery,
        login: Option<&Login>,
    ) -> Result<WholeResponse, RegistryError> {
        let mut request = TokenRequest::new(wanted, login);
        let mut redirects = Redirects::default();
        let at =
            RequestContext { host: self.host.clone(), repository: None, what: "token".to_owned() };
        loop {
            let send = || request.send(&self.transport);
            let answer = self.transport.retry(TOKEN_LIMIT, self.transport.backoff(), send).await?;
            let answered = (answer.status, &answer.headers);
            let network = &self.transport.network;
            match redirects.next(network, &at, request.place(), answered)? {
                Some(next) => request = request.sent_to(next, &at)?,
                None => return Ok(answer),
            }
        }
    }

    /// A token by another login, if this token says itself that it lacks the access and the other
    /// one has it: a login that was made for one namespace may not do for the next.
    async fn with_more_rights(
        &self,
        credential: &Credential,
        scope: &TokenScope,
        wanted: &TokenQuery,
    ) -> Option<Credential> {
        let grants = |credential: &Credential| credential.grants(&scope.repository, scope.access);
        let login = credential.login.as_ref().filter(|_| grants(credential) == Some(false))?;
        self.by_another_login(login, scope, wanted).await
    }

    /// A token with the access by another login than this one, if there is one.
    async fn by_another_login(
        &self,
        login: &Login,
        scope: &TokenScope,
        wanted: &TokenQuery,
    ) -> Option<Credential> {
        let grants = |credential: &Credential| credential.grants(&scope.repository, scope.access);
        // In a namespace that doesn't exist yet no login has rights.
        let place = (scope.repository.namespace().to_owned(), scope.access);
        if self.equal.lock().contains(&place) {
            return None;
        }
        let since = Instant::now();
        let found = match self.logins.with_more_rights(&self.host, login).await {
            Some(other) => self
                .ask(wanted, Some(&other))
                .await
                .ok()
                .filter(|answer| answer.status.is_success())
                .and_then(|answer| Credential::from_answer(&answer.body, since, Some(other)))
                .filter(|found| grants(found) == Some(true)),
            None => None,
        };
        match found.as_ref().and_then(|found| found.login.as_ref()) {
            Some(other) => {
                self.logins.had_more_rights(&self.host, &scope.repository, login, other);
            }
            None => drop(self.equal.lock().insert(place)),
        }
        found
    }
}

fn is_same(shown: &ShownCredential, used: &ShownCredential) -> bool {
    match (shown, used) {
        (Some(shown), Some(used)) => Arc::ptr_eq(shown, used),
        (shown, used) => shown.is_none() && used.is_none(),
    }
}

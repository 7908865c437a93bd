//! Who we are to one host: a credential for each scope, made once, renewed in time, and dropped
//! when the host no longer takes it; by the login that has the rights, if there are several.

use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use url::Url;

use crate::image::Host;

use super::challenge::{Challenge, best};
use super::scope::{Scope, covers};
use super::token::Credential;
use super::token_request::{TokenQuery, TokenRequest};
use crate::registry::transport::{Answer, Flight, Wire, follow};
use crate::registry::{Access, AuthScheme, Login, LoginSource, Place, Probe, RegistryError};

/// The largest answer of a token service, in bytes.
const TOKEN_LIMIT: u64 = 1024 * 1024;
/// How many logins are tried for one token.
const LOGINS_TRIED: usize = 4;
/// How many tokens are tried for one request, if the host calls each of them invalid.
const TOKENS_TRIED: usize = 3;

/// `None`: nothing is shown, because nothing is asked for or no login is known.
pub(crate) type Shown = Option<Arc<Credential>>;

/// The credentials for one host.
pub(crate) struct Authenticator {
    wire: Arc<Wire>,
    host: Host,
    logins: Arc<dyn LoginSource>,
    home: Mutex<Option<Url>>,
    scheme: Mutex<Option<AuthScheme>>,
    slots: Mutex<HashMap<Scope, Arc<Slot>>>,
    /// Namespaces in which no other login has more rights.
    equal: Mutex<HashSet<(String, Access)>>,
}

#[derive(Default)]
struct Slot {
    flight: Flight<Shown>,
    /// Scopes that a challenge asked for besides our own.
    besides: Mutex<Vec<String>>,
}

impl Authenticator {
    pub(crate) fn new(wire: Arc<Wire>, host: Host, logins: Arc<dyn LoginSource>) -> Self {
        let (home, scheme, slots) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { wire, host, logins, home, scheme, slots, equal: Mutex::default() }
    }

    /// Takes what the probe found, unless a later challenge has said otherwise.
    pub(crate) fn begin_with(&self, probe: &Probe) {
        self.home.lock().get_or_insert_with(|| probe.base.clone());
        self.scheme.lock().get_or_insert_with(|| probe.auth.clone());
    }

    /// What to show for `scope`; for a stream it is renewed earlier.
    pub(crate) async fn credential(
        &self,
        scope: &Scope,
        for_a_stream: bool,
    ) -> Result<Shown, RegistryError> {
        let scheme = self.scheme.lock().clone().unwrap_or(AuthScheme::None);
        if matches!(scheme, AuthScheme::None) {
            return Ok(None);
        }
        let slot = self.slot(scope);
        let usable = |shown: &Shown| shown.as_ref().is_none_or(|c| c.is_fresh(for_a_stream));
        slot.flight.get(usable, || self.obtain(&slot, &scheme, scope)).await
    }

    /// How often a request is repeated after this 401: a token is renewed once, but there may be
    /// several passwords to try; and one that is called invalid may have been taken back on its way.
    pub(crate) fn replays(&self, answer: &Answer) -> usize {
        let invalid = matches!(
            best(&answer.headers),
            Some(Challenge::Bearer { error: Some(error), .. }) if error == "invalid_token"
        );
        let basic = matches!(*self.scheme.lock(), Some(AuthScheme::Basic));
        match (basic, invalid) {
            (true, _) => LOGINS_TRIED,
            (false, true) => TOKENS_TRIED,
            (false, false) => 1,
        }
    }

    /// Drops a credential that may have gone bad.
    pub(crate) async fn forget(&self, scope: &Scope, used: &Shown) {
        self.slot(scope).flight.forget(|shown| is_same(shown, used)).await;
    }

    /// Drops all credentials: what their logins may do has changed.
    pub(crate) fn forget_all(&self) {
        self.slots.lock().clear();
        self.equal.lock().clear();
    }

    /// Gets ready for a repetition after a 401.
    ///
    /// # Errors
    /// If a repetition is of no use.
    pub(crate) async fn rejected(
        &self,
        scope: &Scope,
        used: &Shown,
        answer: &Answer,
        at: &Place,
    ) -> Result<(), RegistryError> {
        let slot = self.slot(scope);
        match best(&answer.headers) {
            None => return Err(self.unauthorized(used, answer, at)),
            Some(Challenge::Basic) => {
                let before = self.scheme.lock().replace(AuthScheme::Basic);
                slot.flight.forget(|shown| is_same(shown, used)).await;
                if before != Some(AuthScheme::Basic) {
                    return Ok(());
                }
                let login = used.as_ref().and_then(|used| used.login.as_ref());
                let login = login.ok_or_else(|| self.unauthorized(used, answer, at))?;
                let next = || async {
                    match self.logins.refused(&self.host, login).await? {
                        Some(other) => self.basic(other).map(Some),
                        None => Err(self.unauthorized(used, answer, at)),
                    }
                };
                slot.flight.get(|shown| !is_same(shown, used), next).await?;
            }
            Some(Challenge::Bearer { realm, service, scope: wanted, error }) => {
                // A token tells what its login might do when it was made; a namespace may have come
                // since.
                let by_a_login = used.as_ref().is_some_and(|c| c.login.is_some() && c.is_new());
                if by_a_login && error.as_deref() == Some("insufficient_scope") {
                    return Err(self.unauthorized(used, answer, at));
                }
                let own = scope.parameters();
                let wanted = wanted.unwrap_or_default();
                let besides = wanted.split_whitespace().filter(|wanted| !covers(&own, wanted));
                *slot.besides.lock() = besides.map(str::to_owned).collect();
                *self.scheme.lock() = Some(AuthScheme::Bearer { realm, service });
                slot.flight.forget(|shown| is_same(shown, used)).await;
            }
        }
        Ok(())
    }

    /// The error of a 401 that stays.
    pub(crate) fn unauthorized(&self, used: &Shown, answer: &Answer, at: &Place) -> RegistryError {
        let host = self.host.clone();
        let message = answer.message();
        match used.as_ref().and_then(|used| used.login.as_ref()) {
            None => RegistryError::NoLogin { host },
            Some(login) if matches!(*self.scheme.lock(), Some(AuthScheme::Basic)) => {
                let origin = login.origin.clone();
                RegistryError::LoginRefused { host, origin, realm: None, message }
            }
            Some(_) => answer.refusal(at),
        }
    }

    fn slot(&self, scope: &Scope) -> Arc<Slot> {
        Arc::clone(self.slots.lock().entry(scope.clone()).or_default())
    }

    fn basic(&self, login: Login) -> Result<Arc<Credential>, RegistryError> {
        let (host, origin) = (self.host.clone(), login.origin.clone());
        Credential::basic(login).map(Arc::new).ok_or_else(|| RegistryError::LoginRefused {
            host,
            origin,
            realm: None,
            message: "the user name or password can't be sent".to_owned(),
        })
    }

    async fn obtain(
        &self,
        slot: &Slot,
        scheme: &AuthScheme,
        scope: &Scope,
    ) -> Result<Shown, RegistryError> {
        let mut login = self.logins.login(&self.host, Some(&scope.repository)).await?;
        let AuthScheme::Bearer { realm, service } = scheme else {
            return login.map(|login| self.basic(login)).transpose();
        };
        let at = Place {
            host: self.host.clone(),
            repository: Some(scope.repository.clone()),
            what: "token".to_owned(),
        };
        let Some(home) = self.home.lock().clone() else { return Ok(None) };
        // A login goes to whatever the registry names as its token service, but only over TLS or
        // where plain HTTP is allowed, and not into a network that the registry isn't in itself.
        let realm = follow(&self.wire.network, &at, &home, realm)?;
        let mut scopes = scope.parameters();
        scopes.extend(slot.besides.lock().iter().cloned());
        let wanted = TokenQuery { realm, service: service.clone(), scopes };
        for _ in 0..LOGINS_TRIED {
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
                || (answer.status == 400 && login.as_ref().is_some_and(|l| l.identity_token));
            if !is_refused {
                return Err(answer.refusal(&at));
            }
            let Some(used) = login else {
                return Err(RegistryError::NoLogin { host: self.host.clone() });
            };
            login = self.logins.refused(&self.host, &used).await?;
            if login.is_none() {
                return Err(RegistryError::LoginRefused {
                    host: self.host.clone(),
                    origin: used.origin,
                    realm: wanted.realm.host_str().map(str::to_owned),
                    message: answer.message(),
                });
            }
        }
        let reason = "several logins were tried and none is taken".to_owned();
        Err(RegistryError::Protocol { at: Box::new(at), reason })
    }

    async fn ask(
        &self,
        wanted: &TokenQuery,
        login: Option<&Login>,
    ) -> Result<Answer, RegistryError> {
        let request = TokenRequest::new(wanted, login);
        self.wire.retry(TOKEN_LIMIT, self.wire.backoff(), || request.send(&self.wire)).await
    }

    /// A token by another login, if this one says itself that it lacks the access, and the other
    /// has it: a login that was made for one namespace need not do for the next.
    async fn with_more_rights(
        &self,
        credential: &Credential,
        scope: &Scope,
        wanted: &TokenQuery,
    ) -> Option<Credential> {
        let grants = |credential: &Credential| credential.grants(&scope.repository, scope.access);
        let login = credential.login.as_ref().filter(|_| grants(credential) == Some(false))?;
        // In a namespace that is still to be made nobody has a right.
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

fn is_same(shown: &Shown, used: &Shown) -> bool {
    match (shown, used) {
        (Some(shown), Some(used)) => Arc::ptr_eq(shown, used),
        (shown, used) => shown.is_none() && used.is_none(),
    }
}

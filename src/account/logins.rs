//! Where a registry's login comes from: a flag or file, else Docker's store, else a 1-hour token
//! made with the API key.
//!
//! After a login that the registry refuses the next source is used, and the user is told. So it is
//! for a login from Docker's store in a namespace where it lacks a right that the key's token has.

use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use crate::http::Secret;
use crate::image::{Host, RepositoryName};
use crate::registry::{DockerStore, HostLogins, Login, LoginError, LoginKind, LoginSource};
use crate::tencent::{Enterprise, TokenKind};

/// How long before its end a 1-hour token is replaced: long enough to finish sending a large layer.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(10);

/// A 1-hour token that is refused sooner was never valid. One that was valid for longer has ended
/// early, because this machine's clock is wrong or someone revoked it.
const GOOD_ONCE: Duration = Duration::from_secs(5);

/// [`Login::origin`] of a token that was made here.
const MADE: &str = "a 1-hour token made with the API key";

/// How long creating a token may take, retries included.
const TOKEN_LIMIT: Duration = Duration::from_secs(90);

/// A login that the user gave, for a host or a namespace of it.
#[derive(Debug, Clone)]
pub struct FixedLogin {
    /// The registry.
    pub host: Host,
    /// Only for repositories in this namespace, if given.
    pub namespace: Option<String>,
    /// The user.
    pub username: String,
    /// The password.
    pub password: Secret,
    /// Where it was given.
    pub origin: String,
}

/// All logins of a run.
pub struct Logins {
    fixed: Vec<FixedLogin>,
    store: DockerStore,
    /// What Docker's store said, so that its helper is started once for a host.
    stored: tokio::sync::Mutex<HashMap<Host, Arc<HostLogins>>>,
    /// Hosts of the instance; if references and connections use different ones, one stands for the
    /// other.
    target_hosts: Vec<Host>,
    enterprise: Option<Enterprise>,
    token: tokio::sync::Mutex<Option<MadeToken>>,
    refused: Mutex<Vec<(Host, String)>>,
    /// Namespaces in which a token made here has rights that the stored login lacks.
    lacking: Mutex<HashSet<(Host, String)>>,
    notices: Mutex<Vec<String>>,
    /// What has been said of sources that could not be read.
    warned: Mutex<HashSet<String>>,
}

/// A token made with the API key.
struct MadeToken {
    login: Login,
    since: Instant,
    expires: Timestamp,
}

impl Logins {
    /// Logins from `fixed` first, then from `store`, then made by `enterprise` for `target_hosts`.
    #[must_use]
    pub fn new(
        fixed: Vec<FixedLogin>,
        store: DockerStore,
        target_hosts: Vec<Host>,
        enterprise: Option<Enterprise>,
    ) -> Self {
        Self {
            fixed,
            store,
            stored: tokio::sync::Mutex::default(),
            target_hosts,
            enterprise,
            token: tokio::sync::Mutex::default(),
            refused: Mutex::default(),
            lacking: Mutex::default(),
            notices: Mutex::default(),
            warned: Mutex::default(),
        }
    }

    /// Notices for the user, once each.
    #[must_use]
    pub fn take_notices(&self) -> Vec<String> {
        std::mem::take(&mut self.notices.lock())
    }

    /// A long-lived login: one that was given, else the one that Docker has stored. Never a token
    /// that is made here, which ends within the hour.
    ///
    /// # Errors
    /// [`LoginError`] if Docker's store can't be read.
    pub async fn lasting(&self, host: &Host) -> Result<Option<Login>, LoginError> {
        match self.fixed(host, None) {
            Some(login) => Ok(Some(login)),
            None => Ok(self.stored(host).await?.for_repository(None).cloned()),
        }
    }

    async fn next(
        &self,
        host: &Host,
        repository: Option<&RepositoryName>,
    ) -> Result<Option<Login>, LoginError> {
        if let Some(login) = self.fixed(host, repository)
            && !self.is_refused(host, &login)
        {
            return Ok(Some(login));
        }
        if !repository.is_some_and(|repository| self.lacks_rights(host, repository)) {
            // One for a part of the host goes before that for all of it.
            for of in [repository, None] {
                let stored = self.stored(host).await?.for_repository(of).cloned();
                if let Some(login) = stored.filter(|login| !self.is_refused(host, login)) {
                    return Ok(Some(login));
                }
            }
        }
        match &self.enterprise {
            Some(enterprise) if self.target_hosts.contains(host) => {
                let login = self.made(enterprise).await?;
                Ok((!self.is_refused(host, &login)).then_some(login))
            }
            _ => Ok(None),
        }
    }

    fn fixed(&self, host: &Host, repository: Option<&RepositoryName>) -> Option<Login> {
        let namespace = repository.map(RepositoryName::namespace);
        let of_host = || self.fixed.iter().filter(|fixed| fixed.host == *host);
        of_host()
            .find(|fixed| fixed.namespace.is_some() && fixed.namespace.as_deref() == namespace)
            .or_else(|| of_host().find(|fixed| fixed.namespace.is_none()))
            .map(|fixed| Login {
                username: fixed.username.clone(),
                password: fixed.password.clone(),
                kind: LoginKind::Password,
                origin: fixed.origin.clone(),
            })
    }

    async fn stored(&self, host: &Host) -> Result<Arc<HostLogins>, LoginError> {
        let mut stored = self.stored.lock().await;
        if let Some(logins) = stored.get(host) {
            return Ok(Arc::clone(logins));
        }
        let mut logins = self.store.get(host).await?;
        // `docker login` may have gone to the domain that references name; connections go elsewhere.
        let is_target = self.target_hosts.contains(host);
        for other in self.target_hosts.iter().filter(|other| is_target && *other != host) {
            if logins.is_empty() {
                logins = self.store.get(other).await?;
            }
        }
        for error in &logins.warnings {
            // Said of the first host that it is about.
            if self.warned.lock().insert(error.to_string()) {
                let hint = error.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
                self.notices.lock().push(format!(
                    "{error}; for {host} the next source of a login is used, or none{hint}"
                ));
            }
        }
        Ok(Arc::clone(stored.entry(host.clone()).or_insert(Arc::new(logins))))
    }

    async fn made(&self, enterprise: &Enterprise) -> Result<Login, LoginError> {
        let mut token = self.token.lock().await;
        let fresh = |made: &&MadeToken| made.expires - RENEW_BEFORE > Timestamp::now();
        if let Some(made) = token.as_ref().filter(fresh) {
            return Ok(made.login.clone());
        }
        let made =
            tokio::time::timeout(TOKEN_LIMIT, enterprise.create_token(&TokenKind::Temporary))
                .await
                .map_err(|_| LoginError::Other {
                    message: "making a 1-hour token for TCR took too long".to_owned(),
                    hint: None,
                })?
                .map_err(|error| LoginError::Other {
                    message: format!("can't make a 1-hour token for TCR: {error}"),
                    hint: error.hint().or_else(|| {
                        Some("or log in with a long-term credential: docker login".to_owned())
                    }),
                })?;
        let login = Login {
            username: made.username,
            password: made.password,
            kind: LoginKind::Password,
            origin: MADE.to_owned(),
        };
        // A wrong clock must not make a token for each request.
        let expires =
            made.expires.max(Timestamp::now() + RENEW_BEFORE + SignedDuration::from_mins(5));
        *token = Some(MadeToken { login: login.clone(), since: Instant::now(), expires });
        Ok(login)
    }

    /// Whether this is a token that was valid once. Then it is dropped: another can be made.
    async fn has_ended(&self, login: &Login) -> bool {
        if login.origin != MADE {
            return false;
        }
        let mut token = self.token.lock().await;
        let same = |made: &&MadeToken| made.login.password.expose() == login.password.expose();
        match token.as_ref().filter(same) {
            // It was replaced meanwhile.
            None => true,
            Some(made) if made.since.elapsed() < GOOD_ONCE => false,
            Some(_) => {
                *token = None;
                true
            }
        }
    }

    fn lacks_rights(&self, host: &Host, repository: &RepositoryName) -> bool {
        self.lacking.lock().contains(&(host.clone(), repository.namespace().to_owned()))
    }

    fn is_refused(&self, host: &Host, login: &Login) -> bool {
        let refused = self.refused.lock();
        refused.iter().any(|(of, origin)| of == host && *origin == login.origin)
    }
}

impl LoginSource for Logins {
    fn login<'a>(
        &'a self,
        host: &'a Host,
        repository: Option<&'a RepositoryName>,
    ) -> BoxFuture<'a, Result<Option<Login>, LoginError>> {
        self.next(host, repository).boxed()
    }

    fn refused<'a>(
        &'a self,
        host: &'a Host,
        login: &'a Login,
    ) -> BoxFuture<'a, Result<Option<Login>, LoginError>> {
        async move {
            if self.has_ended(login).await {
                return self.next(host, None).await;
            }
            let first_time = !self.is_refused(host, login);
            if first_time {
                self.refused.lock().push((host.clone(), login.origin.clone()));
            }
            let next = self.next(host, None).await?;
            if let (true, Some(next)) = (first_time, &next) {
                self.notices.lock().push(format!(
                    "{host} refused the login from {}; {} is used instead",
                    login.origin, next.origin
                ));
            }
            Ok(next)
        }
        .boxed()
    }

    fn with_more_rights<'a>(
        &'a self,
        host: &'a Host,
        login: &'a Login,
    ) -> BoxFuture<'a, Option<Login>> {
        async move {
            // A login that the user gave is used with its own rights only.
            let stored = self.stored(host).await.ok()?;
            let enterprise =
                self.enterprise.as_ref().filter(|_| self.target_hosts.contains(host))?;
            if !stored.holds(login) {
                return None;
            }
            let made = self.made(enterprise).await;
            made.inspect_err(|error| tracing::info!("{host}: no login with more rights: {error}"))
                .ok()
                .filter(|made| !self.is_refused(host, made))
        }
        .boxed()
    }

    fn had_more_rights(
        &self,
        host: &Host,
        repository: &RepositoryName,
        login: &Login,
        other: &Login,
    ) {
        let namespace = repository.namespace();
        let mut lacking = self.lacking.lock();
        let is_first = !lacking.iter().any(|(of, _)| of == host);
        lacking.insert((host.clone(), namespace.to_owned()));
        if is_first {
            self.notices.lock().push(format!(
                "{host}: the login from {} lacks rights in namespace {namespace}; {} is used there, and wherever else it lacks them",
                login.origin, other.origin
            ));
        }
    }
}

//! The registries of a run, one client for each host.

use parking_lot::Mutex;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::Logins;
use crate::http::Network;
use crate::image::{Host, RepositoryName};
use crate::registry::{Access, Login, LoginError, NoLogins, OnlyLogin, Registry, Traffic};

/// Hands out registry clients. Cheap to clone.
#[derive(Clone)]
pub struct Registries {
    inner: Arc<Inner>,
}

struct Inner {
    network: Arc<Network>,
    logins: Arc<Logins>,
    /// References name the first, connections go to the second.
    push_hosts: HashMap<Host, Host>,
    clients: Mutex<HashMap<Host, Registry>>,
    anonymous: Mutex<HashMap<Host, Registry>>,
}

impl Registries {
    /// Registries that are reached over `network` with `logins`.
    #[must_use]
    pub fn new(
        network: Arc<Network>,
        logins: Arc<Logins>,
        push_hosts: HashMap<Host, Host>,
    ) -> Self {
        let (clients, anonymous) = (Mutex::default(), Mutex::default());
        Self { inner: Arc::new(Inner { network, logins, push_hosts, clients, anonymous }) }
    }

    /// The registry for references to `host`.
    #[must_use]
    pub fn get(&self, host: &Host) -> Registry {
        let host = self.inner.push_hosts.get(host).unwrap_or(host);
        let mut clients = self.inner.clients.lock();
        let client = clients.entry(host.clone()).or_insert_with(|| {
            let inner = &self.inner;
            Registry::new(inner.network.clone(), host.clone(), inner.logins.clone())
        });
        client.clone()
    }

    /// Tells each registry which repositories it will be asked for; see [`Registry::expect`].
    pub fn expect<'a>(
        &self,
        places: impl IntoIterator<Item = (&'a Host, &'a RepositoryName)>,
        access: Access,
    ) {
        let mut hosts: HashMap<&Host, BTreeSet<&RepositoryName>> = HashMap::new();
        for (host, repository) in places {
            hosts.entry(host).or_default().insert(repository);
        }
        for (host, repositories) in hosts {
            self.get(host).expect(repositories, access);
        }
    }

    /// The same registry without a login.
    #[must_use]
    pub fn anonymous(&self, host: &Host) -> Registry {
        let inner = &self.inner;
        let host = inner.push_hosts.get(host).unwrap_or(host);
        let mut clients = inner.anonymous.lock();
        let client = clients.entry(host.clone()).or_insert_with(|| {
            Registry::new(inner.network.clone(), host.clone(), Arc::new(NoLogins))
        });
        client.clone()
    }

    /// The same registry with this login. Shares nothing with the others.
    #[must_use]
    pub fn with_login(&self, host: &Host, login: Login) -> Registry {
        let host = self.inner.push_hosts.get(host).unwrap_or(host);
        Registry::new(self.inner.network.clone(), host.clone(), Arc::new(OnlyLogin(login)))
    }

    /// What was asked of each host so far, by host name.
    #[must_use]
    pub fn traffic(&self) -> Vec<(Host, Traffic)> {
        let clients = self.inner.clients.lock();
        let mut traffic: Vec<_> =
            clients.iter().map(|(host, client)| (host.clone(), client.traffic())).collect();
        traffic.sort_by(|one, other| one.0.cmp(&other.0));
        traffic
    }

    /// The login for a host that was given or that Docker has stored; see [`Logins::lasting`].
    ///
    /// # Errors
    /// [`LoginError`] if Docker's store can't be read.
    pub async fn lasting_login(&self, host: &Host) -> Result<Option<Login>, LoginError> {
        self.inner.logins.lasting(host).await
    }

    /// Notices about logins for the user, once each.
    #[must_use]
    pub fn take_notices(&self) -> Vec<String> {
        self.inner.logins.take_notices()
    }
}

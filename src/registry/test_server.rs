//! A scripted registry for this room's tests: it answers by a closure and keeps what it saw.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use super::{Login, LoginError, LoginKind, LoginSource, Registry};
use crate::http::test_server::Script;
pub(super) use crate::http::test_server::{Reply, Seen, reply};
use crate::http::{Backoff, Network, NetworkSettings};
use crate::image::{Host, RepositoryName};

#[derive(Clone)]
pub(super) struct Server {
    pub(super) host: Host,
    script: Script,
}

impl Server {
    pub(super) async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string().parse().unwrap();
        let server = Self { host, script: Script::new(script) };
        let script = server.script.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let script = script.clone();
                tokio::spawn(async move { script.serve(stream, false).await });
            }
        });
        server
    }

    /// All requests, in order.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.script.seen()
    }

    pub(super) fn count(&self, method: &str, target: &str) -> usize {
        self.seen().iter().filter(|seen| seen.is(method, target)).count()
    }

    /// A client with quick repetitions.
    pub(super) fn registry(&self, logins: impl LoginSource + 'static) -> Registry {
        registry(&self.host, logins, NetworkSettings::default())
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }
}

pub(super) fn registry(
    host: &Host,
    logins: impl LoginSource + 'static,
    settings: NetworkSettings,
) -> Registry {
    let network = Arc::new(Network::new(settings).unwrap());
    let backoff =
        Backoff { attempts: 3, base: Duration::from_millis(10), cap: Duration::from_millis(20) };
    Registry::new(network, host.clone(), Arc::new(logins)).with_backoff(backoff)
}

/// A list of logins: the first is offered, each refusal brings the next.
pub(super) struct Logins(pub(super) Vec<&'static str>);

impl Logins {
    fn nth(&self, position: usize) -> Option<Login> {
        let username = (*self.0.get(position)?).to_owned();
        let origin = format!("test login {username}");
        Some(Login { username, password: "pw".into(), kind: LoginKind::Password, origin })
    }
}

impl LoginSource for Logins {
    fn login<'a>(
        &'a self,
        _host: &'a Host,
        _repository: Option<&'a RepositoryName>,
    ) -> futures::future::BoxFuture<'a, Result<Option<Login>, LoginError>> {
        Box::pin(async { Ok(self.nth(0)) })
    }

    fn refused<'a>(
        &'a self,
        _host: &'a Host,
        login: &'a Login,
    ) -> futures::future::BoxFuture<'a, Result<Option<Login>, LoginError>> {
        Box::pin(async {
            let position = self.0.iter().position(|name| *name == login.username);
            Ok(position.and_then(|position| self.nth(position + 1)))
        })
    }
}

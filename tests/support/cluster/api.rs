//! A few lines of HTTPS and JSON for the harness, so that nothing of it goes through the code under
//! test.

use std::future::Future;
use std::sync::{Arc, OnceLock};

use serde_json::Value;
use tokio::runtime::Runtime;

/// An API server, asked as one user.
#[derive(Clone)]
pub(crate) struct Api {
    client: reqwest::Client,
    server: Arc<str>,
    token: Arc<str>,
}

/// What it answered.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Reply {
    /// The body, of an answer that is no error.
    #[track_caller]
    pub(crate) fn good(self) -> Value {
        assert!(self.status < 300, "{}: {}", self.status, self.body);
        self.body
    }
}

impl Api {
    pub(super) fn new(server: &str, authority: &str, token: &str) -> Self {
        // Another test may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let authority = reqwest::Certificate::from_pem(authority.as_bytes()).unwrap();
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([authority]);
        Self { client: client.build().unwrap(), server: server.into(), token: token.into() }
    }

    /// One request, whatever comes of it.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<(&str, &Value)>,
    ) -> reqwest::Result<Reply> {
        let mut request = self.request(method, path);
        if let Some((media_type, body)) = body {
            request = request.header("Content-Type", media_type).body(body.to_string());
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let text = response.bytes().await?;
        let plain = || Value::String(String::from_utf8_lossy(&text).into_owned());
        Ok(Reply { status, body: serde_json::from_slice(&text).unwrap_or_else(|_| plain()) })
    }

    /// A request that is still to be sent.
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.server);
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        self.client.request(method, url).bearer_auth(&self.token)
    }

    /// The same, for tests, which wait.
    #[track_caller]
    pub(crate) fn ask(&self, method: &str, path: &str, body: Option<(&str, &Value)>) -> Reply {
        wait(self.send(method, path, body)).unwrap_or_else(|error| panic!("{path}: {error:?}"))
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, None)
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        self.ask("POST", path, Some(("application/json", body)))
    }

    #[track_caller]
    pub(crate) fn merge(&self, path: &str, body: &Value) -> Reply {
        self.ask("PATCH", path, Some((MERGE, body)))
    }
}

pub(super) const MERGE: &str = "application/merge-patch+json";

/// What the harness does beside the tests runs here.
pub(super) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
    })
}

/// Waits for the end of something that runs there.
pub(super) fn wait<F: Future>(future: F) -> F::Output {
    runtime().block_on(future)
}

//! A scripted API server for this room's tests: it answers by a closure and keeps what it saw.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::client::Cluster;
use super::config::ConnectionSettings;
use crate::environment::Environment;
use crate::http::test_server::Script;
pub(super) use crate::http::test_server::{Reply, Seen, reply};

/// A success with this document.
pub(crate) fn json(document: &Value) -> Reply {
    reply(200).body(document.to_string())
}

/// A refusal as the API words it.
pub(crate) fn status(code: u16, reason: &str, message: &str) -> Reply {
    let document = serde_json::json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "code": code, "reason": reason, "message": message,
    });
    reply(code).body(document.to_string())
}

pub(crate) struct Server {
    pub(crate) url: String,
    script: Script,
    acceptor: Option<TlsAcceptor>,
    listening: Mutex<Option<JoinHandle<()>>>,
    /// Holds the CA, if the server speaks TLS.
    pub(crate) folder: tempfile::TempDir,
}

impl Server {
    pub(crate) async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::listen(script, None, tempfile::tempdir().unwrap()).await
    }

    /// With a certificate for these names, whose CA is at [`Server::authority`].
    pub(crate) async fn start_tls(
        names: &[&str],
        script: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let ca_key = rcgen::KeyPair::generate().unwrap();
        let mut ca = rcgen::CertificateParams::new(Vec::new()).unwrap();
        ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let ca_certificate = ca.self_signed(&ca_key).unwrap();
        std::fs::write(folder.path().join("ca.crt"), ca_certificate.pem()).unwrap();
        let issuer = rcgen::Issuer::new(ca, ca_key);
        let key = rcgen::KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let certificate =
            rcgen::CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
        let client_key = rcgen::KeyPair::generate().unwrap();
        let client = rcgen::CertificateParams::new(Vec::new()).unwrap();
        let client = client.signed_by(&client_key, &issuer).unwrap();
        std::fs::write(folder.path().join("client.crt"), client.pem()).unwrap();
        std::fs::write(folder.path().join("client.key"), client_key.serialize_pem()).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(ca_certificate.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).allow_unauthenticated();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder()
            .with_client_cert_verifier(verifier.build().unwrap())
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Self::listen(script, Some(TlsAcceptor::from(Arc::new(config))), folder).await
    }

    async fn listen(
        script: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
        acceptor: Option<TlsAcceptor>,
        folder: tempfile::TempDir,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if acceptor.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let (script, listening) = (Script::new(script), Mutex::default());
        let server = Self { url, script, acceptor, listening, folder };
        server.accept(listener);
        server
    }

    fn accept(&self, listener: TcpListener) {
        let (script, acceptor) = (self.script.clone(), self.acceptor.clone());
        let listening = tokio::spawn(async move {
            // They end with the task.
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (script, acceptor) = (script.clone(), acceptor.clone());
                connections.spawn(async move {
                    match acceptor {
                        None => script.serve(stream, false).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                let is_known = stream.get_ref().1.peer_certificates().is_some();
                                script.serve(stream, is_known).await;
                            }
                        }
                    }
                });
            }
        });
        *self.listening.lock() = Some(listening);
    }

    /// Ends all connections, and closes the port; gives its address.
    pub(crate) async fn close(&self) -> String {
        let listening = self.listening.lock().take().unwrap();
        listening.abort();
        let _ = listening.await;
        self.url.split_once("://").unwrap().1.to_owned()
    }

    /// Listens again, at the same address.
    pub(crate) async fn open(&self, address: &str) {
        self.accept(TcpListener::bind(address).await.unwrap());
    }

    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.crt")
    }

    /// All requests, in order.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.script.seen()
    }

    pub(crate) fn targets(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.target).collect()
    }

    pub(crate) fn settings(&self) -> ConnectionSettings {
        let server = Some(self.url.clone());
        let certificate_authority = self.url.starts_with("https").then(|| self.authority());
        ConnectionSettings { server, certificate_authority, ..ConnectionSettings::default() }
    }

    /// A connection with quick repetitions.
    pub(crate) async fn cluster(&self) -> Cluster {
        self.cluster_with(&self.settings()).await
    }

    pub(crate) async fn cluster_with(&self, settings: &ConnectionSettings) -> Cluster {
        connect(settings, self.folder.path()).await
    }
}

pub(crate) async fn connect(settings: &ConnectionSettings, folder: &Path) -> Cluster {
    let environment = Environment::for_tests(&[], folder);
    let transport = Cluster::transport(settings, &environment).await.unwrap();
    Cluster { transport: Arc::new(transport.with_quick_repetitions()) }
}

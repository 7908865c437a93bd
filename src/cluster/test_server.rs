//! A scripted API server for this room's tests: it answers by a closure and keeps what it saw.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::surroundings::Surroundings;
use super::{Cluster, ConnectionSettings};

/// A request as it came in.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// Whether the client has shown a certificate.
    pub(super) has_certificate: bool,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn headers(&self, name: &str) -> Vec<&str> {
        let all = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        all.map(|(_, value)| value.as_str()).collect()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    delay: Duration,
    is_cut: bool,
}

pub(super) fn reply(status: u16) -> Reply {
    let (headers, body) = (Vec::new(), Vec::new());
    Reply { status, headers, body, delay: Duration::ZERO, is_cut: false }
}

/// A success with this document.
pub(super) fn json(document: &Value) -> Reply {
    reply(200).body(document.to_string())
}

/// A refusal as the API words it.
pub(super) fn status(code: u16, reason: &str, message: &str) -> Reply {
    let document = serde_json::json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "code": code, "reason": reason, "message": message,
    });
    reply(code).body(document.to_string())
}

/// The connection ends without an answer.
pub(super) fn hang_up() -> Reply {
    Reply { is_cut: true, ..reply(200) }
}

impl Reply {
    pub(super) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(super) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(super) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

type Script = dyn Fn(&Seen) -> Reply + Send + Sync;

pub(super) struct Server {
    pub(super) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// Holds the CA, if the server speaks TLS.
    pub(super) folder: tempfile::TempDir,
}

impl Server {
    pub(super) async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::listen(script, None, tempfile::tempdir().unwrap()).await
    }

    /// With a certificate for these names, whose CA is at [`Server::authority`].
    pub(super) async fn start_tls(
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
        let server = Self { url, seen: Arc::default(), folder };
        let (seen, script): (_, Arc<Script>) = (Arc::clone(&server.seen), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, script) = (Arc::clone(&seen), Arc::clone(&script));
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    match acceptor {
                        None => serve(stream, false, seen, script).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                let is_known = stream.get_ref().1.peer_certificates().is_some();
                                serve(stream, is_known, seen, script).await;
                            }
                        }
                    }
                });
            }
        });
        server
    }

    pub(super) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.crt")
    }

    /// All requests, in order.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(super) fn targets(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.target).collect()
    }

    pub(super) fn settings(&self) -> ConnectionSettings {
        let server = Some(self.url.clone());
        let certificate_authority = self.url.starts_with("https").then(|| self.authority());
        ConnectionSettings { server, certificate_authority, ..ConnectionSettings::default() }
    }

    /// A connection with quick repetitions.
    pub(super) async fn cluster(&self) -> Cluster {
        self.cluster_with(&self.settings()).await
    }

    pub(super) async fn cluster_with(&self, settings: &ConnectionSettings) -> Cluster {
        connect(settings, self.folder.path()).await
    }
}

pub(super) async fn connect(settings: &ConnectionSettings, folder: &Path) -> Cluster {
    let surroundings = Surroundings::for_tests(&[], folder);
    let transport = Cluster::transport(settings, &surroundings).await.unwrap();
    Cluster { transport: Arc::new(transport.with_quick_repetitions()) }
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    has_certificate: bool,
    seen: Arc<Mutex<Vec<Seen>>>,
    script: Arc<Script>,
) {
    let mut buffer = Vec::new();
    loop {
        let end = loop {
            // A TLS greeting is answered as Go's servers do.
            if buffer.first() == Some(&0x16) {
                let _ = stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n").await;
                return;
            }
            if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            if stream.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
                return;
            }
        };
        let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
        buffer.drain(..end + 4);
        let mut lines = head.split("\r\n");
        let mut first = lines.next().unwrap_or_default().split(' ');
        let mut request = Seen {
            method: first.next().unwrap_or_default().to_owned(),
            target: first.next().unwrap_or_default().to_owned(),
            has_certificate,
            ..Seen::default()
        };
        request.headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        let length = request.header("content-length").and_then(|text| text.parse().ok());
        while buffer.len() < length.unwrap_or(0) {
            if stream.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
                return;
            }
        }
        request.body = buffer.drain(..length.unwrap_or(0)).collect();
        seen.lock().unwrap().push(request.clone());
        let reply = script(&request);
        tokio::time::sleep(reply.delay).await;
        if reply.is_cut {
            return;
        }
        let length = reply.body.len();
        let mut head = format!("HTTP/1.1 {} Test\r\nContent-Length: {length}\r\n", reply.status);
        let lines = reply.headers.iter();
        head.extend(lines.flat_map(|(name, value)| [name.as_str(), ": ", value, "\r\n"]));
        head.push_str("\r\n");
        if stream.write_all(head.as_bytes()).await.is_err()
            || stream.write_all(&reply.body).await.is_err()
        {
            return;
        }
    }
}

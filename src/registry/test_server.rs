//! A scripted HTTP server for this room's tests: it answers by a closure and keeps what it saw.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{Login, LoginError, LoginSource, Registry};
use crate::http::{Backoff, Network, NetworkSettings};
use crate::image::{Host, RepositoryName};

/// A request as it came in.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn is(&self, method: &str, target: &str) -> bool {
        self.method == method && self.target.starts_with(target)
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// Sent instead of the body's true length.
    length: Option<usize>,
    delay: Duration,
}

pub(super) fn reply(status: u16) -> Reply {
    Reply { status, headers: Vec::new(), body: Vec::new(), length: None, delay: Duration::ZERO }
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

    /// Announces another length; if it is larger, the connection ends too early.
    pub(super) fn length(mut self, length: usize) -> Self {
        self.length = Some(length);
        self
    }

    pub(super) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

type Script = dyn Fn(&Seen) -> Reply + Send + Sync;

#[derive(Clone)]
pub(super) struct Server {
    pub(super) host: Host,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    pub(super) async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string().parse().unwrap();
        let server = Self { host, seen: Arc::default() };
        let (seen, script): (_, Arc<Script>) = (Arc::clone(&server.seen), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&seen), Arc::clone(&script)));
            }
        });
        server
    }

    /// All requests, in order.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
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

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Vec<Seen>>>, script: Arc<Script>) {
    let mut buffer = Vec::new();
    loop {
        let Some(end) = fill(&mut stream, &mut buffer).await else { return };
        let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
        buffer.drain(..end + 4);
        let mut lines = head.split("\r\n");
        let mut first = lines.next().unwrap_or_default().split(' ');
        let mut request = Seen {
            method: first.next().unwrap_or_default().to_owned(),
            target: first.next().unwrap_or_default().to_owned(),
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
        if write(&mut stream, &request, &reply).await.is_none() {
            return;
        }
    }
}

/// Reads to the end of a head. What isn't HTTP (a TLS greeting) is answered as Go's servers do.
async fn fill(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<usize> {
    loop {
        if buffer.first() == Some(&0x16) {
            stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n").await.ok()?;
            return None;
        }
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            return Some(end);
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

async fn write(stream: &mut TcpStream, request: &Seen, reply: &Reply) -> Option<()> {
    let length = reply.length.unwrap_or(reply.body.len());
    let mut head = format!("HTTP/1.1 {} Test\r\nContent-Length: {length}\r\n", reply.status);
    let lines = reply.headers.iter();
    head.extend(lines.flat_map(|(name, value)| [name.as_str(), ": ", value, "\r\n"]));
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await.ok()?;
    if request.method != "HEAD" {
        stream.write_all(&reply.body).await.ok()?;
        if length > reply.body.len() {
            return None;
        }
    }
    Some(())
}

/// A list of logins: the first is offered, each refusal brings the next.
pub(super) struct Logins(pub(super) Vec<&'static str>);

impl Logins {
    fn nth(&self, position: usize) -> Option<Login> {
        let username = (*self.0.get(position)?).to_owned();
        let origin = format!("test login {username}");
        Some(Login { username, password: "pw".into(), identity_token: false, origin })
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

//! HTTP for the scripted servers of unit tests: each request is read whole, recorded, and answered
//! by a closure. Where a server listens is up to the test.

use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// A request as it came in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether the client has shown a certificate.
    pub(crate) has_certificate: bool,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).first().copied()
    }

    pub(crate) fn headers(&self, name: &str) -> Vec<&str> {
        let all = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        all.map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn is(&self, method: &str, target: &str) -> bool {
        self.method == method && self.target.starts_with(target)
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// Sent instead of the body's true length.
    length: Option<usize>,
    delay: Duration,
    is_cut: bool,
}

pub(crate) fn reply(status: u16) -> Reply {
    let (headers, body) = (Vec::new(), Vec::new());
    Reply { status, headers, body, length: None, delay: Duration::ZERO, is_cut: false }
}

/// The connection ends without an answer.
pub(crate) fn hang_up() -> Reply {
    Reply { is_cut: true, ..reply(200) }
}

impl Reply {
    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Announces another length; if it is larger, the connection ends too early.
    pub(crate) fn length(mut self, length: usize) -> Self {
        self.length = Some(length);
        self
    }

    pub(crate) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// What is answered, and what was asked. Clones keep one list.
#[derive(Clone)]
pub(crate) struct Script {
    answer: Arc<dyn Fn(&Seen) -> Reply + Send + Sync>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Script {
    pub(crate) fn new(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self { answer: Arc::new(answer), seen: Arc::default() }
    }

    /// All requests, in order.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().clone()
    }

    /// Answers all requests of one connection.
    pub(crate) async fn serve(
        &self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
        has_certificate: bool,
    ) {
        let mut buffer = Vec::new();
        while let Some(request) = read(&mut stream, &mut buffer).await {
            let request = Seen { has_certificate, ..request };
            self.seen.lock().push(request.clone());
            let reply = (self.answer)(&request);
            tokio::time::sleep(reply.delay).await;
            if write(&mut stream, &request, &reply).await.is_none() {
                return;
            }
        }
    }
}

async fn read(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    buffer: &mut Vec<u8>,
) -> Option<Seen> {
    let end = loop {
        // A TLS greeting is answered as Go's servers do.
        if buffer.first() == Some(&0x16) {
            stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n").await.ok()?;
            return None;
        }
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        more(stream, buffer).await?;
    };
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
    let length = request.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    while buffer.len() < length {
        more(stream, buffer).await?;
    }
    request.body = buffer.drain(..length).collect();
    Some(request)
}

/// `None` at the end.
async fn more(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) -> Option<usize> {
    stream.read_buf(buffer).await.ok().filter(|length| *length > 0)
}

/// `None` if the connection is over.
async fn write(
    stream: &mut (impl AsyncWrite + Unpin),
    request: &Seen,
    reply: &Reply,
) -> Option<()> {
    if reply.is_cut {
        return None;
    }
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
    // What a TLS stream still holds back.
    stream.flush().await.ok()
}

//! A small HTTP server for the tests of this room.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::http::{Backoff, Network, NetworkSettings};
use crate::tencent::actions::{Service, TCR};
use crate::tencent::{Api, ApiKey, Endpoint, Endpoints, KeyChain, Region};

/// A request as it came in. Header names are in lower case.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn action(&self) -> &str {
        self.headers.get("x-tc-action").map_or("", String::as_str)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What to answer.
pub(crate) enum Reply {
    /// Status, extra headers, body.
    Http(u16, String, String),
    /// Nothing: the connection is closed.
    Cut,
}

impl Reply {
    /// An answer of the API.
    pub(crate) fn ok(mut fields: Value) -> Self {
        fields["RequestId"] = json!("r-1");
        Self::Http(200, String::new(), json!({"Response": fields}).to_string())
    }

    /// An error of the API.
    pub(crate) fn error(code: &str, message: &str) -> Self {
        Self::ok(json!({"Error": {"Code": code, "Message": message}}))
    }
}

pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(crate) async fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&asked), Arc::new(answer));
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                tokio::spawn(async move { serve(stream, &log, &*answer).await });
            }
        });
        Self { url, asked, task }
    }

    /// The requests so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().clone()
    }

    /// The actions so far.
    pub(crate) fn actions(&self) -> Vec<String> {
        self.asked().iter().map(|asked| asked.action().to_owned()).collect()
    }

    /// A client of this server that doesn't wait long.
    pub(crate) fn api(&self) -> Api {
        self.api_of(TCR)
    }

    /// A client whose calls of this service come here.
    pub(crate) fn api_of(&self, service: Service) -> Api {
        let network = network();
        let key = ApiKey { id: "AKIDtest".to_owned(), secret: "secret".into(), token: None };
        let keys = Arc::new(KeyChain::fixed(key, "the test", &network));
        let endpoint: Endpoint = self.url.parse().unwrap();
        let endpoints = Endpoints::from(endpoint.clone()).with(service, endpoint);
        Api::new(network, endpoints, Region::guangzhou(), keys).with_backoff(PATIENCE)
    }
}

pub(crate) const PATIENCE: Backoff =
    Backoff { attempts: 4, base: Duration::from_millis(2), cap: Duration::from_millis(5) };

pub(crate) fn network() -> Arc<Network> {
    Arc::new(Network::new(NetworkSettings::default()).unwrap())
}

async fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Asked>>,
    answer: &(dyn Fn(&Asked) -> Reply + Send + Sync),
) {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.unwrap() == 0 {
            return;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let mut lines = head.lines();
    let path = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    while bytes.len() < head_end + 4 + length {
        stream.read_buf(&mut bytes).await.unwrap();
    }
    let body = String::from_utf8(bytes[head_end + 4..].to_vec()).unwrap();
    let asked = Asked { path, headers, body };
    log.lock().push(asked.clone());
    if let Reply::Http(status, extra, body) = answer(&asked) {
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{extra}\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).await.unwrap();
        let _ = stream.shutdown().await;
    }
}

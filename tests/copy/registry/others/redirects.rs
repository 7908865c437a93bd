//! distribution 3 whose blobs are at another host: its own `redirect` middleware, as before a CDN.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use super::content::fill;
use super::run::{Copy, Side};
use crate::support::{Distribution, DockerRegistry, Issuer, Store};

/// A server of the files of a store. It serves until the tests end.
struct Files {
    host: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// A request for a file.
#[derive(Debug, Clone)]
struct Seen {
    path: String,
    has_login: bool,
}

impl Files {
    fn of(root: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let notes = seen.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, root, notes) = (stream.unwrap(), root.clone(), notes.clone());
                std::thread::spawn(move || serve(&stream, &root, &notes));
            }
        });
        Self { host, seen }
    }
}

/// One request on each connection.
fn serve(mut stream: &TcpStream, root: &std::path::Path, notes: &Mutex<Vec<Seen>>) -> Option<()> {
    let head: Vec<String> = BufReader::new(stream)
        .lines()
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .collect();
    let path = head.first()?.split(' ').nth(1)?.to_owned();
    let has_login = head.iter().any(|line| line.to_ascii_lowercase().starts_with("authorization:"));
    notes.lock().unwrap().push(Seen { path: path.clone(), has_login });
    let file = std::fs::read(root.join(path.trim_start_matches('/'))).ok()?;
    let length = file.len();
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")
        .ok()?;
    stream.write_all(&file).ok()
}

#[test]
fn a_login_is_never_sent_to_where_blobs_are_redirected() {
    let (user, password) = ("robot", "of the tests");
    let issuer = Issuer::start(user, password, Duration::from_secs(300));
    let store = Store::new();
    let plain = Distribution::serve(&store, "plain", &json!({}));
    let content = fill(plain.host(), false);
    let files = Files::of(store.root());
    let mut settings = issuer.settings(&store.file("jwks.json", issuer.jwks()));
    settings["middleware"] = json!({"storage": [
        {"name": "redirect", "options": {"baseurl": format!("http://{}", files.host)}},
    ]});
    let source = Distribution::serve(&store, "source", &settings);
    let target = DockerRegistry::start();

    let login = Some((user, password));
    let side = Side { host: source.host(), plain: plain.host(), login };
    Copy::between(side, Side::open(target.host())).brings(&content);

    let seen = files.seen.lock().unwrap();
    let blobs = seen.iter().filter(|seen| seen.path.ends_with("/data")).count();
    assert!(blobs > 5, "{seen:#?}");
    assert!(seen.iter().all(|seen| !seen.has_login), "{seen:#?}");
}

#[test]
fn a_target_that_redirects_its_blobs_is_verified_through_the_redirect() {
    let store = Store::new();
    let files = Files::of(store.root());
    let settings = json!({"middleware": {"storage": [
        {"name": "redirect", "options": {"baseurl": format!("http://{}", files.host)}},
    ]}});
    let plain = Distribution::serve(&store, "plain", &json!({}));
    let target = Distribution::serve(&store, "target", &settings);
    let source = DockerRegistry::start();
    let content = fill(source.host(), false);
    let side = Side { host: target.host(), plain: plain.host(), login: None };
    Copy::between(Side::open(source.host()), side).brings(&content);
    assert!(!files.seen.lock().unwrap().is_empty());
}

//! What stands in front of a registry and answers some requests itself: a proxy, or the registry
//! that Debian's isn't.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

type Rule = dyn Fn(&str, &str) -> Option<(u16, String)> + Send + Sync;

/// A server in front of another one. It ends with the process.
pub(crate) struct Front {
    host: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Front {
    /// In front of `backend`. The rule gets method and path of each request; what it gives (status
    /// and body, HTML if it begins so, else JSON) is the answer, else the backend's is.
    /// With 401 it asks for Basic authentication.
    pub(crate) fn of(
        backend: &str,
        rule: impl Fn(&str, &str) -> Option<(u16, String)> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let (seen, rule): (Arc<Mutex<Vec<String>>>, Arc<Rule>) = (Arc::default(), Arc::new(rule));
        let (backend, log) = (backend.to_owned(), Arc::clone(&seen));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (backend, log, rule) = (backend.clone(), Arc::clone(&log), Arc::clone(&rule));
                std::thread::spawn(move || drop(serve(stream, &backend, &log, &*rule)));
            }
        });
        Self { host, seen }
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// How many requests came whose `METHOD PATH` holds this text.
    pub(crate) fn count(&self, text: &str) -> usize {
        self.seen.lock().unwrap().iter().filter(|line| line.contains(text)).count()
    }
}

/// One request for each connection.
fn serve(
    mut client: TcpStream,
    backend: &str,
    log: &Mutex<Vec<String>>,
    rule: &Rule,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut head = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line == "\r\n" {
            break;
        }
        if !lower.starts_with("connection:") {
            head.push_str(&line);
        }
    }
    let mut words = head.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    log.lock().unwrap().push(format!("{method} {path}"));
    let mut body = reader.take(length);
    if let Some((status, text)) = rule(method, path) {
        std::io::copy(&mut body, &mut std::io::sink())?;
        let kind = if text.starts_with('<') { "text/html" } else { "application/json" };
        let size = text.len();
        let sent = if method == "HEAD" { "" } else { &text };
        let challenge = match status {
            401 => "WWW-Authenticate: Basic realm=\"front\"\r\n",
            _ => "",
        };
        write!(
            client,
            "HTTP/1.1 {status} X\r\n{challenge}Content-Type: {kind}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n{sent}"
        )?;
    } else {
        let mut upstream = TcpStream::connect(backend)?;
        write!(upstream, "{head}Connection: close\r\n\r\n")?;
        std::io::copy(&mut body, &mut upstream)?;
        std::io::copy(&mut upstream, &mut client)?;
    }
    client.shutdown(Shutdown::Write)
}

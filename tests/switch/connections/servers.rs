//! What stands before the API server: servers with other certificates, and proxies.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, OnceLock};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::runtime::Runtime;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::support::cluster::ControlPlane;

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
    })
}

/// `127.0.0.1:PORT`
fn upstream(plane: &ControlPlane) -> String {
    plane.server().trim_start_matches("https://").to_owned()
}

/// Gives the way to the API server another certificate, or none at all.
pub(super) fn front(plane: &ControlPlane, bind: &str, shown: Option<(&str, &str)>) -> Option<u16> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(plane.authority().as_bytes()).unwrap()).unwrap();
    let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(client));
    let acceptor = shown.map(|(certificates, key)| {
        let chain: Vec<_> =
            CertificateDer::pem_slice_iter(certificates.as_bytes()).map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        let server = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key);
        TlsAcceptor::from(Arc::new(server.unwrap()))
    });
    let address = upstream(plane);
    let listener = TcpListener::bind(bind).ok()?;
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    runtime().spawn(async move {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (acceptor, connector, address) =
                (acceptor.clone(), connector.clone(), address.clone());
            tokio::spawn(async move {
                let server = tokio::net::TcpStream::connect(address).await.unwrap();
                let name = ServerName::try_from("127.0.0.1").unwrap();
                let mut server = connector.connect(name, server).await.unwrap();
                match acceptor {
                    Some(acceptor) => {
                        let Ok(mut stream) = acceptor.accept(stream).await else { return };
                        let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
                    }
                    None => {
                        let mut stream = stream;
                        let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
                    }
                }
            });
        }
    });
    Some(port)
}

/// An HTTP proxy, which wants this as `Proxy-Authorization` if it wants a login.
pub(super) fn http_proxy(login: Option<&'static str>) -> u16 {
    serve(move |mut client| {
        let mut reader = BufReader::new(client.try_clone().unwrap());
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_owned()),
            }
        }
        let target = head.first()?.split(' ').nth(1)?.to_owned();
        let is_known = login.is_none_or(|login| {
            head.iter().any(|line| {
                line.to_ascii_lowercase().starts_with("proxy-authorization:")
                    && line.ends_with(login)
            })
        });
        if !is_known {
            let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
            client.write_all(refusal.as_bytes()).ok()?;
            return None;
        }
        let server = TcpStream::connect(target).ok()?;
        client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").ok()?;
        pump(client, server)
    })
}

/// A SOCKS 5 proxy (RFC 1928), with a login (RFC 1929) if it wants one.
pub(super) fn socks_proxy(login: Option<(&'static str, &'static str)>) -> u16 {
    serve(move |mut client| {
        let mut read = |length: usize| {
            let mut bytes = vec![0; length];
            client.read_exact(&mut bytes).ok().map(|()| bytes)
        };
        let count = read(2)?[1];
        let methods = read(count.into())?;
        let wanted = if login.is_some() { 2 } else { 0 };
        if !methods.contains(&wanted) {
            client.write_all(&[5, 0xff]).ok()?;
            return None;
        }
        client.write_all(&[5, wanted]).ok()?;
        let mut read = |length: usize| {
            let mut bytes = vec![0; length];
            client.read_exact(&mut bytes).ok().map(|()| bytes)
        };
        if let Some((name, password)) = login {
            let length = read(2)?[1];
            let given = read(length.into())?;
            let length = read(1)?[0];
            let secret = read(length.into())?;
            let is_good = given == name.as_bytes() && secret == password.as_bytes();
            client.write_all(&[1, u8::from(!is_good)]).ok()?;
            if !is_good {
                return None;
            }
        }
        let mut read = |length: usize| {
            let mut bytes = vec![0; length];
            client.read_exact(&mut bytes).ok().map(|()| bytes)
        };
        let host = match read(4)?[3] {
            1 => read(4)?.iter().map(u8::to_string).collect::<Vec<_>>().join("."),
            3 => {
                let length = read(1)?[0];
                String::from_utf8(read(length.into())?).ok()?
            }
            _ => return None,
        };
        let port = read(2)?;
        let port = u16::from_be_bytes([port[0], port[1]]);
        let server = TcpStream::connect((host, port)).ok()?;
        client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).ok()?;
        pump(client, server)
    })
}

/// Each connection gets a thread; all ends with the process.
fn serve(talk: impl Fn(TcpStream) -> Option<()> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let talk = Arc::new(talk);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let talk = Arc::clone(&talk);
            std::thread::spawn(move || talk(stream));
        }
    });
    port
}

fn pump(client: TcpStream, server: TcpStream) -> Option<()> {
    let (mut from, mut to) = (client.try_clone().ok()?, server.try_clone().ok()?);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
    let (mut from, mut to) = (server, client);
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(std::net::Shutdown::Write);
    Some(())
}

/// A provider of id-tokens that gives this id-token to everybody.
pub(super) fn issuer(id_token: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut first, mut line, mut length) = (String::new(), String::new(), 0);
            reader.read_line(&mut first).unwrap();
            while reader.read_line(&mut line).is_ok_and(|_| !line.trim().is_empty()) {
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let answer = match first.contains("/.well-known/") {
                true => {
                    serde_json::json!({"token_endpoint": format!("http://127.0.0.1:{port}/token")})
                }
                false => serde_json::json!({
                    "access_token": "a", "token_type": "Bearer", "id_token": id_token,
                }),
            };
            let answer = answer.to_string();
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
            let length = answer.len();
            let _ = write!(stream, "{head}\r\nContent-Length: {length}\r\n\r\n{answer}");
        }
    });
    port
}

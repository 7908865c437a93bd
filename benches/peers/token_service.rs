//! A token service as distribution describes it: GET with a password in, a signed token out, for
//! all that was asked for. It counts what it is asked.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::spawn;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{KeyPair, PublicKeyData as _, SigningKey as _};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::certificates::Certificates;
use super::link::LOGIN;

/// Who it says it is.
pub(crate) const ISSUER: &str = "bench";

/// Seconds for which a token is valid.
const LIFETIME: u64 = 300;

/// A running service. It ends with the program.
pub(crate) struct TokenService {
    host: String,
    counts: Arc<Mutex<HashMap<String, usize>>>,
}

impl TokenService {
    /// Starts one on a free port of loopback.
    pub(crate) fn start(certificates: &Certificates) -> Result<Self> {
        let [certificate, key] = certificates.server_files();
        let chain: Vec<CertificateDer> =
            CertificateDer::pem_file_iter(certificate)?.collect::<Result<_, _>>()?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, PrivateKeyDer::from_pem_file(key)?)?;
        let config = Arc::new(config);
        let signer = Arc::new(KeyPair::from_pem(&certificates.signer.serialize_pem())?);
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let host = listener.local_addr()?.to_string();
        let counts = Arc::new(Mutex::new(HashMap::new()));
        let counted = Arc::clone(&counts);
        spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let (config, signer) = (Arc::clone(&config), Arc::clone(&signer));
                let counted = Arc::clone(&counted);
                // An error ends this connection; the client sees it closed.
                spawn(move || serve(stream, config, &signer, &counted));
            }
        });
        Ok(Self { host, counts })
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// How often it was asked on behalf of a registry since the last time that this was called.
    pub(crate) fn count(&self, service: &str) -> usize {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.remove(service).unwrap_or_default()
    }
}

fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    signer: &KeyPair,
    counts: &Mutex<HashMap<String, usize>>,
) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(StreamOwned::new(ServerConnection::new(config)?, stream));
    let basic = format!("Basic {}", STANDARD.encode(format!("{}:{}", LOGIN.0, LOGIN.1)));
    while let Some(request) = read(&mut stream)? {
        let url = url::Url::parse("https://localhost")?.join(&request.target)?;
        let named = |name: &str| -> Vec<String> {
            let pairs = url.query_pairs().filter(|(key, _)| key == name);
            pairs.map(|(_, value)| value.into_owned()).collect()
        };
        let service = named("service").pop().unwrap_or_default();
        *counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(service.clone())
            .or_default() += 1;
        let (status, body) = match request.authorization.as_deref() == Some(&basic) {
            true => ("200 OK", answer(signer, &service, &named("scope"))?),
            false => ("401 Unauthorized", json!({"details": "who are you?"})),
        };
        let body = body.to_string();
        write!(
            stream.get_mut(),
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )?;
        stream.get_mut().flush()?;
    }
    Ok(())
}

struct Request {
    target: String,
    authorization: Option<String>,
}

fn read(stream: &mut BufReader<impl Read>) -> Result<Option<Request>> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().context("that is no request")?.to_owned();
    let mut authorization = None;
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else { break };
        if name.eq_ignore_ascii_case("authorization") {
            authorization = Some(value.trim().to_owned());
        }
    }
    if method != "GET" {
        bail!("only GET is answered");
    }
    Ok(Some(Request { target, authorization }))
}

/// A token for all the scopes, as JSON Web Token with ES256.
fn answer(signer: &KeyPair, service: &str, scopes: &[String]) -> Result<Value> {
    let access: Vec<Value> = scopes
        .iter()
        .flat_map(|scope| scope.split(' '))
        .filter_map(|scope| {
            let (kind, rest) = scope.split_once(':')?;
            let (name, actions) = rest.rsplit_once(':')?;
            let actions: Vec<&str> = actions.split(',').collect();
            Some(json!({"type": kind, "name": name, "actions": actions}))
        })
        .collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let header = json!({"typ": "JWT", "alg": "ES256", "kid": key_id(signer)});
    let claims = json!({
        "iss": ISSUER, "sub": LOGIN.0, "aud": service, "jti": now.to_string(),
        "nbf": now - 60, "iat": now, "exp": now + LIFETIME, "access": access,
    });
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let signed = format!("{header}.{claims}");
    let signature = flat(&signer.sign(signed.as_bytes())?).context("a strange signature")?;
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    Ok(json!({"token": token, "access_token": token, "expires_in": LIFETIME}))
}

/// What a registry knows the key by (libtrust): half of a hash of it, in base 32, in groups of four.
fn key_id(signer: &KeyPair) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let hash = Sha256::digest(signer.subject_public_key_info());
    let mut text = String::new();
    for five in hash[..30].chunks(5) {
        let number = five.iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
        for place in (0..8).rev() {
            text.push(char::from(LETTERS[number >> (place * 5) & 31]));
        }
    }
    let groups: Vec<&str> = (0..text.len()).step_by(4).map(|at| &text[at..at + 4]).collect();
    groups.join(":")
}

/// The two numbers of a P-256 signature, 32 bytes each, out of their ASN.1.
fn flat(signature: &[u8]) -> Option<Vec<u8>> {
    let mut rest = signature.get(2..)?;
    let mut flat = Vec::with_capacity(64);
    for _ in 0..2 {
        let length = usize::from(*rest.get(1)?);
        let number = rest.get(2..2 + length)?;
        let number = &number[number.len().saturating_sub(32)..];
        flat.extend(std::iter::repeat_n(0, 32 - number.len()));
        flat.extend_from_slice(number);
        rest = rest.get(2 + length..)?;
    }
    Some(flat)
}

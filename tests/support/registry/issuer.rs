//! A token service as a distribution registry trusts it: signed tokens, each for what it was asked
//! for and no more, soon expired.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{KeyPair, PKCS_ED25519, PublicKeyData as _, SigningKey as _};
use serde_json::{Value, json};

const ISSUER: &str = "issuer of the tests";
const SERVICE: &str = "registry of the tests";
const KEY: &str = "the only key";

/// For so long a registry takes a token that has expired (`Leeway` in its `auth/token`).
const LEEWAY: u64 = 60;

/// What a token service gives less of than it was asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    /// It reads the first `scope` and no other, as some do.
    pub(crate) first_scope_only: bool,
    /// Nobody may push to this repository.
    pub(crate) no_push_to: Option<&'static str>,
}

/// A running token service. It serves until the tests end.
pub(crate) struct Issuer {
    host: String,
    jwks: String,
    asked: Arc<Mutex<Vec<String>>>,
}

struct Desk {
    key: KeyPair,
    user: String,
    password: String,
    lifetime: Duration,
    limits: Limits,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Issuer {
    /// Gives tokens to this user; the registry takes each for so long, in whole seconds.
    pub(crate) fn start(user: &str, password: &str, lifetime: Duration) -> Self {
        Self::limited(user, password, lifetime, Limits::default())
    }

    /// The same, with less in the tokens than was asked for.
    pub(crate) fn limited(user: &str, password: &str, lifetime: Duration, limits: Limits) -> Self {
        let key = KeyPair::generate_for(&PKCS_ED25519).unwrap();
        let jwks = json!({"keys": [{
            "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": KEY,
            "x": URL_SAFE_NO_PAD.encode(key.der_bytes()),
        }]});
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (user, password) = (user.to_owned(), password.to_owned());
        let desk = Arc::new(Desk { key, user, password, lifetime, limits, asked: asked.clone() });
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, desk) = (stream.unwrap(), desk.clone());
                std::thread::spawn(move || desk.serve(&stream));
            }
        });
        Self { host, jwks: jwks.to_string(), asked }
    }

    /// The registry's `auth` section; `jwks` is where [`Issuer::jwks`] was written to.
    pub(crate) fn settings(&self, jwks: &std::path::Path) -> Value {
        json!({"auth": {"token": {
            "realm": format!("http://{}/token", self.host),
            "service": SERVICE, "issuer": ISSUER, "jwks": jwks,
        }}})
    }

    /// The public key as a registry reads it from a file.
    pub(crate) fn jwks(&self) -> &str {
        &self.jwks
    }

    /// The scopes of each request so far, separated by spaces.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Desk {
    /// One request on each connection.
    fn serve(&self, stream: &TcpStream) -> Option<()> {
        let mut lines = BufReader::new(stream);
        let mut first = String::new();
        lines.read_line(&mut first).ok()?;
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            lines.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").and_then(|text| text.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        lines.read_exact(&mut body).ok()?;
        let (status, text) = self.answer(first.split(' ').nth(1)?, &headers);
        let mut stream = stream;
        let length = text.len();
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}"
        )
        .ok()
    }

    fn answer(&self, target: &str, headers: &BTreeMap<String, String>) -> (&'static str, String) {
        let login = STANDARD.encode(format!("{}:{}", self.user, self.password));
        if headers.get("authorization") != Some(&format!("Basic {login}")) {
            return ("401 Unauthorized", json!({"details": "incorrect login"}).to_string());
        }
        let url = url::Url::parse("http://issuer/").unwrap().join(target).unwrap();
        let scopes = url.query_pairs().filter(|(name, _)| name == "scope");
        let scopes = scopes.map(|(_, value)| value.into_owned()).collect::<Vec<_>>().join(" ");
        if !url.query_pairs().any(|(name, value)| name == "service" && value == SERVICE) {
            return ("400 Bad Request", json!({"details": "another service"}).to_string());
        }
        let token = self.token(&scopes);
        self.asked.lock().unwrap().push(scopes);
        ("200 OK", json!({"token": token, "expires_in": self.lifetime.as_secs()}).to_string())
    }

    fn token(&self, scopes: &str) -> String {
        let most = if self.limits.first_scope_only { 1 } else { usize::MAX };
        let access = scopes.split(' ').take(most).filter_map(|scope| self.access(scope));
        let access: Vec<Value> = access.collect();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let claims = json!({
            "iss": ISSUER, "aud": SERVICE, "sub": self.user, "jti": now.to_string(),
            "iat": now, "nbf": now - LEEWAY, "exp": now + self.lifetime.as_secs() - LEEWAY,
            "access": access,
        });
        let header = json!({"alg": "EdDSA", "typ": "JWT", "kid": KEY});
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let text = format!("{}.{}", encode(&header), encode(&claims));
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(text.as_bytes()).unwrap());
        format!("{text}.{signature}")
    }

    /// What is given for `repository:shop/web:pull,push`.
    fn access(&self, scope: &str) -> Option<Value> {
        let (kind, rest) = scope.split_once(':')?;
        let (name, actions) = rest.rsplit_once(':')?;
        let may = |action: &&str| *action != "push" || self.limits.no_push_to != Some(name);
        let actions: Vec<&str> = actions.split(',').filter(may).collect();
        Some(json!({"type": kind, "name": name, "actions": actions}))
    }
}

//! What a registry's own access log says: how many requests of which kind, how many bytes of blobs
//! went out.

use std::fmt;
use std::ops::Index;

/// What a request was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Version,
    ListTags,
    GetManifest,
    HeadManifest,
    PutManifest,
    GetBlob,
    HeadBlob,
    OpenUpload,
    /// A POST that was answered with 201: nothing had to be uploaded.
    Mount,
    Patch,
    CloseUpload,
    Other,
}

const KINDS: [(Kind, &str); 12] = [
    (Kind::Version, "/v2/"),
    (Kind::ListTags, "tags"),
    (Kind::GetManifest, "manifest GET"),
    (Kind::HeadManifest, "manifest HEAD"),
    (Kind::PutManifest, "manifest PUT"),
    (Kind::GetBlob, "blob GET"),
    (Kind::HeadBlob, "blob HEAD"),
    (Kind::OpenUpload, "upload POST"),
    (Kind::Mount, "mounted"),
    (Kind::Patch, "upload PATCH"),
    (Kind::CloseUpload, "upload PUT"),
    (Kind::Other, "other"),
];

/// The requests of one run at one registry.
#[derive(Debug, Clone, Default)]
pub(crate) struct Requests {
    counts: [usize; KINDS.len()],
    /// Bytes of blobs that were sent to clients.
    pub(crate) blob_bytes: u64,
    /// Answers 401: the client was to bring a token first.
    pub(crate) unauthorized: usize,
    /// Answers of 500 and above.
    pub(crate) failures: usize,
    /// Tokens that were asked for, at the token service.
    pub(crate) tokens: usize,
    /// Connections that were opened, where a proxy could count them.
    pub(crate) connections: Option<usize>,
}

impl Requests {
    /// Reads lines in the combined log format; what is no request to `/v2/` doesn't count.
    pub(crate) fn of(log: &str) -> Self {
        let mut requests = Self::default();
        for line in log.lines() {
            if let Some((kind, status, size)) = parse(line) {
                requests.counts[kind as usize] += 1;
                requests.unauthorized += usize::from(status == 401);
                requests.failures += usize::from(status >= 500);
                if kind == Kind::GetBlob {
                    requests.blob_bytes += size;
                }
            }
        }
        requests
    }

    /// How many there were at the registry.
    pub(crate) fn all(&self) -> usize {
        self.counts.iter().sum()
    }
}

impl Index<Kind> for Requests {
    type Output = usize;

    fn index(&self, kind: Kind) -> &usize {
        &self.counts[kind as usize]
    }
}

/// `blob GET 879, blob HEAD 12`
impl fmt::Display for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        for (kind, name) in KINDS {
            if self[kind] > 0 {
                write!(f, "{comma}{name} {}", self[kind])?;
                comma = ", ";
            }
        }
        for (count, status) in [(self.unauthorized, "401"), (self.failures, "5xx")] {
            if count > 0 {
                write!(f, "{comma}of these {count} answered with {status}")?;
            }
        }
        if self.tokens > 0 {
            write!(f, "{comma}tokens {}", self.tokens)?;
        }
        if let Some(connections) = self.connections {
            write!(f, "{comma}connections {connections}")?;
        }
        Ok(())
    }
}

/// `ADDRESS - - [TIME] "METHOD PATH HTTP/1.1" STATUS SIZE "…" "…"`
fn parse(line: &str) -> Option<(Kind, u16, u64)> {
    let mut parts = line.split('"');
    let mut request = parts.nth(1)?.split(' ');
    let (method, path) = (request.next()?, request.next()?);
    let mut answer = parts.next()?.split_whitespace();
    let (status, size) = (answer.next()?.parse().ok()?, answer.next()?.parse().unwrap_or(0));
    path.starts_with("/v2/").then(|| (kind(method, path, status), status, size))
}

fn kind(method: &str, path: &str, status: u16) -> Kind {
    let path = path.split('?').next().unwrap_or(path);
    if path == "/v2/" {
        Kind::Version
    } else if path.ends_with("/tags/list") {
        Kind::ListTags
    } else if path.contains("/blobs/uploads/") {
        match (method, status) {
            ("POST", 201) => Kind::Mount,
            ("POST", _) => Kind::OpenUpload,
            ("PATCH", _) => Kind::Patch,
            ("PUT", _) => Kind::CloseUpload,
            _ => Kind::Other,
        }
    } else if path.contains("/blobs/") {
        match method {
            "GET" => Kind::GetBlob,
            "HEAD" => Kind::HeadBlob,
            _ => Kind::Other,
        }
    } else if path.contains("/manifests/") {
        match method {
            "GET" => Kind::GetManifest,
            "HEAD" => Kind::HeadManifest,
            "PUT" => Kind::PutManifest,
            _ => Kind::Other,
        }
    } else {
        Kind::Other
    }
}

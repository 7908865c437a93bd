//! What a request asks for, read off its path.

use super::http1::Head;

/// The sorts of requests that a schedule can single out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Ping,
    Token,
    Tags,
    ManifestHead,
    ManifestGet,
    ManifestPut,
    BlobHead,
    /// A blob from its beginning.
    BlobGet,
    /// The rest of a blob.
    BlobRange,
    /// A blob where the registry has redirected to.
    Stored,
    /// The rest of one.
    StoredRange,
    UploadPost,
    UploadPatch,
    UploadPut,
    /// What refers to a manifest.
    Referrers,
    Other,
}

/// One request as it came.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) head: Head,
    pub(super) kind: Kind,
    pub(super) method: String,
    /// Without the query.
    pub(super) path: String,
    pub(super) query: Option<String>,
    /// Empty where there is none.
    pub(super) repository: String,
    /// It comes from where it was redirected to.
    pub(super) is_moved: bool,
}

/// What the path of a redirected request begins with.
pub(super) const MOVED: &str = "/moved";

impl Request {
    pub(super) fn new(head: Head) -> Self {
        let mut words = head.first.split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default();
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path.to_owned(), Some(query.to_owned())),
            None => (target.to_owned(), None),
        };
        let is_rest = head.get("Range").is_some();
        let (path, is_moved) = match path.strip_prefix(MOVED) {
            Some(path) => (path.to_owned(), true),
            None => (path, false),
        };
        let kind = kind(&method, &path, is_rest);
        let repository = repository(&path).to_owned();
        let mut request = Self { head, kind, method, path, query, repository, is_moved };
        if is_moved {
            let (path, query) = (request.path.clone(), request.query.clone());
            request.aim(&path, query.as_deref());
        }
        request
    }

    /// Asks for `path` instead, as the first line says it.
    pub(super) fn aim(&mut self, path: &str, query: Option<&str>) {
        let mark = if query.is_some() { "?" } else { "" };
        self.head.first =
            format!("{} {path}{mark}{} HTTP/1.1", self.method, query.unwrap_or_default());
    }

    pub(super) fn writes(&self) -> bool {
        matches!(self.method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE")
    }
}

fn kind(method: &str, path: &str, is_rest: bool) -> Kind {
    let has = |part: &str| path.contains(part);
    match method {
        _ if path == "/v2/" => Kind::Ping,
        _ if path == "/token" => Kind::Token,
        "GET" if path.starts_with("/stored/") && is_rest => Kind::StoredRange,
        "GET" if path.starts_with("/stored/") => Kind::Stored,
        "GET" if path.ends_with("/tags/list") => Kind::Tags,
        "HEAD" if has("/manifests/") => Kind::ManifestHead,
        "GET" if has("/manifests/") => Kind::ManifestGet,
        "PUT" if has("/manifests/") => Kind::ManifestPut,
        "GET" if has("/referrers/") => Kind::Referrers,
        "POST" if path.ends_with("/blobs/uploads/") => Kind::UploadPost,
        "PATCH" if has("/blobs/uploads/") => Kind::UploadPatch,
        "PUT" if has("/blobs/uploads/") => Kind::UploadPut,
        "HEAD" if has("/blobs/") => Kind::BlobHead,
        "GET" if has("/blobs/") && is_rest => Kind::BlobRange,
        "GET" if has("/blobs/") => Kind::BlobGet,
        _ => Kind::Other,
    }
}

fn repository(path: &str) -> &str {
    let Some(rest) = path.strip_prefix("/v2/") else { return "" };
    let ends = ["/blobs/", "/manifests/", "/tags/", "/referrers/"];
    let end = ends.iter().find_map(|end| rest.find(end));
    end.map_or("", |end| &rest[..end])
}

//! What a request is about, read from its path: the words of an error.

use std::fmt;

use http::Method;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// `get`, `list`, `create`, `update`, `patch`, `delete`.
    pub verb: &'static str,
    /// `deployments`; the path itself if it leads to no resource.
    pub resource: String,
    /// `apps`; empty for the core group.
    pub group: String,
    /// None for what is cluster-wide, or asked for in all namespaces.
    pub namespace: Option<String>,
    /// None for a list.
    pub name: Option<String>,
}

impl Subject {
    /// Of a request for `path`, which may have a query.
    pub(super) fn of(method: &Method, path: &str) -> Self {
        let path = path.split('?').next().unwrap_or(path);
        let mut parts: Vec<String> = path.trim_matches('/').split('/').map(decoded).collect();
        let known = match parts.first().map(String::as_str) {
            Some("api") if parts.len() > 2 => Some(2),
            Some("apis") if parts.len() > 3 => Some(3),
            _ => None,
        };
        let Some(start) = known else {
            let (resource, group) = (path.to_owned(), String::new());
            return Self { verb: verb(method, true), resource, group, namespace: None, name: None };
        };
        let group = if start == 3 { parts[1].clone() } else { String::new() };
        let mut rest = parts.split_off(start);
        // `/namespaces/shop` is the namespace itself; with more behind it, it is where the rest is.
        let namespace = (rest[0] == "namespaces" && rest.len() > 2).then(|| {
            rest.remove(0);
            rest.remove(0)
        });
        let name = rest.get(1).cloned();
        let resource = std::mem::take(&mut rest[0]);
        Self { verb: verb(method, name.is_some()), resource, group, namespace, name }
    }

    /// The resource with its group, as kubectl writes it: `deployments.apps`.
    #[must_use]
    pub fn resource_name(&self) -> String {
        match self.group.as_str() {
            "" => self.resource.clone(),
            group => format!("{}.{group}", self.resource),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.resource_name())?;
        if let Some(name) = &self.name {
            write!(f, "/{name}")?;
        }
        match &self.namespace {
            Some(namespace) => write!(f, " in namespace {namespace}"),
            None => Ok(()),
        }
    }
}

fn verb(method: &Method, is_one: bool) -> &'static str {
    match method.as_str() {
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ if is_one => "get",
        _ => "list",
    }
}

/// A part of a URL without its percent escapes.
pub(super) fn decoded(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escape = tail.get(..2).filter(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        let escape = escape.and_then(|hex| std::str::from_utf8(hex).ok());
        match escape.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_it_is_about() {
        let shown = |method, path| {
            let subject = Subject::of(&method, path);
            format!("{} {subject}", subject.verb)
        };
        let cases = [
            (
                "/apis/apps/v1/namespaces/x/deployments/web",
                "get deployments.apps/web in namespace x",
            ),
            ("/apis/apps/v1/deployments?limit=500", "list deployments.apps"),
            ("/api/v1/namespaces", "list namespaces"),
            ("/api/v1/namespaces/shop", "get namespaces/shop"),
            ("/api/v1/namespaces/shop/pods", "list pods in namespace shop"),
            ("/apis", "get /apis"),
            ("/version", "get /version"),
            ("/api/v1/nodes/a%3Ab", "get nodes/a:b"),
        ];
        for (path, expected) in cases {
            assert_eq!(shown(Method::GET, path), expected);
        }
        let path = "/api/v1/namespaces/x/secrets?dryRun=All";
        assert_eq!(shown(Method::POST, path), "create secrets in namespace x");
    }
}

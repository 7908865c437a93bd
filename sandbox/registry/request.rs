//! What a request is about, read from its path.

use std::borrow::Cow;

use axum::http::Method;

/// One resource of the distribution API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Resource {
    /// `/v2/`
    Base,
    /// `/service/token`
    Token,
    /// `/v2/NAME/manifests/REFERENCE`
    Manifest { repository: String, reference: String },
    /// `/v2/NAME/blobs/DIGEST`
    Blob { repository: String, digest: String },
    /// `/v2/NAME/blobs/uploads/[SESSION]`
    Upload { repository: String, session: Option<String> },
    /// `/v2/NAME/tags/list`
    Tags { repository: String },
    /// `/v2/NAME/referrers/DIGEST`
    Referrers { repository: String, digest: String },
}

impl Resource {
    /// Reads a path; `None` if it is none of the API's.
    pub(super) fn of(path: &str) -> Option<Self> {
        match path {
            "/v2" | "/v2/" => return Some(Self::Base),
            "/service/token" => return Some(Self::Token),
            _ => {}
        }
        let path = path.strip_prefix("/v2/")?;
        if let Some(repository) = path.strip_suffix("/tags/list") {
            return Some(Self::Tags { repository: repository.to_owned() });
        }
        let uploads = ["/blobs/uploads/", "/blobs/uploads"];
        if let Some((repository, session)) = uploads.iter().find_map(|part| path.rsplit_once(part))
        {
            let session = Some(session.to_owned()).filter(|session| !session.is_empty());
            return Some(Self::Upload { repository: repository.to_owned(), session });
        }
        let parts = path.rsplit_once('/')?;
        let (before, last) = (parts.0, decode(parts.1).into_owned());
        let (repository, kind) = before.rsplit_once('/')?;
        let repository = repository.to_owned();
        match kind {
            "manifests" => Some(Self::Manifest { repository, reference: last }),
            "blobs" => Some(Self::Blob { repository, digest: last }),
            "referrers" => Some(Self::Referrers { repository, digest: last }),
            _ => None,
        }
    }

    /// The name under which it is counted.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Base => "v2",
            Self::Token => "token",
            Self::Manifest { .. } => "manifest",
            Self::Blob { .. } => "blob",
            Self::Upload { .. } => "upload",
            Self::Tags { .. } => "tags",
            Self::Referrers { .. } => "referrers",
        }
    }

    /// The repository, if it is in one.
    pub(super) fn repository(&self) -> Option<&str> {
        match self {
            Self::Base | Self::Token => None,
            Self::Manifest { repository, .. }
            | Self::Blob { repository, .. }
            | Self::Upload { repository, .. }
            | Self::Tags { repository }
            | Self::Referrers { repository, .. } => Some(repository),
        }
    }

    /// The actions that a token must grant.
    pub(super) fn actions(&self, method: &Method) -> &'static [&'static str] {
        match self {
            Self::Base | Self::Token => &[],
            Self::Upload { .. } => &["pull", "push"],
            _ if method == Method::GET || method == Method::HEAD => &["pull"],
            _ => &["pull", "push"],
        }
    }
}

// Some clients write the colon of a digest as %3A.
fn decode(text: &str) -> Cow<'_, str> {
    if text.contains('%') {
        Cow::Owned(text.replace("%3A", ":").replace("%3a", ":"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The parameters of a query string, decoded, in order.
pub(super) fn query(text: Option<&str>) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.unwrap_or_default().as_bytes()).into_owned().collect()
}

/// The first value of a parameter.
pub(super) fn value<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_may_have_many_levels_and_odd_names() {
        let repository = "a/blobs/b".to_owned();
        assert_eq!(
            Resource::of("/v2/a/blobs/b/manifests/v1"),
            Some(Resource::Manifest { repository, reference: "v1".to_owned() })
        );
        let repository = "a/b".to_owned();
        assert_eq!(
            Resource::of("/v2/a/b/blobs/uploads/"),
            Some(Resource::Upload { repository, session: None })
        );
        assert_eq!(Resource::of("/v3/"), None);
    }
}

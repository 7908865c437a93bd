//! Certificates that the SSL service holds: what a custom domain of TCR answers with.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::actions::{self, Action};
use super::api::{
    LIMIT, LenientList, LenientNumber, LenientText, ListPage, Paging, collect, read_time,
};
use super::{Api, ApiError, Listing};

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// By which a custom domain names it.
    pub id: String,
    /// The names that it is for; a wildcard stands for one label.
    pub names: Vec<String>,
    /// Whether it was issued, and is good for use (`Status` 1).
    pub is_issued: bool,
    /// When it ends.
    pub ends: Option<Timestamp>,
}

impl Certificate {
    /// Whether it is for this name. `*.example.com` is for names with one label more, and for no
    /// others (RFC 6125, 6.4.3).
    #[must_use]
    pub fn is_for(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.names.iter().map(|known| known.to_ascii_lowercase()).any(|known| {
            known == name
                || known.strip_prefix("*.").is_some_and(|parent| {
                    name.split_once('.')
                        .is_some_and(|(first, rest)| !first.is_empty() && rest == parent)
                })
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct CertificatePage {
    total_count: Option<LenientNumber>,
    certificates: Option<LenientList<CertificateInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct CertificateInfo {
    certificate_id: LenientText,
    domain: LenientText,
    subject_alt_name: LenientList<LenientText>,
    status: LenientNumber,
    cert_end_time: LenientText,
}

/// The account's certificates.
///
/// # Errors
/// As every call.
pub async fn certificates(api: &Api) -> Result<Listing<Certificate>, ApiError> {
    const ACTION: Action = actions::DESCRIBE_CERTIFICATES;
    let fetch = async |offset| {
        let payload = json!({"Offset": offset, "Limit": LIMIT});
        let page: CertificatePage = api.call(ACTION, &payload).await?;
        ListPage::new(ACTION, page.certificates, page.total_count)
    };
    let key = |info: &CertificateInfo| info.certificate_id.0.clone();
    Ok(collect(Paging::Items, key, fetch).await?.map(Certificate::from))
}

impl From<CertificateInfo> for Certificate {
    fn from(info: CertificateInfo) -> Self {
        let others = info.subject_alt_name.0.into_iter().filter_map(LenientText::some);
        let mut names: Vec<String> = info.domain.some().into_iter().chain(others).collect();
        names.dedup();
        Self {
            id: info.certificate_id.0,
            names,
            is_issued: info.status.0 == 1,
            // A time without a zone is GMT+8 here, as everywhere in this API.
            ends: read_time(&info.cert_end_time.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_for_one_label() {
        let certificate = Certificate {
            id: String::new(),
            names: vec!["*.Example.com".to_owned(), "images.example.org".to_owned()],
            is_issued: true,
            ends: None,
        };
        for good in ["images.example.com", "IMAGES.example.com", "images.example.org"] {
            assert!(certificate.is_for(good), "{good}");
        }
        for bad in ["example.com", "a.b.example.com", ".example.com", "other.example.org"] {
            assert!(!certificate.is_for(bad), "{bad}");
        }
    }
}

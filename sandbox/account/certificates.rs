//! Certificates of the SSL service.

use serde::Deserialize;

/// One certificate.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CertificateDescription {
    /// Eight characters.
    pub(crate) id: String,
    /// The names that it is for, the main one first.
    pub(crate) names: Vec<String>,
    /// 1 is issued; 0 waits, 3 is over, 8 is revoked.
    #[serde(default = "issued")]
    pub(crate) status: i64,
    /// `YYYY-MM-DD HH:MM:SS`, which is GMT+8.
    #[serde(default = "far")]
    pub(crate) ends: String,
}

fn issued() -> i64 {
    1
}

fn far() -> String {
    "2099-12-31 23:59:59".to_owned()
}

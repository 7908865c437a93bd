//! Where the API is reached.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::image::Host;
use crate::tencent::Region;
use crate::tencent::actions::{Service, TCR};

/// Tencent's API, each service at a host below it.
const DOMAIN: &str = "tencentcloudapi.com";

/// Scheme and host of an API. There is never a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    plain: bool,
    host: Host,
}

/// Where each service is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    tcr: Endpoint,
    /// By the service's name, where a variable names another than follows from TCR's.
    named: BTreeMap<&'static str, Endpoint>,
}

/// A string that can't be an API endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not an API endpoint: expected a host such as tcr.tencentcloudapi.com, or https://HOST[:PORT]"
)]
pub struct EndpointError(pub String);

impl Endpoint {
    /// The endpoint for a region, unless the user names one.
    ///
    /// The financial zones answer only on their own hosts (API doc, request structure).
    #[must_use]
    pub fn for_region(region: &Region) -> Self {
        let own = format!("tcr.{region}.tencentcloudapi.com");
        let host = if region.has_own_endpoint() { own.as_str() } else { "tcr.tencentcloudapi.com" };
        Self::of(host)
    }

    /// The endpoint of STS.
    pub(crate) fn sts() -> Self {
        Self::of("sts.tencentcloudapi.com")
    }

    fn of(host: &str) -> Self {
        host.parse().unwrap_or_else(|_| unreachable!("{host} is a host"))
    }

    /// The host as the `Host` header says it, which is a part of what is signed.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// `https://HOST/`
    pub(crate) fn url(&self) -> String {
        format!("{self}/")
    }

    /// Whether it is reached in plain HTTP.
    pub(crate) fn is_plain(&self) -> bool {
        self.plain
    }
}

impl Endpoints {
    /// The same, with another endpoint for a service than follows from TCR's.
    #[must_use]
    pub(crate) fn with(mut self, service: Service, endpoint: Endpoint) -> Self {
        self.named.insert(service.name, endpoint);
        self
    }

    /// Where a service is. Without a name of its own it is beside TCR: at the same site (`intl`,
    /// `internal`) and in the same zone; beside a TCR endpoint that isn't Tencent's it is at its
    /// usual host.
    pub(crate) fn of(&self, service: Service) -> Endpoint {
        if service == TCR {
            return self.tcr.clone();
        }
        if let Some(named) = self.named.get(service.name) {
            return named.clone();
        }
        let site = self.tcr.host.as_str().strip_prefix("tcr.");
        let site = site.filter(|site| site.ends_with(DOMAIN)).unwrap_or(DOMAIN);
        Endpoint::of(&format!("{}.{site}", service.name))
    }

    /// For calls of another region: an endpoint that the region stood for goes with it.
    pub(crate) fn for_other_region(&self, old: &Region, new: &Region) -> Self {
        let follows = self.tcr == Endpoint::for_region(old);
        let tcr = if follows { Endpoint::for_region(new) } else { self.tcr.clone() };
        Self { tcr, named: self.named.clone() }
    }
}

impl From<Endpoint> for Endpoints {
    fn from(tcr: Endpoint) -> Self {
        Self { tcr, named: BTreeMap::new() }
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || EndpointError(text.to_owned());
        let text = text.trim();
        let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&full).map_err(|_| error())?;
        let plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(error()),
        };
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !bare {
            return Err(error());
        }
        // As the HTTP client will say it: without the scheme's own port.
        let name = url.host_str().ok_or_else(error)?;
        let host = match url.port() {
            Some(port) => format!("{name}:{port}"),
            None => name.to_owned(),
        };
        Ok(Self { plain, host: host.parse().map_err(|_| error())? })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.plain { "http" } else { "https" }, self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> Endpoint {
        text.parse().unwrap()
    }

    #[test]
    fn a_host_or_a_url_is_taken() {
        for (text, url) in [
            ("tcr.tencentcloudapi.com", "https://tcr.tencentcloudapi.com/"),
            ("tcr.intl.tencentcloudapi.com", "https://tcr.intl.tencentcloudapi.com/"),
            ("https://tcr.tencentcloudapi.com/", "https://tcr.tencentcloudapi.com/"),
            // The signature covers the host as it is sent, and that is without :443.
            ("tcr.tencentcloudapi.com:443", "https://tcr.tencentcloudapi.com/"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
        ] {
            assert_eq!(endpoint(text).url(), url, "{text}");
        }
        for text in
            ["", "ftp://a.b", "https://a.b/path", "https://u:p@a.b", "https://a.b/?x", "a b"]
        {
            assert!(text.parse::<Endpoint>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_other_services_are_beside_tcr() {
        let vpc = |tcr: &str| {
            let vpc = Service { name: "vpc", ..TCR };
            Endpoints::from(endpoint(tcr)).of(vpc).to_string()
        };
        for (tcr, expected) in [
            ("tcr.tencentcloudapi.com", "https://vpc.tencentcloudapi.com"),
            ("tcr.intl.tencentcloudapi.com", "https://vpc.intl.tencentcloudapi.com"),
            (
                "tcr.ap-shanghai-fsi.tencentcloudapi.com",
                "https://vpc.ap-shanghai-fsi.tencentcloudapi.com",
            ),
            ("https://gateway.example.com", "https://vpc.tencentcloudapi.com"),
            ("http://127.0.0.1:8080", "https://vpc.tencentcloudapi.com"),
        ] {
            assert_eq!(vpc(tcr), expected, "{tcr}");
        }
    }

    #[test]
    fn financial_zones_have_their_own_host() {
        let host = |region: &str| Endpoint::for_region(&region.parse().unwrap()).host().to_string();
        assert_eq!(host("ap-shanghai-fsi"), "tcr.ap-shanghai-fsi.tencentcloudapi.com");
        assert_eq!(host("ap-shenzhen-fsi"), "tcr.ap-shenzhen-fsi.tencentcloudapi.com");
        assert_eq!(host("ap-shanghai"), "tcr.tencentcloudapi.com");
    }
}

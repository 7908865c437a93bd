//! The endpoints that variables name, in the place of Tencent's own.

use super::actions::{ACTIONS, TCR};
use super::{Endpoint, Endpoints, KeyError};
use crate::environment::Environment;

/// Where the services are: TCR at `tcr`, the others where `TENCENTCLOUD_<SERVICE>_ENDPOINT` says, as
/// in `TENCENTCLOUD_VPC_ENDPOINT`, or beside TCR.
///
/// # Errors
/// [`KeyError::Endpoint`], with the variable whose value can't be an endpoint.
pub fn endpoints(tcr: Endpoint, environment: &Environment) -> Result<Endpoints, KeyError> {
    let mut endpoints = Endpoints::from(tcr);
    for service in ACTIONS.iter().map(|action| action.service).filter(|&it| it != TCR) {
        let variable = format!("TENCENTCLOUD_{}_ENDPOINT", service.name.to_uppercase());
        if let Some(named) = named(environment, variable)? {
            endpoints = endpoints.with(service, named);
        }
    }
    Ok(endpoints)
}

/// Where STS is, for keys that come from a role.
pub(super) fn sts(environment: &Environment) -> Result<Endpoint, KeyError> {
    let set = named(environment, "TENCENTCLOUD_STS_ENDPOINT".to_owned())?;
    Ok(set.unwrap_or_else(Endpoint::sts))
}

/// Where the machine's metadata service is.
pub(super) fn metadata(environment: &Environment) -> Result<String, KeyError> {
    let set = named(environment, "TENCENTCLOUD_METADATA_ENDPOINT".to_owned())?;
    // Link-local: it has no certificate, and is not routed.
    Ok(set.map_or_else(|| "http://metadata.tencentyun.com".to_owned(), |set| set.to_string()))
}

fn named(environment: &Environment, variable: String) -> Result<Option<Endpoint>, KeyError> {
    let Some(text) = environment.text(&variable) else { return Ok(None) };
    text.parse().map(Some).map_err(|error| KeyError::Endpoint { variable, error })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::tencent::actions::STS;

    #[test]
    fn a_variable_names_the_endpoint_of_a_service() {
        let read = |value| {
            let variables = [("TENCENTCLOUD_STS_ENDPOINT", value)];
            let environment = Environment::for_tests(&variables, Path::new(""));
            endpoints("tcr.tencentcloudapi.com".parse().unwrap(), &environment)
        };
        let named = read("http://127.0.0.1:1").unwrap();
        assert_eq!(named.of(STS).to_string(), "http://127.0.0.1:1");
        assert_eq!(named.of(TCR).to_string(), "https://tcr.tencentcloudapi.com");
        assert!(read("a b").unwrap_err().to_string().contains("TENCENTCLOUD_STS_ENDPOINT"));
    }
}

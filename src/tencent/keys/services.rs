//! The addresses with which keys are fetched, unless a variable names another.

use crate::environment::Environment;
use crate::tencent::{Endpoint, KeyError};

/// Where STS is.
pub(super) fn sts(environment: &Environment) -> Result<Endpoint, KeyError> {
    let set = endpoint(environment, "TENCENTCLOUD_STS_ENDPOINT")?;
    Ok(set.unwrap_or_else(Endpoint::sts))
}

/// Where the machine's metadata service is.
pub(super) fn metadata(environment: &Environment) -> Result<String, KeyError> {
    let set = endpoint(environment, "TENCENTCLOUD_METADATA_ENDPOINT")?;
    // Link-local: it has no certificate, and is not routed.
    Ok(set.map_or_else(|| "http://metadata.tencentyun.com".to_owned(), |set| set.to_string()))
}

fn endpoint(
    environment: &Environment,
    variable: &'static str,
) -> Result<Option<Endpoint>, KeyError> {
    let parse = |text: &str| text.parse().map_err(|error| KeyError::Endpoint { variable, error });
    environment.text(variable).map(parse).transpose()
}

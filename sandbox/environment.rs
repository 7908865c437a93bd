//! What the command finds in its environment, and the Docker configuration made for it.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::edition::Edition;
use crate::registry::InstanceToken;
use crate::world::Cloud;
use crate::{clock, secrets};

/// Where the sandbox's own servers listen.
pub(crate) struct Endpoints {
    /// `http://127.0.0.1:PORT`
    pub(crate) api: String,
    /// `http://127.0.0.1:PORT`
    pub(crate) control: String,
}

/// Where the services are: all at one address.
const ENDPOINTS: [&str; 9] = [
    "TENCENTCLOUD_TCR_ENDPOINT",
    "TENCENTCLOUD_STS_ENDPOINT",
    "TENCENTCLOUD_CAM_ENDPOINT",
    "TENCENTCLOUD_VPC_ENDPOINT",
    "TENCENTCLOUD_PRIVATEDNS_ENDPOINT",
    "TENCENTCLOUD_TKE_ENDPOINT",
    "TENCENTCLOUD_CLOUDAUDIT_ENDPOINT",
    "TENCENTCLOUD_SSL_ENDPOINT",
    "TENCENTCLOUD_METADATA_ENDPOINT",
];

/// The variables, in the order in which they are shown.
pub(crate) fn variables(
    cloud: &Cloud,
    endpoints: &Endpoints,
    docker_config: &Path,
) -> Vec<(&'static str, String)> {
    let ccr: Vec<_> = cloud.personal.iter().map(|held| held.registry.host.as_str()).collect();
    let first = cloud.enterprise.first();
    let region = first.map_or("ap-guangzhou", |instance| &instance.region);
    let mut variables = vec![
        ("DOCKER_CONFIG", docker_config.display().to_string()),
        ("CCR_HOST", ccr.join(",")),
        ("TENCENTCLOUD_SECRET_ID", cloud.key.id.clone()),
        ("TENCENTCLOUD_SECRET_KEY", cloud.key.secret.clone()),
        ("TENCENTCLOUD_REGION", region.to_owned()),
        ("TCR_SANDBOX_CONTROL", endpoints.control.clone()),
    ];
    variables.extend(ENDPOINTS.map(|variable| (variable, endpoints.api.clone())));
    if let Some(instance) = first {
        variables.push(("TCR_SANDBOX_TCR_HOST", instance.registry.host.clone()));
    }
    variables
}

/// Writes `config.json` with a login for each registry of these editions.
pub(crate) fn write_docker_config(
    cloud: &mut Cloud,
    editions: &[Edition],
    directory: &Path,
) -> Result<()> {
    let (uin, holder) = (cloud.user().to_owned(), cloud.cam.holder());
    let mut auths: Map<String, Value> = Map::new();
    let login = |password: &str| json!({"auth": STANDARD.encode(format!("{uin}:{password}"))});
    if editions.contains(&Edition::Ccr) {
        for held in &cloud.personal {
            auths.insert(held.registry.host.clone(), login(&held.password));
        }
    }
    if editions.contains(&Edition::Tcr) {
        let now = jiff::Timestamp::now();
        for instance in &mut cloud.enterprise {
            // As from `docker login` with a long-term access credential.
            let token = InstanceToken {
                id: format!("c{}", secrets::alphanumeric(19).to_lowercase()),
                token: secrets::token(&json!({"ownerUin": uin, "iat": now.as_second()})),
                holder: holder.clone(),
                description: "docker login".to_owned(),
                created: now,
                expires: clock::after(now, 3650 * 24 * 3600),
            };
            auths.insert(instance.registry.host.clone(), login(&token.token));
            cloud.secrets.note_login(&uin, &token.token);
            instance.tokens.push(token);
        }
    }
    let path = directory.join("config.json");
    fs::write(&path, format!("{:#}\n", json!({"auths": auths})))
        .with_context(|| format!("can't write {}", path.display()))
}

/// `KEY=VALUE`, quoted where a shell would read it otherwise.
pub(crate) fn line(name: &str, value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:,@%+=".contains(c);
    if value.chars().all(plain) {
        format!("{name}={value}")
    } else {
        format!("{name}='{}'", value.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_line_can_be_read_by_a_shell() {
        assert_eq!(line("A", "http://127.0.0.1:1"), "A=http://127.0.0.1:1");
        assert_eq!(line("A", "a b'c"), r"A='a b'\''c'");
    }
}

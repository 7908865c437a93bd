//! Which logins a kubelet finds for an image in a pod's pull secrets.
//!
//! After kubernetes v1.36 `pkg/credentialprovider`: `secrets/secrets.go` and `keyring.go`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::Value;

/// A name and a password.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Login {
    pub(super) name: String,
    pub(super) password: String,
}

/// The logins for `HOST/REPOSITORY`, the most special first; each is tried.
///
/// # Errors
/// A secret that can't be read makes the pull fail, whatever the others hold.
pub(super) fn logins(secrets: &[Value], image: &str) -> Result<Vec<Login>, String> {
    let mut keyring: BTreeMap<String, Vec<Login>> = BTreeMap::new();
    for secret in secrets {
        let (data, is_json) = match secret["type"].as_str() {
            Some("kubernetes.io/dockerconfigjson") => (".dockerconfigjson", true),
            Some("kubernetes.io/dockercfg") => (".dockercfg", false),
            _ => continue,
        };
        let Some(data) = secret["data"][data].as_str().filter(|data| !data.is_empty()) else {
            continue;
        };
        let bytes = decode(data).ok_or("illegal base64 data")?;
        let config: Value = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        let entries = if is_json { &config["auths"] } else { &config };
        for (place, entry) in entries.as_object().into_iter().flatten() {
            keyring.entry(key(place)).or_default().push(login(entry)?);
        }
    }
    let matching = keyring.iter().rev().filter(|(key, _)| matches(key, image));
    let mut found: Vec<Login> = matching.flat_map(|(_, logins)| logins).cloned().collect();
    if found.is_empty() && image.starts_with("docker.io/") {
        found = keyring.remove("index.docker.io").unwrap_or_default();
    }
    Ok(found)
}

fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// `auth` counts for more than `username` and `password`.
fn login(entry: &Value) -> Result<Login, String> {
    let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let auth = text("auth");
    if auth.is_empty() {
        return Ok(Login { name: text("username"), password: text("password") });
    }
    let both = decode(&auth).and_then(|bytes| String::from_utf8(bytes).ok());
    let both = both.ok_or("unable to decode the auth field")?;
    let (name, password) = both.split_once(':').ok_or("the auth field holds no colon")?;
    Ok(Login { name: name.to_owned(), password: password.to_owned() })
}

/// A place without scheme, and without the path of an API version.
fn key(place: &str) -> String {
    let place = ["https://", "http://"]
        .iter()
        .find_map(|scheme| place.strip_prefix(scheme))
        .unwrap_or(place);
    let (host, path) = split(place);
    let path = match path.get(..4) {
        Some("/v1/" | "/v2/") => &path[3..],
        _ => path,
    };
    if path == "/" { host.to_owned() } else { format!("{host}{path}") }
}

/// `HOST` and `/PATH`.
fn split(place: &str) -> (&str, &str) {
    place.split_at(place.find('/').unwrap_or(place.len()))
}

/// Ports must be equal, labels of the host match one by one, the path is a prefix.
fn matches(key: &str, image: &str) -> bool {
    let ((host, path), (their_host, their_path)) = (split(key), split(image));
    let (host, port) = host.rsplit_once(':').unwrap_or((host, ""));
    let (their_host, their_port) = their_host.rsplit_once(':').unwrap_or((their_host, ""));
    let labels: Vec<&str> = host.split('.').collect();
    let their_labels: Vec<&str> = their_host.split('.').collect();
    port == their_port
        && labels.len() == their_labels.len()
        && their_path.starts_with(path)
        && labels.iter().zip(their_labels).all(|(a, b)| fits(a.as_bytes(), b.as_bytes()))
}

/// A label against a pattern with `*` and `?`.
fn fits(pattern: &[u8], label: &[u8]) -> bool {
    match (pattern.split_first(), label.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), None) => fits(rest, label),
        (Some((b'*', rest)), Some((_, shorter))) => fits(rest, label) || fits(pattern, shorter),
        (Some((wanted, rest)), Some((byte, shorter))) => {
            (*wanted == b'?' || wanted == byte) && fits(rest, shorter)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The names of the logins that are found for an image in a secret with these places.
    fn found(places: &[&str], image: &str) -> Vec<String> {
        let entries = places
            .iter()
            .map(|place| ((*place).to_owned(), json!({"username": place, "password": "secret"})));
        let config = Value::Object(entries.collect());
        let secret = json!({
            "type": "kubernetes.io/dockercfg",
            "data": {".dockercfg": STANDARD_NO_PAD.encode(config.to_string())},
        });
        logins(&[secret], image).unwrap().into_iter().map(|login| login.name).collect()
    }

    #[test]
    fn a_place_opens_what_is_below_it() {
        let image = "reg.example.com:5000/shop/web";
        for place in [
            "reg.example.com:5000",
            "https://reg.example.com:5000/v2/",
            "http://reg.example.com:5000/v1/",
            "reg.example.com:5000/shop",
            "*.example.com:5000",
            "r?g.*.com:5000/shop/web",
        ] {
            assert_eq!(found(&[place], image), [place]);
        }
        for place in
            ["reg.example.com", "example.com:5000", "*.com:5000", "reg.example.com:5000/sho/"]
        {
            assert!(found(&[place], image).is_empty(), "{place}");
        }
    }

    #[test]
    fn the_most_special_place_comes_first() {
        let places = ["r.example.com", "r.example.com/shop/web", "r.example.com/shop"];
        let order = ["r.example.com/shop/web", "r.example.com/shop", "r.example.com"];
        assert_eq!(found(&places, "r.example.com/shop/web"), order);
    }

    #[test]
    fn docker_hub_has_a_name_of_its_own() {
        let place = "https://index.docker.io/v1/";
        assert_eq!(found(&[place], "docker.io/library/nginx"), [place]);
        assert!(found(&[place], "quay.io/nginx").is_empty());
    }

    #[test]
    fn a_broken_secret_makes_the_pull_fail() {
        let secret = |config: &str| {
            json!({
                "type": "kubernetes.io/dockerconfigjson",
                "data": {".dockerconfigjson": STANDARD_NO_PAD.encode(config)},
            })
        };
        assert!(logins(&[secret("{")], "x.io/y").is_err());
        assert!(logins(&[secret(r#"{"auths": {"x.io": {"auth": "%"}}}"#)], "x.io/y").is_err());
        let good = secret(r#"{"auths": {"x.io": {"username": "no", "auth": "YW5uYTpwYTpzcw=="}}}"#);
        let login = Login { name: "anna".to_owned(), password: "pa:ss".to_owned() };
        assert_eq!(logins(&[good], "x.io/y"), Ok(vec![login]));
    }
}

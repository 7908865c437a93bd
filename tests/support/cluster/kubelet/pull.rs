//! Asking a registry for an image, in the words of a container runtime if it can't be had.

use reqwest::{Client, StatusCode};

use super::authorize::{Challenge, basic, challenge, token};
use super::credentials::Login;
use super::image::Image;
use super::rules::Place;

const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.docker.distribution.manifest.v2+json, \
    application/vnd.docker.distribution.manifest.v1+prettyjws, */*";

/// The image's ID, `HOST/REPOSITORY@DIGEST`, or why it can't be had.
pub(super) async fn pull(
    client: &Client,
    image: &Image,
    place: Option<&Place>,
    logins: &[Login],
) -> Result<String, String> {
    let address = match place {
        Some(Place::At(address)) => address,
        Some(Place::HoldsAll) => {
            return Ok(format!("{}@sha256:{}", image.name(), "0".repeat(64)));
        }
        None => return Err(failed(image, &format!("lookup {}: no such host", image.host))),
    };
    let Image { repository, reference, .. } = image;
    let url = format!("http://{address}/v2/{repository}/manifests/{reference}");
    if logins.is_empty() {
        return ask(client, image, &url, None).await;
    }
    // No second try without a login: a real node makes none either.
    let mut errors = Vec::new();
    for login in logins {
        match ask(client, image, &url, Some(login)).await {
            Ok(id) => return Ok(id),
            Err(error) => errors.push(error),
        }
    }
    Err(errors.join(", "))
}

async fn ask(
    client: &Client,
    image: &Image,
    url: &str,
    login: Option<&Login>,
) -> Result<String, String> {
    let said = |error: reqwest::Error| failed(image, &format!("{:?}", error.without_url()));
    let head = || client.head(url).header("Accept", MANIFESTS);
    let mut answer = head().send().await.map_err(said)?;
    if answer.status() == StatusCode::UNAUTHORIZED {
        answer = match challenge(&answer) {
            Some(Challenge::Basic) if login.is_some() => basic(head(), login).send().await,
            Some(Challenge::Bearer(realm)) => {
                let token = token(client, &realm, login).await;
                let token = token.map_err(|why| failed(image, &why))?;
                head().bearer_auth(token).send().await
            }
            _ => Ok(answer),
        }
        .map_err(said)?;
    }
    match answer.status() {
        StatusCode::OK => {
            let digest = answer.headers().get("Docker-Content-Digest").map(|value| value.to_str());
            let digest = digest.and_then(Result::ok).unwrap_or("sha256:unknown");
            Ok(format!("{}@{digest}", image.name()))
        }
        StatusCode::NOT_FOUND => Err(failed(image, NOT_FOUND)),
        StatusCode::UNAUTHORIZED => Err(failed(
            image,
            "pull access denied, repository does not exist or may require authorization: server \
             message: insufficient_scope: authorization failed: 401 Unauthorized",
        )),
        other => Err(failed(image, &format!("unexpected status from HEAD request: {other}"))),
    }
}

const NOT_FOUND: &str = "not found";

fn failed(image: &Image, why: &str) -> String {
    let mark = if image.reference.contains(':') { '@' } else { ':' };
    let name = format!("{}{mark}{}", image.name(), image.reference);
    let (code, why) = match why {
        NOT_FOUND => ("NotFound", format!("{name}: {why}")),
        _ => ("Unknown", why.to_owned()),
    };
    format!(
        "rpc error: code = {code} desc = failed to pull and unpack image \"{name}\": failed to \
         resolve reference \"{name}\": {why}"
    )
}

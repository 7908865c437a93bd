//! Asking a token service for a token: by GET with a password or none, by POST with an identity token.

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use url::Url;

use crate::http::{Connections, Secret};
use crate::registry::transport::{AttemptError, Transport, same_origin};
use crate::registry::{RegistryError, RequestContext};

use super::login::{Login, LoginKind};
use super::token::basic_header;

/// Which token is asked for: of which token service, and for which scopes.
#[derive(Clone)]
pub(super) struct TokenQuery {
    pub(super) realm: Url,
    pub(super) service: Option<String>,
    pub(super) scopes: Vec<String>,
}

/// A request to a token service: GET with a password or none, POST with an identity token.
pub(super) struct TokenRequest {
    method: Method,
    url: Url,
    headers: HeaderMap,
    form: Option<Secret>,
}

impl TokenRequest {
    pub(super) fn new(wanted: &TokenQuery, login: Option<&Login>) -> Self {
        let (mut url, service) = (wanted.realm.clone(), wanted.service.as_deref());
        let scopes = &wanted.scopes;
        let mut headers = HeaderMap::new();
        if let Some(login) = login.filter(|login| login.kind == LoginKind::IdentityToken) {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            form.append_pair("grant_type", "refresh_token")
                .append_pair("service", service.unwrap_or_default())
                .append_pair("client_id", "ccr2tcr")
                .append_pair("scope", &scopes.join(" "))
                .append_pair("refresh_token", login.password.expose());
            let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
            headers.insert(CONTENT_TYPE, form_type);
            let form = Some(form.finish().into());
            return Self { method: Method::POST, url, headers, form };
        }
        {
            let mut query = url.query_pairs_mut();
            query.extend_pairs(service.map(|service| ("service", service)));
            query.extend_pairs(scopes.iter().map(|scope| ("scope", scope)));
            query.extend_pairs(login.map(|login| ("account", &login.username)));
        }
        headers.extend(login.and_then(basic_header).map(|header| (AUTHORIZATION, header)));
        Self { method: Method::GET, url, headers, form: None }
    }

    /// Its method and address.
    pub(super) fn place(&self) -> (&Method, &Url) {
        (&self.method, &self.url)
    }

    /// The same request where it was redirected to. A login stays at its token service: a password
    /// is left out, an identity token can't be.
    pub(super) fn sent_to(self, url: Url, at: &RequestContext) -> Result<Self, RegistryError> {
        let mut headers = self.headers;
        if !same_origin(&self.url, &url) {
            if self.form.is_some() {
                return Err(RegistryError::UnsafeAddress {
                    at: Box::new(at.clone()),
                    address: url.host_str().unwrap_or("?").to_owned(),
                    reason: "another host, which would get the login",
                });
            }
            headers.remove(AUTHORIZATION);
        }
        Ok(Self { url, headers, ..self })
    }

    pub(super) async fn send(
        &self,
        transport: &Transport,
    ) -> Result<reqwest::Response, AttemptError> {
        let body = self.form.as_ref().map(|form| form.expose().to_owned().into());
        transport
            .transmit(
                self.method.clone(),
                &self.url,
                self.headers.clone(),
                body,
                Connections::Shared,
            )
            .await
            .map_err(AttemptError::Connection)
    }
}

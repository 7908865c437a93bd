//! The login that `secrets copy` hands out: an existing one, found before the plan is shown, or one
//! made through TCR's API once the plan is agreed to.
//!
//! It stays in a cluster for months, so a token for an hour won't do; and the registry must accept it
//! before anything is written.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::logins::PullLogins;
use crate::account::{Account, AccountError};
use crate::diagnostic::Diagnostic;
use crate::image::{Host, RepositoryName};
use crate::kubernetes::{Cluster, Resource};
use crate::proof::{UnfitLogin, prove_logins};
use crate::registry::LoginKind;
use crate::switch::notice::{Notice, NoticeCode};
use crate::switch::sides::PrepareError;
use crate::tencent::TokenKind;

/// A login that ends sooner is not written into a Secret.
const AT_LEAST: SignedDuration = SignedDuration::from_hours(24);

const OTHERS: &str = "create one that lasts: --service-account NAME or --long-term, or take one from the cluster: --from-secret NAMESPACE/NAME";

/// Where the login comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginSource {
    /// Docker has stored it.
    Docker,
    /// A Secret of the cluster holds it.
    Secret {
        /// Of the Secret.
        namespace: String,
        /// Of the Secret.
        name: String,
    },
    /// A service account that is created in TCR.
    ServiceAccount {
        /// Its name.
        name: String,
        /// Days until it expires.
        days: u32,
    },
    /// A long-term token that is created for the API key's own user.
    LongTerm,
}

impl LoginSource {
    /// Whether it is created in TCR.
    pub(super) fn is_created(&self) -> bool {
        matches!(self, Self::ServiceAccount { .. } | Self::LongTerm)
    }
}

/// What a login is for.
pub(super) struct LoginPurpose<'a> {
    pub(super) account: &'a Account,
    pub(super) host: &'a Host,
    /// What will be pulled with it.
    pub(super) repositories: &'a BTreeSet<RepositoryName>,
}

impl LoginPurpose<'_> {
    /// A login that exists already.
    pub(super) async fn find(
        &self,
        source: &LoginSource,
        cluster: &Cluster,
        notices: &mut Vec<Notice>,
    ) -> Result<PullLogins, PrepareError> {
        let host = self.host;
        let (logins, origin, hint) = match source {
            LoginSource::Secret { namespace, name } => {
                let object =
                    cluster.get(&Resource::secrets().path(Some(namespace), Some(name))).await?;
                let logins = PullLogins::from_secret(&object, host)
                    .map_err(|error| Diagnostic::new(error.to_string()).with_hint(error.hint()))?;
                (logins, format!("Secret {namespace}/{name}"), OTHERS.to_owned())
            }
            _ => {
                let (logins, origin) = self.stored().await?;
                (logins, origin, format!("docker login {host}; or {OTHERS}"))
            }
        };
        if let Some(end) = logins.end()
            && end < Timestamp::now() + AT_LEAST
        {
            let message =
                format!("the login for {host} from {origin} expires on {end}, which is too soon");
            return Err(Diagnostic::new(message).with_hint(OTHERS).into());
        }
        let message = format!("using the login for {host} from {origin}");
        notices.push(Notice::new(NoticeCode::Login, message));
        self.prove(&logins, &origin, &hint, notices).await?;
        Ok(logins)
    }

    async fn stored(&self) -> Result<(PullLogins, String), PrepareError> {
        let host = self.host;
        let stored = self.account.registries.lasting_login(host).await;
        match stored.map_err(AccountError::from)? {
            Some(login) if login.kind != LoginKind::Password => {
                let message = format!(
                    "the login for {host} from {} is a token, which the kubelet can't use",
                    login.origin
                );
                Err(Diagnostic::new(message).with_hint(OTHERS).into())
            }
            Some(login) => {
                Ok((PullLogins::one(host, &login.username, login.password), login.origin))
            }
            None => Err(Diagnostic::new(format!("docker has stored no login for {host}"))
                .with_hint(format!("docker login {host}; or {OTHERS}"))
                .into()),
        }
    }

    /// Creates a login through TCR's API.
    pub(super) async fn create(
        &self,
        source: &LoginSource,
        notices: &mut Vec<Notice>,
    ) -> Result<PullLogins, PrepareError> {
        let host = self.host;
        let enterprise = self.account.enterprise.as_ref().ok_or(AccountError::NoTarget)?;
        let description = "kubectl tcr-switch secrets copy";
        let (logins, what, end, origin) = match source {
            LoginSource::ServiceAccount { name, days } => {
                let all = enterprise.namespaces().await.map_err(AccountError::from)?.items;
                let names: Vec<&str> =
                    all.iter().map(|namespace| namespace.name.as_str()).collect();
                let created = enterprise
                    .create_service_account(name, &names, false, Some(*days), description)
                    .await
                    .map_err(AccountError::from)?;
                let what = format!("service account {} (pull only)", created.name);
                let origin = format!("the new service account {}", created.name);
                let logins = PullLogins::one(host, &created.name, created.password);
                (logins, what, created.expires, origin)
            }
            _ => {
                let kind = TokenKind::LongTerm { description: description.to_owned() };
                let created = enterprise.create_token(&kind).await.map_err(AccountError::from)?;
                let what = format!("long-term token of {}", created.username);
                let logins = PullLogins::one(host, &created.username, created.password);
                (logins, what, Some(created.expires), "the new long-term token".to_owned())
            }
        };
        let end = end.map(|end| format!("; it expires on {end}")).unwrap_or_default();
        notices.push(Notice::new(NoticeCode::Login, format!("created in TCR: {what}{end}")));
        let hint = format!("it stays in TCR until it is deleted there; {OTHERS}");
        self.prove(&logins, &origin, &hint, notices).await?;
        Ok(logins)
    }

    /// Whether the registry accepts a login and lets it pull what is needed, as far as that can be
    /// checked from here.
    async fn prove(
        &self,
        logins: &PullLogins,
        origin: &str,
        hint: &str,
        notices: &mut Vec<Notice>,
    ) -> Result<(), PrepareError> {
        let Self { account, host, repositories } = self;
        let uses = logins.uses(origin, host, repositories);
        let proven = prove_logins(uses, origin, host, repositories, &account.registries).await;
        let unfit = match proven {
            Ok(unproven) => {
                let code = NoticeCode::LoginUnproven;
                notices.extend(unproven.into_iter().map(|text| Notice::new(code, text)));
                return Ok(());
            }
            Err(unfit) => unfit,
        };
        let hint = match unfit {
            UnfitLogin::Refused(_) => hint.to_owned(),
            UnfitLogin::MayNotPull { .. } => format!(
                "grant it that right in TCR, or leave those workloads out: -l SELECTOR, --exclude-namespace GLOB; or use another login: {hint}"
            ),
        };
        Err(Diagnostic::new(format!("{unfit}; nothing was written")).with_hint(hint).into())
    }
}

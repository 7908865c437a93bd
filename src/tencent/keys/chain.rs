//! Finding a key, and renewing it before it expires.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::metadata::MachineRole;
use super::sts::Sts;
use super::{ApiKey, KeySettings, ini, tccli};
use crate::environment::Environment;
use crate::http::{Network, Secret};
use crate::tencent::{Edition, Endpoint, KeyError, endpoints};

/// A key with less time left than this is renewed (Tencent's SDKs do so too).
const RENEW_BEFORE: SignedDuration = SignedDuration::from_secs(300);

/// Where the three tools that know of a token keep it: tccli, Terraform, community tools.
const TOKENS: &[&str] =
    &["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_SESSION_TOKEN"];

/// What TKE puts into a pod that has an identity.
const POD_IDENTITY: [&str; 4] =
    ["TKE_REGION", "TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN"];

/// Gives a key that is valid for the next call, wherever it comes from.
pub struct KeyChain {
    origin: String,
    source: KeySource,
    sts: Endpoint,
    network: Arc<Network>,
    // Held while a key is renewed, so that only one caller does.
    held: Mutex<Option<(ApiKey, Timestamp)>>,
}

enum KeySource {
    Fixed(ApiKey),
    Login { key: ApiKey, expires: Timestamp, path: PathBuf, profile: String },
    Role { key: ApiKey, arn: String, session: Option<String> },
    Pod { region: String, provider: String, token_file: PathBuf, arn: String },
    Machine(MachineRole),
}

/// Looks in one place after the other, and remembers which.
struct KeySearch<'a> {
    environment: &'a Environment,
    looked: Vec<String>,
}

impl KeyChain {
    /// Looks for a key in this order, and uses the first that is there:
    ///
    /// 1. `settings`: id and secret, else the named profile (tccli's, else the SDKs');
    /// 2. `CCR_SECRET_ID`, `_KEY`, `_TOKEN`, or `TCR_…`, for the one side;
    /// 3. `TENCENTCLOUD_SECRET_ID`, `_SECRET_KEY`, with one of three names for the token;
    /// 4. tccli's profile: `TCCLI_PROFILE`, `TENCENTCLOUD_PROFILE`, else `default`;
    /// 5. the SDKs' credentials file;
    /// 6. TKE's pod identity;
    /// 7. the machine's role. This asks the network, for two seconds at most.
    ///
    /// # Errors
    /// [`KeyError::None`] with every place that was looked at. A place that holds half a key, or
    /// can't be read, is an error and not passed over.
    pub async fn find(
        edition: Edition,
        settings: &KeySettings,
        environment: &Environment,
        network: &Arc<Network>,
    ) -> Result<Self, KeyError> {
        let mut search = KeySearch { environment, looked: Vec::new() };
        let (source, origin) = search.run(edition, settings).await?;
        let sts = endpoints::sts(environment)?;
        let (network, held) = (Arc::clone(network), Mutex::default());
        Ok(Self { origin, source, sts, network, held })
    }

    /// Where [`find`](Self::find) would find a key without flags, as a part of a sentence: by
    /// variables and files alone, so that nobody is asked. `None`: the machine's role is all that
    /// is left to ask for.
    ///
    /// # Errors
    /// [`KeyError`], as [`find`](Self::find): half a key, or a file that can't be read.
    pub fn local_origin(
        edition: Edition,
        environment: &Environment,
    ) -> Result<Option<String>, KeyError> {
        let mut search = KeySearch { environment, looked: Vec::new() };
        let found = search.without_network(edition, &KeySettings::default())?;
        Ok(found.map(|found| match found {
            Nearby::Key((_, origin)) | Nearby::MachineRole { origin } => origin,
        }))
    }

    /// A chain of one key that is known already.
    #[must_use]
    pub fn fixed(key: ApiKey, origin: &str, network: &Arc<Network>) -> Self {
        Self {
            origin: origin.to_owned(),
            source: KeySource::Fixed(key),
            sts: Endpoint::sts(),
            network: Arc::clone(network),
            held: Mutex::default(),
        }
    }

    /// Where the key comes from, as a part of a sentence: `the environment (TCR_SECRET_ID)`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The key for the next call. Keys of roles are renewed when 300 seconds or less are left.
    ///
    /// # Errors
    /// [`KeyError`] if there is no valid key: a login has expired, or the role gives
    /// none. If renewing fails while the old key is valid, the old one is given.
    pub async fn current(&self) -> Result<ApiKey, KeyError> {
        match &self.source {
            KeySource::Login { expires, path, profile, .. } if *expires <= Timestamp::now() => {
                return Err(KeyError::Expired { path: path.clone(), profile: profile.clone() });
            }
            KeySource::Fixed(key) | KeySource::Login { key, .. } => return Ok(key.clone()),
            KeySource::Role { .. } | KeySource::Pod { .. } | KeySource::Machine(_) => {}
        }
        let mut held = self.held.lock().await;
        let left = |expires: Timestamp| expires.duration_since(Timestamp::now());
        if let Some((key, expires)) = &*held
            && left(*expires) > RENEW_BEFORE
        {
            return Ok(key.clone());
        }
        match (self.renew().await, &*held) {
            (Ok((key, expires)), _) => {
                *held = Some((key.clone(), expires));
                Ok(key)
            }
            (Err(error), Some((key, expires))) if left(*expires) > SignedDuration::ZERO => {
                tracing::debug!(%error, "the key could not be renewed, and is still valid for a short time");
                Ok(key.clone())
            }
            (Err(error), _) => Err(error),
        }
    }

    async fn renew(&self) -> Result<(ApiKey, Timestamp), KeyError> {
        let sts = Sts { network: &self.network, endpoint: &self.sts, origin: &self.origin };
        let refused =
            |error| KeyError::Role { origin: self.origin.clone(), error: Box::new(error) };
        match &self.source {
            KeySource::Role { key, arn, session } => {
                sts.assume(key, arn, session.as_deref()).await.map_err(refused)
            }
            KeySource::Pod { region, provider, token_file, arn } => {
                // TKE changes the token about every hour, so it's read each time.
                let token = tokio::fs::read_to_string(token_file).await.map_err(|error| {
                    KeyError::File { path: token_file.clone(), reason: error.to_string() }
                })?;
                let token = Secret::from(token.trim());
                sts.assume_with_web_identity(region, provider, arn, &token).await.map_err(refused)
            }
            KeySource::Machine(role) => role.key().await,
            KeySource::Fixed(key) | KeySource::Login { key, .. } => {
                Ok((key.clone(), Timestamp::MAX))
            }
        }
    }
}

/// What gives the key, and where that is from, as a part of a sentence.
type LocatedKey = (KeySource, String);

/// What variables and files say.
enum Nearby {
    Key(LocatedKey),
    /// A profile that leaves it to the machine's role, which is still to be asked for.
    MachineRole {
        origin: String,
    },
}

impl KeySearch<'_> {
    async fn run(
        &mut self,
        edition: Edition,
        settings: &KeySettings,
    ) -> Result<LocatedKey, KeyError> {
        match self.without_network(edition, settings)? {
            Some(Nearby::Key(found)) => return Ok(found),
            Some(Nearby::MachineRole { origin }) => {
                let role = MachineRole::find(&endpoints::metadata(self.environment)?).await?;
                return Ok((KeySource::Machine(role), origin));
            }
            None => {}
        }
        let base = endpoints::metadata(self.environment)?;
        match MachineRole::find(&base).await {
            Ok(role) => Ok(machine(role)),
            Err(error) => {
                let reason = match error {
                    KeyError::Metadata { reason } => reason,
                    other => other.to_string(),
                };
                self.looked.push(format!("the machine's role at {base} ({reason})"));
                Err(KeyError::None { edition, looked: std::mem::take(&mut self.looked) })
            }
        }
    }

    /// All places but the machine itself, in their order.
    fn without_network(
        &mut self,
        edition: Edition,
        settings: &KeySettings,
    ) -> Result<Option<Nearby>, KeyError> {
        if let Some(found) = self.flags(settings)? {
            return Ok(Some(Nearby::Key(found)));
        }
        if let Some(name) = &settings.profile {
            return self.named_profile(name, "--profile").map(Some);
        }
        let [id, secret, token] = edition.variables();
        if let Some(found) = self.variables(id, secret, &[token])? {
            return Ok(Some(Nearby::Key(found)));
        }
        let found = self.variables("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", TOKENS)?;
        if let Some(found) = found {
            return Ok(Some(Nearby::Key(found)));
        }
        if let Some((variable, name)) =
            self.environment.first(&["TCCLI_PROFILE", "TENCENTCLOUD_PROFILE"])
        {
            return self.named_profile(name, variable).map(Some);
        }
        if let Some(found) = self.profile("default")? {
            return Ok(Some(found));
        }
        Ok(self.pod().map(Nearby::Key))
    }

    fn flags(&mut self, settings: &KeySettings) -> Result<Option<LocatedKey>, KeyError> {
        let KeySettings { id, secret, token, .. } = settings;
        let names = ["--secret-id", "--secret-key"];
        let (secret, token) = (secret.as_ref(), token.as_ref());
        let key = ApiKey::from_parts("the flags", names, id.as_deref(), secret, token)?;
        if key.is_none() && token.is_some_and(|token| !token.is_empty()) {
            let missing = names.join(" and ");
            return Err(KeyError::Half { place: "the flags".to_owned(), missing });
        }
        self.looked.push("the flags --secret-id and --secret-key".to_owned());
        Ok(key.map(|key| (KeySource::Fixed(key), "the flags (--secret-id)".to_owned())))
    }

    fn variables(
        &mut self,
        id: &str,
        secret: &str,
        tokens: &[&str],
    ) -> Result<Option<LocatedKey>, KeyError> {
        let value = |name| self.environment.text(name);
        let token = self.environment.first(tokens).map(|(_, token)| Secret::from(token));
        let (names, secret_value) = ([id, secret], value(secret).map(Secret::from));
        let key = ApiKey::from_parts(
            "the environment",
            names,
            value(id),
            secret_value.as_ref(),
            token.as_ref(),
        )?;
        self.looked.push(format!("the variables {id} and {secret}"));
        Ok(key.map(|key| (KeySource::Fixed(key), format!("the environment ({id})"))))
    }

    fn named_profile(&mut self, name: &str, named_by: &str) -> Result<Nearby, KeyError> {
        self.looked.clear();
        match self.profile(name)? {
            Some(found) => Ok(found),
            None => Err(KeyError::NoProfile {
                name: name.to_owned(),
                named_by: named_by.to_owned(),
                looked: std::mem::take(&mut self.looked),
            }),
        }
    }

    /// tccli's profile of that name, else the SDKs' section.
    fn profile(&mut self, name: &str) -> Result<Option<Nearby>, KeyError> {
        let key = |source, origin| Ok(Some(Nearby::Key((source, origin))));
        if let Some(path) = tccli::path(self.environment, name) {
            let place = self.environment.shown(&path);
            let origin = format!("the profile {place}");
            match tccli::read(self.environment, name)? {
                Some(tccli::TccliProfile::MachineRole) => {
                    return Ok(Some(Nearby::MachineRole { origin }));
                }
                Some(tccli::TccliProfile::Key(fixed, None)) => {
                    return key(KeySource::Fixed(fixed), origin);
                }
                Some(tccli::TccliProfile::Key(login, Some(expires))) => {
                    let profile = name.to_owned();
                    return key(KeySource::Login { key: login, expires, path, profile }, origin);
                }
                Some(tccli::TccliProfile::Role { key: of_user, arn, session }) => {
                    let origin = format!("the role {arn} of {origin}");
                    return key(KeySource::Role { key: of_user, arn, session }, origin);
                }
                None => self.looked.push(format!("{place} ({})", absence(&path))),
            }
        }
        for path in ini::files(self.environment) {
            let place = format!("{} [{name}]", self.environment.shown(&path));
            match ini::read(&path, name)? {
                Some(fixed) => return key(KeySource::Fixed(fixed), format!("the file {place}")),
                None => self.looked.push(format!("{place} ({})", absence(&path))),
            }
        }
        Ok(None)
    }

    fn pod(&mut self) -> Option<LocatedKey> {
        let values = POD_IDENTITY.map(|name| self.environment.text(name));
        let [Some(region), Some(provider), Some(token_file), Some(arn)] = values else {
            let missing: Vec<&str> = POD_IDENTITY
                .into_iter()
                .filter(|name| self.environment.text(name).is_none())
                .collect();
            self.looked.push(format!("TKE's pod identity ({} not set)", missing.join(", ")));
            return None;
        };
        let source = KeySource::Pod {
            region: region.to_owned(),
            provider: provider.to_owned(),
            token_file: PathBuf::from(token_file),
            arn: arn.to_owned(),
        };
        Some((source, format!("the pod's identity (role {arn})")))
    }
}

fn machine(role: MachineRole) -> LocatedKey {
    let origin = format!("the machine's role {}", role.name);
    (KeySource::Machine(role), origin)
}

fn absence(path: &std::path::Path) -> &'static str {
    if path.exists() { "no key in it" } else { "not there" }
}

#[cfg(test)]
mod tests;

//! What an old command line has besides flags: logins, keys, rules.

use ccr2tcr::account::{Account, FixedLogin, GivenLogin, Settings};
use ccr2tcr::image::{Host, Reference, TagOrDigest};
use ccr2tcr::transfer::{Failure, FailureClass, ImageLine, ImageResult};

use crate::legacy::{Legacy, LegacyRule, TagSelector};

/// Puts the logins and keys of an old command line where those of the flags go.
pub(super) fn apply(legacy: &Legacy, settings: &mut Settings) {
    if let Some(login) = &legacy.ccr_login {
        settings.ccr_login = Some(GivenLogin {
            username: login.username.clone(),
            password: login.password.clone(),
            origin: "--ccrAuth".to_owned(),
        });
    }
    if let Some(login) = &legacy.tcr_login {
        settings.tcr_login = Some(GivenLogin {
            username: login.username.clone(),
            password: login.password.clone(),
            origin: "--tcrAuth".to_owned(),
        });
    }
    if let Some(key) = &legacy.ccr_key {
        settings.ccr_secret_id = Some(key.id.clone());
        settings.ccr_secret_key = Some(key.secret.clone());
    }
    if let Some(key) = &legacy.tcr_key {
        settings.tcr_secret_id = Some(key.id.clone());
        settings.tcr_secret_key = Some(key.secret.clone());
    }
    for login in &legacy.registry_logins {
        let Ok(host) = login.registry.parse::<Host>() else { continue };
        if login.insecure {
            settings.insecure_registry.push(host.clone());
        }
        settings.fixed_logins.push(FixedLogin {
            host,
            namespace: login.namespace.clone(),
            username: login.username.clone(),
            password: login.password.clone(),
            origin: "--securityFile".to_owned(),
        });
    }
}

/// What the rules of an old rule file mean.
#[derive(Default)]
pub(super) struct Expanded {
    pub(super) lines: Vec<ImageLine>,
    /// Rules that mean all tags of a repository whose tags can't be listed.
    pub(super) failed: Vec<ImageResult>,
    /// Repositories that hold no tag.
    pub(super) empty: Vec<String>,
}

/// The images that the rules of an old rule file mean; a rule without tags means all of them.
pub(super) async fn expand(rules: &[LegacyRule], account: &Account) -> Expanded {
    let mut expanded = Expanded::default();
    for rule in rules {
        let tags = match &rule.tags {
            TagSelector::Some(tags) => tags.clone(),
            TagSelector::All => {
                let registry = account.registries.get(&rule.source_host);
                let source = format!("{}/{}", rule.source_host, rule.source_repository);
                let failure = match registry.tags(&rule.source_repository).await {
                    Ok(Some(tags)) if tags.is_empty() => {
                        expanded.empty.push(source);
                        continue;
                    }
                    Ok(Some(tags)) => Ok(tags),
                    Ok(None) => Err(Failure::new(
                        FailureClass::NotFound,
                        format!("there is no repository {source}"),
                    )
                    .with_hint("correct the rule, or remove it")),
                    Err(error) => Err(Failure::from(&error)),
                };
                match failure {
                    Ok(tags) => tags,
                    Err(failure) => {
                        let target = format!("{}/{}", rule.target_host, rule.target_repository);
                        expanded.failed.push(ImageResult::not_planned(source, target, failure));
                        continue;
                    }
                }
            }
        };
        for (index, tag) in tags.iter().enumerate() {
            let renamed = rule.target_tags.as_ref().and_then(|tags| tags.get(index));
            expanded.lines.push(ImageLine {
                source: Reference {
                    host: rule.source_host.clone(),
                    repository: rule.source_repository.clone(),
                    version: TagOrDigest::Tag(tag.clone()),
                },
                target: Some(Reference {
                    host: rule.target_host.clone(),
                    repository: rule.target_repository.clone(),
                    version: TagOrDigest::Tag(renamed.unwrap_or(tag).clone()),
                }),
                replaces: None,
            });
        }
    }
    expanded
}

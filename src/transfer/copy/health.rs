//! Whether a repository is worth another try.
//!
//! A repository whose every push fails, each after all its retries, would keep a run going for
//! hours and tell nothing new.

use parking_lot::Mutex;

use super::error::CopyError;
use crate::image::{Host, RepositoryName};
use crate::registry::{PolicyRule, RegistryError};
use crate::transfer::report::Failure;

/// Images in a row that fail for a reason which is not theirs alone, before the rest is left.
const IN_A_ROW: usize = 3;

/// How one repository fares in a round.
pub(crate) struct Health {
    host: Host,
    repository: RepositoryName,
    streak: Mutex<FailureStreak>,
}

#[derive(Default)]
struct FailureStreak {
    in_a_row: usize,
    /// The failure that was one too many.
    last: Option<GiveUpReason>,
}

/// Why the rest of a repository is left alone.
#[derive(Debug, Clone)]
pub(crate) struct GiveUpReason {
    /// To be reported for each image that is left.
    pub(crate) failure: Failure,
    /// Whether it may be otherwise a little later.
    pub(crate) passes: bool,
}

impl Health {
    /// Of a repository of the target, at the host that connections go to.
    pub(crate) fn of(host: Host, repository: RepositoryName) -> Self {
        Self { host, repository, streak: Mutex::default() }
    }

    /// An image has come through.
    pub(crate) fn succeeded(&self) {
        self.streak.lock().in_a_row = 0;
    }

    /// An image has not.
    pub(crate) fn failed(&self, error: &CopyError) {
        let concerns_all = match error {
            CopyError::Registry(cause) => self.concerns_all(cause),
            // A login that may not look at one tag may not look at the next.
            CopyError::NoLastLook { .. } => true,
            _ => false,
        };
        if !concerns_all {
            return;
        }
        let mut state = self.streak.lock();
        state.in_a_row += 1;
        if state.in_a_row >= IN_A_ROW && state.last.is_none() {
            let mut failure = Failure::from(error);
            failure.diagnostic.message = format!(
                "not tried, after {IN_A_ROW} images in a row had failed here: {}",
                failure.diagnostic.message
            );
            state.last = Some(GiveUpReason { failure, passes: error.is_transient() });
        }
    }

    /// Why the rest is left alone; `None` as long as it isn't.
    pub(crate) fn given_up(&self) -> Option<GiveUpReason> {
        self.streak.lock().last.clone()
    }

    /// Whether the next image is likely to meet the same: a host that isn't reached, refuses the
    /// login or asks for patience; or what the target says of the repository itself. An image that
    /// is broken at the source, or one manifest that the target doesn't take, says nothing about
    /// the next.
    fn concerns_all(&self, error: &RegistryError) -> bool {
        match error {
            RegistryError::Http(error) if error.is_without_connection() => true,
            RegistryError::Http(error) => {
                let host = error.host().unwrap_or_default();
                error.is_transient() && host.trim_end_matches(":443") == self.host.as_str()
            }
            RegistryError::Login(_)
            | RegistryError::LoginRefused { .. }
            | RegistryError::NoLogin { .. }
            | RegistryError::RateLimited { .. }
            | RegistryError::Server { status: 503, .. } => true,
            RegistryError::Policy { at, rule, .. } => {
                *rule == PolicyRule::ReadOnly && at.host == self.host
            }
            _ => error.at().is_some_and(|at| {
                let is_ours =
                    at.host == self.host && at.repository.as_ref() == Some(&self.repository);
                is_ours
                    && match error {
                        RegistryError::Quota { .. } => true,
                        RegistryError::Denied { .. } | RegistryError::Server { .. } => {
                            !at.is_manifest()
                        }
                        other => other.is_transient(),
                    }
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpError;
    use crate::registry::RequestContext;

    fn health() -> Health {
        Health::of("t.lan".parse().unwrap(), "shop/web".parse().unwrap())
    }

    fn broken() -> CopyError {
        let error = HttpError::Broken { host: "t.lan".to_owned(), reason: "reset".to_owned() };
        RegistryError::from(error).into()
    }

    #[test]
    fn three_in_a_row_are_enough_and_a_success_begins_anew() {
        let health = health();
        health.failed(&broken());
        health.failed(&broken());
        health.succeeded();
        health.failed(&broken());
        health.failed(&broken());
        assert!(health.given_up().is_none());
        health.failed(&broken());
        let verdict = health.given_up().unwrap();
        assert!(verdict.passes);
        assert!(
            verdict.failure.diagnostic.message.starts_with("not tried, after 3 images in a row")
        );
    }

    #[test]
    fn only_what_is_the_repositorys_own_counts() {
        let at = |host: &str, repository: &str, what: &str| {
            Box::new(RequestContext {
                host: host.parse().unwrap(),
                repository: Some(repository.parse().unwrap()),
                what: what.to_owned(),
            })
        };
        let ours = |what| at("t.lan", "shop/web", what);
        let source = |what| at("s.lan", "shop/web", what);
        let message = String::new;
        let denied = |at| RegistryError::Denied { at, message: message() };
        let server = |at, status| RegistryError::Server { at, status, message: message() };
        let policy = |at, rule| RegistryError::Policy { at, rule, message: message() };
        let http = |host: &str| {
            RegistryError::from(HttpError::Broken { host: host.to_owned(), reason: message() })
        };
        let upload = "upload of sha256:1";
        for (counts, error) in [
            (true, denied(ours("token"))),
            (true, denied(ours(upload))),
            // An admission rule, by tag; blobs of the image were let in.
            (false, denied(ours("manifest v1"))),
            (false, denied(source("manifest v1"))),
            (false, denied(at("t.lan", "other/web", "token"))),
            (true, server(ours(upload), 500)),
            (true, server(ours("manifest v1"), 503)),
            // An old registry that falls over one kind of manifest.
            (false, server(ours("manifest v1"), 500)),
            (false, server(source("manifest v1"), 500)),
            (false, server(source("blob sha256:1"), 502)),
            (true, server(source("blob sha256:1"), 503)),
            (true, RegistryError::Quota { at: ours("manifest v1"), message: message() }),
            (true, RegistryError::RateLimited { at: source("blob x"), message: message() }),
            (true, policy(ours(upload), PolicyRule::ReadOnly)),
            (false, policy(ours("manifest v1"), PolicyRule::ImmutableTag)),
            (false, policy(ours(upload), PolicyRule::Firewall)),
            (false, RegistryError::MissingChild { at: ours("manifest v1"), message: message() }),
            (true, RegistryError::NoLogin { host: "s.lan".parse().unwrap() }),
            (true, http("t.lan:443")),
            // A blob that ends early, from wherever the source keeps it.
            (false, http("s.lan")),
            (false, http("bucket.storage.lan")),
        ] {
            let health = health();
            let error = CopyError::from(error);
            (0..3).for_each(|_| health.failed(&error));
            assert_eq!(health.given_up().is_some(), counts, "{error}");
        }
        let health = health();
        (0..9).for_each(|_| health.failed(&CopyError::NotFound { what: "v1".to_owned() }));
        assert!(health.given_up().is_none());
    }
}

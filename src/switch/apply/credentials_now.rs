//! The lists and Secrets that a plan relies on, as they are right before a write: a run may take
//! hours, and others go on working.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::diagnostic::Diagnostic;
use crate::kubernetes::{Cluster, ClusterError, Resource};
use crate::switch::plan::PullsWith;
use crate::workload::{PullSecret, pull_secret};

/// How old an answer may be.
const FRESH: Duration = Duration::from_secs(5);

/// What was read lately, by path; each is read by one at a time.
#[derive(Default)]
pub(super) struct CredentialsNow {
    known: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Option<Answer>>>>>,
}

type Answer = (Instant, Held);

/// What an object holds.
#[derive(Debug, Clone)]
enum Held {
    /// A `ServiceAccount` names these Secrets.
    Names(Vec<String>),
    /// A Secret has these logins.
    Logins(PullSecret),
    /// It is gone, or holds no login.
    Nothing,
    /// It can't be read.
    Unknown,
}

impl CredentialsNow {
    /// Why pods could not pull any more; `None` if they can, as far as can be told.
    pub(super) async fn lack(
        &self,
        cluster: &Cluster,
        namespace: &str,
        relied_on: &[PullsWith],
    ) -> Option<Diagnostic> {
        for pulls in relied_on {
            let (names, whose) = match &pulls.account {
                None => (pulls.secrets.clone(), "its list of pull secrets".to_owned()),
                Some(account) => {
                    let kind = Resource::core("ServiceAccount", "serviceaccounts");
                    let path = kind.path(Some(namespace), Some(account));
                    let names = match self.read(cluster, path).await {
                        Held::Unknown => continue,
                        Held::Names(names) => names,
                        Held::Nothing | Held::Logins(_) => Vec::new(),
                    };
                    (names, format!("ServiceAccount {account}"))
                }
            };
            let mut secrets = Vec::new();
            for name in &names {
                let path = Resource::secrets().path(Some(namespace), Some(name));
                secrets.push(self.read(cluster, path).await);
            }
            let is_pulled = |image: &&crate::image::Reference| {
                let repository = image.repository.as_str();
                secrets.iter().any(|held| match held {
                    Held::Logins(secret) => secret.knows(&image.host, repository),
                    Held::Unknown => true,
                    Held::Names(_) | Held::Nothing => false,
                })
            };
            if let Some(image) = pulls.images.iter().find(|image| !is_pulled(image)) {
                let message = format!(
                    "its pods could not pull {image}: {whose} names no Secret any more that has a login for it"
                );
                let hint =
                    "somebody has changed that since the plan was made: run the command again";
                return Some(Diagnostic::new(message).with_hint(hint));
            }
        }
        None
    }

    async fn read(&self, cluster: &Cluster, path: String) -> Held {
        let known = Arc::clone(self.known.lock().entry(path.clone()).or_default());
        let mut known = known.lock().await;
        if let Some((_, held)) = known.as_ref().filter(|(at, _)| at.elapsed() < FRESH) {
            return held.clone();
        }
        let held = match cluster.get(&path).await {
            Ok(object) => match pull_secret(&object) {
                Some(Ok(secret)) if secret.is_readable => Held::Logins(secret),
                None if object["kind"] == "ServiceAccount" => {
                    let list = object["imagePullSecrets"].as_array().into_iter().flatten();
                    let names = list.filter_map(|entry| entry["name"].as_str().map(str::to_owned));
                    Held::Names(names.collect())
                }
                _ => Held::Nothing,
            },
            Err(ClusterError::NotFound { .. }) => Held::Nothing,
            Err(_) => Held::Unknown,
        };
        *known = Some((Instant::now(), held.clone()));
        held
    }
}

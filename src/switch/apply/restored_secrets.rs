//! Bringing back Secrets that a prune has deleted, before anything names them again.

use super::deleted_secret::DeletedSecret;
use super::rollback_file::RollbackFile;
use super::run::{ApplyEvent, Watcher};
use super::secrets_backup::SecretsBackup;
use crate::diagnostic::Diagnostic;
use crate::kubernetes::{Cluster, ClusterError, Resource, Write};
use crate::secret::Secret;
use crate::switch::report::{ObjectResult, Outcome};

/// What can be done for a Secret that was deleted.
#[derive(Debug)]
pub struct SecretRestoration {
    /// Which one.
    pub deleted: DeletedSecret,
    /// What can be done.
    pub verdict: RestoreVerdict,
    /// With its content, to be sent.
    content: Option<Secret>,
}

/// What can be done for a Secret that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RestoreVerdict {
    /// It was not deleted, or there is one of its name again: it stays.
    Present,
    /// The backup has its content.
    Create,
    /// Its content is gone.
    Gone,
    /// It can't be looked at.
    Failed(Diagnostic),
}

/// Looks for each Secret that the run has deleted.
pub async fn look_for_secrets(
    cluster: &Cluster,
    file: &RollbackFile,
    backup: Option<&SecretsBackup>,
) -> Vec<SecretRestoration> {
    let mut all = Vec::with_capacity(file.deleted_secrets.len());
    for deleted in &file.deleted_secrets {
        let content = backup.and_then(|backup| backup.find(&deleted.object())).cloned();
        let path = Resource::secrets().path(Some(&deleted.namespace), Some(&deleted.name));
        let verdict = match cluster.get(&path).await {
            Ok(_) => RestoreVerdict::Present,
            Err(ClusterError::NotFound { .. }) if content.is_some() => RestoreVerdict::Create,
            Err(ClusterError::NotFound { .. }) => RestoreVerdict::Gone,
            Err(error) => RestoreVerdict::Failed((&error).into()),
        };
        all.push(SecretRestoration { deleted: deleted.clone(), verdict, content });
    }
    all
}

/// Creates those whose content the backup has. One that is there is never overwritten.
pub async fn restore_secrets(
    cluster: &Cluster,
    all: &[SecretRestoration],
    watcher: Watcher<'_>,
) -> Vec<ObjectResult> {
    let mut done = Vec::with_capacity(all.len());
    for one in all {
        let object = one.deleted.object();
        let outcome = match &one.verdict {
            RestoreVerdict::Present => Outcome::Unneeded,
            RestoreVerdict::Create => create(cluster, one).await,
            RestoreVerdict::Gone => Outcome::Failed(one.content_is_gone()),
            RestoreVerdict::Failed(why) => Outcome::Failed(why.clone()),
        };
        if matches!(outcome, Outcome::Written(_)) {
            watcher(ApplyEvent::Written(&object));
        }
        let ended = ObjectResult { object, outcome };
        watcher(ApplyEvent::Settled(&ended));
        done.push(ended);
    }
    done
}

async fn create(cluster: &Cluster, one: &SecretRestoration) -> Outcome {
    let content = one.content.as_ref().map(Secret::expose).unwrap_or_default();
    let Ok(object) = serde_json::from_str(content) else {
        return Outcome::Failed(one.content_is_gone());
    };
    let path = Resource::secrets().path(Some(&one.deleted.namespace), None);
    match cluster.create(&path, &object, Write::Real).await {
        Ok(()) => Outcome::Written("created from the backup".to_owned()),
        Err(ClusterError::AlreadyExists { .. }) => Outcome::Unneeded,
        Err(error) => Outcome::Failed((&error).into()),
    }
}

impl SecretRestoration {
    /// Whether it stays away.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        matches!(self.verdict, RestoreVerdict::Gone | RestoreVerdict::Failed(_))
    }

    /// What to say where nobody has its content.
    #[must_use]
    pub fn content_is_gone(&self) -> Diagnostic {
        Diagnostic::new("it was deleted, and the rollback file does not hold its content")
            .with_hint(self.deleted.recreate_line())
    }
}

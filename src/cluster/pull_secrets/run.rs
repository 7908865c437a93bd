//! Carrying out what was planned about pull secrets: judged by the server first, saved for the way
//! back, then written one by one.
//!
//! Pods are not waited for: what they pull doesn't change here.

use std::collections::BTreeSet;
use std::path::Path;

use futures::{StreamExt as _, stream};
use tokio_util::sync::CancellationToken;

use super::step::secrets;
use super::{PullLogins, SecretChange, SecretStep};
use crate::cluster::apply::{cluster_id, trouble};
use crate::cluster::report::SCHEMA_VERSION;
use crate::cluster::{
    ApplyError, ApplyEvent, Cluster, ClusterError, Done, Outcome, Report, RollbackFile, Trouble,
    Unread, Watcher, Write,
};
use crate::workload::{ObjectRef, PatchState};

/// How many changes are judged at once.
const AT_ONCE: usize = 16;

/// What the writing of steps needs.
pub struct SecretRun<'a> {
    /// Where to.
    pub cluster: &'a Cluster,
    /// What new Secrets hold.
    pub logins: Option<&'a PullLogins>,
    /// The file that takes changed lists back. It must not be there yet.
    pub rollback_file: &'a Path,
    /// Who is told.
    pub watcher: Watcher<'a>,
    /// A wish to stop.
    pub stop: &'a CancellationToken,
}

impl SecretRun<'_> {
    /// Has the server judge every step without effect; gives those that it refuses.
    pub async fn judge(&self, steps: &[SecretStep]) -> Vec<(ObjectRef, ClusterError)> {
        stream::iter(steps)
            .map(async |step| {
                let judged = self.send(step, Write::DryRun).await;
                judged.err().map(|error| (step.object.clone(), error))
            })
            .buffered(AT_ONCE)
            .filter_map(async |refused| refused)
            .collect()
            .await
    }

    /// Carries steps out, in their order. What follows a failure in the same namespace is left.
    ///
    /// # Errors
    /// [`ApplyError`], if nothing was written: a step is refused, or the rollback file can't be
    /// made.
    pub async fn carry_out(
        &self,
        command: &'static str,
        steps: &[SecretStep],
        unread: &[Unread],
    ) -> Result<Report, ApplyError> {
        (self.watcher)(ApplyEvent::Judging(steps.len()));
        let refused = self.judge(steps).await;
        if !refused.is_empty() {
            return Err(ApplyError::Refused { refused, all: steps.len() });
        }
        let entries: Vec<_> = steps.iter().filter_map(SecretStep::rollback_entry).collect();
        let has_way_back = !entries.is_empty() && !self.stop.is_cancelled();
        if has_way_back {
            let cluster_id = cluster_id(self.cluster).await;
            let file = RollbackFile::new(self.cluster.server(), &cluster_id, entries);
            file.create(self.rollback_file)?;
            (self.watcher)(ApplyEvent::Saved(self.rollback_file));
        }
        let mut lacking = BTreeSet::new();
        let mut objects = Vec::with_capacity(steps.len());
        for step in steps {
            let is_left = self.stop.is_cancelled() || lacking.contains(step.namespace());
            let outcome = if is_left { Outcome::NotTried } else { self.write(step).await };
            if matches!(outcome, Outcome::Failed(_)) {
                lacking.insert(step.namespace());
            }
            let done = Done { object: step.object.clone(), outcome };
            (self.watcher)(ApplyEvent::Settled(&done));
            objects.push(done);
        }
        Ok(Report {
            schema_version: SCHEMA_VERSION,
            command,
            interrupted: self.stop.is_cancelled(),
            stopped: false,
            rollback_file: has_way_back.then(|| self.rollback_file.display().to_string()),
            objects,
            unread: unread.to_vec(),
        })
    }

    async fn write(&self, step: &SecretStep) -> Outcome {
        match self.send(step, Write::Real).await {
            Ok(()) => {}
            Err(error) if error.may_have_been_done() && self.was_done(step).await => {}
            Err(error @ ClusterError::Changed { .. }) => {
                return Outcome::Failed(Trouble {
                    message: error.to_string(),
                    hint: Some("somebody has changed it meanwhile: run it again".to_owned()),
                });
            }
            Err(error) => return Outcome::Failed(trouble(&error)),
        }
        (self.watcher)(ApplyEvent::Written(&step.object));
        let why = match step.change {
            SecretChange::Delete { .. } => "deleted",
            _ if step.restarts_pods() => "its pods restart, and are not waited for",
            _ => "no pod restarts",
        };
        Outcome::Written(why.to_owned())
    }

    /// Where nobody knows whether a change was made, the object tells.
    async fn was_done(&self, step: &SecretStep) -> bool {
        match (&step.change, self.cluster.get(&step.path).await) {
            (SecretChange::Lists { patch, .. }, Ok(object)) => {
                patch.state_in(&object) == PatchState::After
            }
            (SecretChange::Delete { .. }, Err(ClusterError::NotFound { .. })) => true,
            _ => false,
        }
    }

    async fn send(&self, step: &SecretStep, mode: Write) -> Result<(), ClusterError> {
        let cluster = self.cluster;
        let namespace = step.namespace();
        let secret = || {
            let logins = self.logins.map(|logins| logins.object(namespace, &step.object.name));
            logins.unwrap_or_default()
        };
        match &step.change {
            SecretChange::Create => {
                let path = secrets().path(Some(namespace), None);
                cluster.create(&path, &secret(), mode).await?;
            }
            SecretChange::Renew { resource_version } => {
                let mut object = secret();
                object["metadata"]["resourceVersion"] = resource_version.as_str().into();
                cluster.replace(&step.path, &object, mode).await?;
            }
            SecretChange::Lists { patch, .. } => {
                cluster.patch(&step.path, &patch.forward(), mode).await?;
            }
            SecretChange::Delete { resource_version } => {
                cluster.delete_unchanged(&step.path, resource_version, mode).await?;
            }
        }
        Ok(())
    }
}

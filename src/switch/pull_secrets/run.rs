//! Carrying out what was planned about pull secrets: a server-side dry run, the rollback file, then
//! the writes, namespace by namespace, and their rollouts, as in a switch.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use futures::{StreamExt as _, stream};
use tokio_util::sync::CancellationToken;

use super::judged_steps::JudgedSteps;
use super::logins::PullLogins;
use super::prune::described;
use super::secret_users::{SecretUser, SecretUserSearch, SecretUsers};
use super::step::{SecretChange, SecretStep};
use crate::diagnostic::Diagnostic;
use crate::kubernetes::{Cluster, ClusterError, Resource, Write};
use crate::switch::apply::{
    ApplyError, ApplyEvent, ApplyOptions, DeletedSecret, RollbackFile, Watcher, as_created,
    write_backup,
};
use crate::switch::apply::{PodLooks, Run, Suspects, Watched, WrittenObject};
use crate::switch::apply::{cluster_id, follow, tell_of_unproven};
use crate::switch::inventory::Unread;
use crate::switch::report::{ObjectResult, Outcome, Report, ReportCommand, SCHEMA_VERSION};
use crate::workload::{Holds, ObjectRef};

/// How many changes are sent at once in a dry run.
const AT_ONCE: usize = 16;

/// What the writing of steps needs.
pub(super) struct SecretRun<'a> {
    /// Where to.
    pub(super) cluster: &'a Cluster,
    /// What new Secrets hold.
    pub(super) logins: Option<&'a PullLogins>,
    /// How it is done.
    pub(super) options: &'a ApplyOptions,
    /// Receives what happens.
    pub(super) watcher: Watcher<'a>,
    /// Cancelled when the user wants to stop.
    pub(super) stop: &'a CancellationToken,
    /// Whether all namespaces are in scope.
    pub(super) whole_cluster: bool,
}

/// A server-side dry run of every step; returns those that the server refuses.
pub(super) async fn dry_run(
    cluster: &Cluster,
    logins: Option<&PullLogins>,
    steps: &[SecretStep],
) -> Vec<(ObjectRef, ClusterError)> {
    stream::iter(steps)
        .map(async |step| {
            let sent = send(cluster, logins, step, Write::DryRun).await;
            sent.err().map(|error| (step.object.clone(), error))
        })
        .buffered(AT_ONCE)
        .filter_map(async |refused| refused)
        .collect()
        .await
}

impl SecretRun<'_> {
    /// Carries steps out, in their order; workloads of a namespace at the same time, as many as the
    /// options say. Where something fails, what comes behind it in the namespace is left; where a pod
    /// can't pull, everything that isn't begun.
    ///
    /// # Errors
    /// [`ApplyError`], if nothing was written: a step is refused, or the rollback file can't be
    /// made.
    pub(super) async fn carry_out(
        &self,
        command: ReportCommand,
        steps: &[SecretStep],
        unread: &[Unread],
    ) -> Result<Report, ApplyError> {
        (self.watcher)(ApplyEvent::DryRun(steps.len()));
        let refused = dry_run(self.cluster, self.logins, steps).await;
        let judged = JudgedSteps::of(steps, refused, self.options)?;
        self.tell(&judged);
        let entries: Vec<_> =
            judged.steps.iter().filter_map(|step| step.rollback_entry()).collect();
        let deleted: Vec<DeletedSecret> =
            judged.steps.iter().filter_map(|step| step.deleted().cloned()).collect();
        let mut rollback_file = None;
        let is_undone = !entries.is_empty() || !deleted.is_empty();
        if is_undone && !self.stop.is_cancelled() {
            self.back_up(&judged.steps).await?;
            let cluster_id = cluster_id(self.cluster).await;
            let file = RollbackFile::new(self.cluster.server(), &cluster_id, entries);
            let file = file.deleting(deleted);
            let path = file.save(self.options.rollback_file.as_deref())?;
            (self.watcher)(ApplyEvent::Saved(&path));
            rollback_file = Some(path.display().to_string());
        }
        let (cluster, options, watcher, stop) =
            (self.cluster, self.options, self.watcher, self.stop);
        let run = Run::new(cluster, options, watcher, stop);
        let mut objects = judged.left.clone();
        // What passed no dry run waits for what is written before it.
        let may_be_beside = |step: &SecretStep| is_template(step) && !judged.is_unproven(step);
        for here in judged.steps.chunk_by(|one, other| one.namespace() == other.namespace()) {
            let mut is_whole = true;
            let mut users = None;
            for group in here.chunk_by(|one, other| may_be_beside(one) && may_be_beside(other)) {
                let is_last = group.iter().any(|step| step.deleted().is_some());
                if is_last && is_whole && !run.is_over() && users.is_none() {
                    users = Some(self.users(here).await);
                }
                let (group, users) = (group.to_vec(), users.as_ref());
                let done =
                    run.side_by_side(group, |step| self.step(&run, step, is_whole, users)).await;
                is_whole &= done.iter().all(is_well);
                objects.extend(done);
            }
        }
        Ok(Report {
            schema_version: SCHEMA_VERSION,
            command,
            interrupted: self.stop.is_cancelled(),
            stopped: run.broken.load(Ordering::Relaxed),
            rollback_file,
            objects,
            without_dry_run: judged.without_dry_run,
            unread: unread.to_vec(),
        })
    }

    fn tell(&self, judged: &JudgedSteps<'_>) {
        for namespace in &judged.terminating {
            (self.watcher)(ApplyEvent::Terminating(namespace));
        }
        let is_told = |done: &&ObjectResult| done.outcome != Outcome::Unneeded;
        for done in judged.left.iter().filter(is_told) {
            (self.watcher)(ApplyEvent::Settled(done));
        }
        tell_of_unproven(self.watcher, judged.without_dry_run.iter().map(|one| &*one.webhook));
    }

    /// Writes the Secrets that are to be deleted to the backup, if there is to be one.
    async fn back_up(&self, steps: &[&SecretStep]) -> Result<(), ApplyError> {
        let Some(path) = &self.options.secrets_backup else { return Ok(()) };
        let mut contents = Vec::new();
        for step in steps.iter().filter(|step| step.deleted().is_some()) {
            match self.cluster.get(&step.path).await {
                Ok(object) => contents.push(as_created(&object)),
                // Its deletion will say so.
                Err(ClusterError::NotFound { .. }) => {}
                Err(error) => return Err(ApplyError::Unanswered(error)),
            }
        }
        if !contents.is_empty() {
            write_backup(path, &contents)?;
            (self.watcher)(ApplyEvent::BackedUp { path, secrets: contents.len() });
        }
        Ok(())
    }

    /// Who uses the Secrets of a namespace that are about to be deleted: somebody may have begun to.
    async fn users(&self, steps: &[&SecretStep]) -> Result<SecretUsers, ClusterError> {
        let deleted = steps.iter().filter_map(|step| step.deleted());
        let keys = deleted.map(|secret| (secret.namespace.clone(), secret.name.clone())).collect();
        SecretUserSearch::new(self.cluster, self.whole_cluster).await?.read(&keys).await
    }

    async fn step(
        &self,
        run: &Run<'_>,
        step: &SecretStep,
        is_whole: bool,
        users: Option<&Result<SecretUsers, ClusterError>>,
    ) -> ObjectResult {
        let outcome = match (run.is_over() || !is_whole, step.deleted(), users) {
            (true, ..) => Outcome::NotTried,
            (false, Some(secret), Some(users)) => match in_use(secret, users) {
                Some(why) => Outcome::Failed(why),
                None => self.write(run, step).await,
            },
            _ => self.write(run, step).await,
        };
        let done = ObjectResult { object: step.object.clone(), outcome };
        run.tell(ApplyEvent::Settled(&done));
        done
    }

    async fn write(&self, run: &Run<'_>, step: &SecretStep) -> Outcome {
        let none = WrittenObject::default;
        // The images stay as they are, so a pod that could not pull before looks like one that can't
        // because of this.
        let old_pods = match step.restarts_pods() && run.options.wait {
            true => PodLooks::uids(run.cluster, step.namespace()).await,
            false => HashSet::new(),
        };
        let sent = match &step.change {
            SecretChange::Lists { patch, .. } => run.put(&step.path, patch).await,
            _ => send(self.cluster, self.logins, step, Write::Real).await.map(|()| none()),
        };
        let written = match sent {
            Ok(written) => written,
            Err(error) if error.may_have_been_done() && self.was_done(step).await => none(),
            Err(error @ ClusterError::Changed { .. }) => {
                return Outcome::Failed(
                    Diagnostic::new(error.to_string())
                        .with_hint("it has been changed by someone else: run the command again"),
                );
            }
            Err(error) => return Outcome::Failed((&error).into()),
        };
        let watched = Watched {
            object: &step.object,
            path: &step.path,
            no_rollout: step.no_rollout.as_ref(),
            suspects: Suspects::PodsBut(old_pods),
            written,
        };
        follow(run, &watched).await
    }

    /// Whether a Secret is gone, where it is unknown whether it was deleted.
    async fn was_done(&self, step: &SecretStep) -> bool {
        let is_deleted = matches!(step.change, SecretChange::Delete { .. });
        let now = self.cluster.get(&step.path).await;
        is_deleted && matches!(now, Err(ClusterError::NotFound { .. }))
    }
}

async fn send(
    cluster: &Cluster,
    logins: Option<&PullLogins>,
    step: &SecretStep,
    mode: Write,
) -> Result<(), ClusterError> {
    let namespace = step.namespace();
    let secret =
        || logins.map(|logins| logins.object(namespace, &step.object.name)).unwrap_or_default();
    match &step.change {
        SecretChange::Create => {
            let path = Resource::secrets().path(Some(namespace), None);
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
        SecretChange::Delete { secret } => {
            cluster.delete_unchanged(&step.path, &secret.resource_version, mode).await?;
        }
    }
    Ok(())
}

/// Why a Secret is not deleted after all.
fn in_use(secret: &DeletedSecret, users: &Result<SecretUsers, ClusterError>) -> Option<Diagnostic> {
    let users = match users {
        Ok(users) => users,
        Err(error) => return Some(error.into()),
    };
    let key = (secret.namespace.clone(), secret.name.clone());
    let uses: Vec<&SecretUser> = users.of(&key).collect();
    if let Some(why) = described(&uses) {
        let hint = "it is used since the plan was made: run the command again";
        return Some(Diagnostic::new(why).with_hint(hint));
    }
    let (what, why) = users.unread.first()?;
    Some(Diagnostic::new(format!(
        "can't find out whether anything uses it: can't list {what}: {why}"
    )))
}

/// Whether it is a workload, which may be written beside others.
fn is_template(step: &SecretStep) -> bool {
    !matches!(step.object.rules().holds, Holds::Logins | Holds::PullSecrets)
}

/// Whether what comes behind it may be done.
fn is_well(done: &ObjectResult) -> bool {
    matches!(done.outcome, Outcome::RolledOut | Outcome::Written(_))
}

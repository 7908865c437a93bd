//! What the writing of a plan has in common with a rollback and with changes of pull secrets: its
//! options, its events, what stops it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::{StreamExt as _, stream};
use tokio_util::sync::CancellationToken;

use super::pods::{Look, PodLooks, Which};
use crate::kubernetes::Cluster;
use crate::switch::report::ObjectResult;
use crate::workload::ObjectRef;

/// How a plan is carried out.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct ApplyOptions {
    /// Whether rollouts are waited for.
    pub wait: bool,
    /// How long for each.
    pub timeout: Duration,
    /// Whether pods that hold up their own replacement are deleted.
    pub delete_stuck_pods: bool,
    /// How many workloads change at once, at least one.
    pub concurrency: usize,
    /// The rollback file, which must not exist yet. `None`: one with a new name
    /// in this folder.
    pub rollback_file: Option<PathBuf>,
    /// Where Secrets that are deleted are written before. It must not exist yet.
    pub secrets_backup: Option<PathBuf>,
    /// What the server refuses in the dry run is left out, instead of stopping everything.
    pub skip_refused: bool,
    /// What a webhook keeps from being tried in a dry run is written without.
    pub allow_no_dry_run: bool,
}

/// Something that happened.
#[derive(Debug, Clone, Copy)]
pub enum ApplyEvent<'a> {
    /// So many patches are put to the server, without effect.
    DryRun(usize),
    /// So many changes are written without a dry run, because of this webhook.
    NoDryRun {
        /// Its name.
        webhook: &'a str,
        /// How many.
        changes: usize,
    },
    /// This namespace is being deleted, and nothing is written there.
    Terminating(&'a str),
    /// So many Secrets are in a backup on disk, with their content.
    BackedUp {
        /// The file.
        path: &'a std::path::Path,
        /// How many.
        secrets: usize,
    },
    /// The rollback file is on disk.
    Saved(&'a std::path::Path),
    /// An object is written.
    Written(&'a ObjectRef),
    /// How far the rollout of an object is.
    Waiting {
        /// Whose.
        object: &'a ObjectRef,
        /// In words.
        how_far: &'a str,
        /// Whether it has been waited for so long that people want to know.
        is_long: bool,
    },
    /// An object is done, one way or another.
    Settled(&'a ObjectResult),
}

/// Somebody who watches. Called from many tasks; must not block.
pub type Watcher<'a> = &'a (dyn Fn(ApplyEvent<'_>) + Send + Sync);

/// What a run has in common.
pub(in crate::switch) struct Run<'a> {
    pub(in crate::switch) cluster: &'a Cluster,
    pub(in crate::switch) options: &'a ApplyOptions,
    pub(in crate::switch) watcher: Watcher<'a>,
    pub(in crate::switch) stop: &'a CancellationToken,
    /// Set when a pod can't pull: nothing new is begun.
    pub(in crate::switch) broken: AtomicBool,
    /// What is seen of pods.
    pub(super) pods: PodLooks,
    /// Set when the API server stays away: nothing new is begun.
    pub(super) lost: AtomicBool,
}

impl<'a> Run<'a> {
    pub(in crate::switch) fn new(
        cluster: &'a Cluster,
        options: &'a ApplyOptions,
        watcher: Watcher<'a>,
        stop: &'a CancellationToken,
    ) -> Self {
        Self {
            cluster,
            options,
            watcher,
            stop,
            broken: AtomicBool::new(false),
            pods: PodLooks::default(),
            lost: AtomicBool::new(false),
        }
    }

    /// The pods of the object's namespace that may matter to the wait, before it is written.
    pub(super) async fn pods_before(&self, object: &ObjectRef) -> Arc<Look> {
        let which = match object.rules().may_replace_pods(object.group()) {
            true => Which::All,
            false => Which::Waiting,
        };
        match &object.namespace {
            Some(namespace) if self.options.wait => {
                self.pods.look(self.cluster, namespace, which).await
            }
            _ => Arc::default(),
        }
    }

    pub(in crate::switch) fn is_over(&self) -> bool {
        let is_set = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        self.stop.is_cancelled() || is_set(&self.broken) || is_set(&self.lost)
    }

    pub(in crate::switch) fn tell(&self, event: ApplyEvent<'_>) {
        (self.watcher)(event);
    }

    /// Does this with each of them, as many at once as the options say; what came of it, in their
    /// order. One that takes long doesn't keep those behind it from beginning.
    pub(in crate::switch) async fn side_by_side<T, F: Future<Output = ObjectResult>>(
        &self,
        all: Vec<T>,
        work: impl Fn(T) -> F,
    ) -> Vec<ObjectResult> {
        let mut done: Vec<(usize, ObjectResult)> = stream::iter(all.into_iter().enumerate())
            .map(|(place, one)| {
                let ended = work(one);
                async move { (place, ended.await) }
            })
            .buffer_unordered(self.options.concurrency.max(1))
            .collect()
            .await;
        done.sort_by_key(|(place, _)| *place);
        done.into_iter().map(|(_, ended)| ended).collect()
    }
}

/// Says how many changes are written without a dry run; for each the webhook that keeps it from one.
pub(in crate::switch) fn tell_of_unproven<'a>(
    watcher: Watcher<'_>,
    webhooks: impl Iterator<Item = &'a str>,
) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for webhook in webhooks {
        *counts.entry(webhook).or_default() += 1;
    }
    for (webhook, changes) in counts {
        watcher(ApplyEvent::NoDryRun { webhook, changes });
    }
}

/// `uid` of `kube-system`, which tells one cluster from another whatever its address; empty if it
/// can't be read.
pub(in crate::switch) async fn cluster_id(cluster: &Cluster) -> String {
    let namespace = cluster.get("/api/v1/namespaces/kube-system").await;
    namespace
        .ok()
        .and_then(|object| object["metadata"]["uid"].as_str().map(str::to_owned))
        .unwrap_or_default()
}

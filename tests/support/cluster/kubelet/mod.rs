//! A stand-in for scheduler and kubelet: two nodes on which pods run if their images can be had.
//!
//! For each container it asks the registry that the image names for the manifest, with the
//! credentials that a node would use for that pod. What a real node would say of it, the pod's
//! status says. No container runs, no image is kept: one that a pod has been given stays with that
//! pod, and each new pod asks again, whatever its pull policy. It leaves this machine for nothing:
//! see `Place`. None of it is the library's code.
//!
//! 2,000 pods of 200 Deployments are ready 21 seconds after the first was asked for; most of that
//! is the server's work.
//!
//! Pods of a Job come to their end at once, unless they have the annotation `runs-on: "true"`, or run as
//! processes: see `process`. The annotation `image-id` says what another runtime would call the image
//! that runs.

mod authorize;
mod containers;
mod credentials;
mod image;
mod nodes;
mod pod;
mod process;
mod provide;
mod pull;
mod rules;
mod status;
mod watch;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use serde_json::Value;
use tokio::sync::{Semaphore, watch as latest};
use tokio::task::JoinHandle;

use super::Api;
use super::api::runtime;
pub(crate) use process::{Fate, Program};
pub(crate) use rules::Place;
pub(super) use rules::Rules;
use watch::Event;

/// The stand-in at work. It ends when it is dropped.
pub(super) struct Kubelet {
    work: JoinHandle<()>,
    rules: Arc<Rules>,
}

/// What the care for every pod shares.
struct Surroundings {
    api: Api,
    registries: reqwest::Client,
    rules: Arc<Rules>,
    /// How many pods are seen to at once: thousands may come in the same second.
    turns: Semaphore,
    /// Gives each pod another node and address than the one before.
    next: AtomicUsize,
}

impl Kubelet {
    /// Makes the nodes, and begins.
    pub(super) fn start(api: &Api) -> Self {
        super::api::wait(nodes::create(api));
        let rules = Arc::new(Rules::default());
        let surroundings = Arc::new(Surroundings {
            api: api.clone(),
            registries: reqwest::Client::builder().no_proxy().build().unwrap(),
            rules: Arc::clone(&rules),
            turns: Semaphore::new(24),
            next: AtomicUsize::new(0),
        });
        Self { work: runtime().spawn(watch_over_all(surroundings)), rules }
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.rules
    }
}

impl Drop for Kubelet {
    fn drop(&mut self) {
        self.work.abort();
    }
}

/// One task cares for each pod; here it is told how the pod is now. Tasks end with this one, for
/// then their senders are gone.
async fn watch_over_all(surroundings: Arc<Surroundings>) {
    let mut pods: HashMap<String, latest::Sender<Value>> = HashMap::new();
    let mut events = watch::pods(surroundings.api.clone());
    while let Some(event) = events.recv().await {
        match event {
            Event::Now(pod) => {
                let uid = pod["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
                if let Some(told) = pods.get(&uid) {
                    told.send_replace(pod);
                } else {
                    let (told, hears) = latest::channel(pod);
                    tokio::spawn(pod::care_for(Arc::clone(&surroundings), hears));
                    pods.insert(uid, told);
                }
            }
            Event::Gone(uid) => {
                pods.remove(&uid);
            }
            Event::OnlyThese(uids) => pods.retain(|uid, _| uids.contains(uid)),
        }
    }
}

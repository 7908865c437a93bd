//! What tests tell the stand-in: where hosts are, and which namespaces it must leave waiting.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use super::process::Program;
use crate::support::cluster::Cluster;

/// Where a registry is that an image names. Hosts on loopback need no word, and are asked by plain
/// HTTP; any other that nothing is said of doesn't exist, as on a node without a name server.
#[derive(Clone)]
pub(crate) enum Place {
    /// At this address, `127.0.0.1:PORT`, by plain HTTP.
    At(String),
    /// Nowhere, but it has every image.
    HoldsAll,
}

#[derive(Default)]
pub(in crate::support::cluster) struct Rules {
    frozen: Mutex<HashSet<String>>,
    /// By namespace and host: two tests may mean two registries by one name.
    places: Mutex<HashMap<(String, String), Place>>,
    /// By namespace.
    programs: Mutex<HashMap<String, Arc<Program>>>,
}

impl Rules {
    pub(super) fn is_frozen(&self, namespace: &str) -> bool {
        self.frozen.lock().unwrap().contains(namespace)
    }

    pub(super) fn program(&self, namespace: &str) -> Option<Arc<Program>> {
        self.programs.lock().unwrap().get(namespace).cloned()
    }

    pub(super) fn place(&self, namespace: &str, host: &str) -> Option<Place> {
        let key = (namespace.to_owned(), host.to_owned());
        if let Some(place) = self.places.lock().unwrap().get(&key) {
            return Some(place.clone());
        }
        let is_loopback = host.starts_with("127.") || host.starts_with("localhost:");
        is_loopback.then(|| Place::At(host.to_owned()))
    }
}

impl Cluster {
    /// From now on no pod of this namespace becomes ready, or not ready: its nodes have no time.
    /// Pods are still bound, and go when they are deleted.
    pub(crate) fn freeze(&self, namespace: &str) {
        self.plane.kubelet().rules().frozen.lock().unwrap().insert(namespace.to_owned());
    }

    /// Ends `freeze`.
    pub(crate) fn thaw(&self, namespace: &str) {
        self.plane.kubelet().rules().frozen.lock().unwrap().remove(namespace);
    }

    /// The pods of this namespace run this program as processes.
    pub(crate) fn run_pods(&self, namespace: &str, program: Arc<Program>) {
        self.plane.kubelet().rules().programs.lock().unwrap().insert(namespace.to_owned(), program);
    }

    /// Says where the pods of this namespace find a registry.
    pub(crate) fn place(&self, namespace: &str, host: &str, place: Place) {
        let key = (namespace.to_owned(), host.to_owned());
        self.plane.kubelet().rules().places.lock().unwrap().insert(key, place);
    }
}

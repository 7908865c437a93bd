//! A Kubernetes cluster for tests: real etcd, API server, controllers and kubectl, and a stand-in
//! for the kubelet that asks registries for images as a node would.
//!
//! Starting one takes seconds, so the tests of a process share it, and each takes namespaces of its
//! own. What looks at all namespaces, or stops the server, starts one for itself.

mod api;
mod arguments;
mod audit;
mod certificates;
mod control_plane;
pub(crate) mod custom_kinds;
mod keeper;
pub(crate) mod kubeconfigs;
mod kubectl;
mod kubelet;
mod objects;
mod programs;
mod snapshot;
mod users;
pub(crate) mod yaml;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::write;

pub(crate) use api::Api;
pub(crate) use control_plane::ControlPlane;
pub(crate) use keeper::Keeper;
pub(crate) use kubelet::{Fate, Place, Program};
pub(crate) use snapshot::Snapshot;
pub(crate) use users::{ID_TOKEN, User};

/// What a test sees of a cluster: its own namespaces, users, and a folder for its files.
pub(crate) struct Cluster {
    plane: Arc<ControlPlane>,
    folder: tempfile::TempDir,
    namespaces: Mutex<Vec<String>>,
}

/// How long anything may take that a test waits for: two cores serve all tests at once.
const LIMIT: Duration = Duration::from_secs(60);

impl Cluster {
    /// The cluster that all tests share.
    pub(crate) fn shared() -> Self {
        Self::on(ControlPlane::shared())
    }

    /// One for this test only.
    pub(crate) fn alone() -> Self {
        Self::on(ControlPlane::start())
    }

    fn on(plane: Arc<ControlPlane>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        kubectl::install(folder.path());
        Self { plane, folder, namespaces: Mutex::default() }
    }

    /// What is below: to stop the server, say.
    pub(crate) fn plane(&self) -> &ControlPlane {
        &self.plane
    }

    /// The API server, as the administrator.
    pub(crate) fn api(&self) -> &Api {
        self.plane.api()
    }

    /// The folder of this test; also kubectl's HOME.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A file in that folder.
    pub(crate) fn file(&self, name: &str, content: &str) -> PathBuf {
        write(self.folder(), name, content)
    }

    /// A new namespace with a name like this one, and its `default` service account in it.
    #[track_caller]
    pub(crate) fn namespace(&self, like: &str) -> String {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        // As long each time, for tables to be as wide.
        let name = format!("{like}-{:03}", NEXT.fetch_add(1, Ordering::Relaxed));
        let wanted = serde_json::json!({"metadata": {"name": name}});
        self.api().post("/api/v1/namespaces", &wanted).good();
        self.namespaces.lock().unwrap().push(name.clone());
        // Before that, pods are refused.
        let account = format!("/api/v1/namespaces/{name}/serviceaccounts/default");
        self.wait_until(&account, || self.api().get(&account).status == 200);
        name
    }

    /// Waits until this is so; fails with `what` if that takes too long.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        let begin = Instant::now();
        while !is_so() {
            assert!(begin.elapsed() < LIMIT, "it took too long until: {what}\n{}", self.pods());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It isn't waited for; what is left ends with the control plane.
        for name in self.namespaces.get_mut().into_iter().flatten() {
            let path = format!("/api/v1/namespaces/{name}");
            let _ = api::wait(self.plane.api().send("DELETE", &path, None));
        }
    }
}

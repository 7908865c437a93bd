//! The service account of the pod that this runs in (client-go `rest.InClusterConfig`).
//!
//! Not kube's `Config::incluster`: it reads this process's environment and fixed paths, which a test
//! can't set, and knows no `POD_NAMESPACE`.

use kube::config::{AuthInfo, Cluster};

use crate::environment::Environment;

/// Of the service account of a pod.
pub(super) struct InCluster {
    pub(super) namespace: String,
    pub(super) cluster: Cluster,
    pub(super) user: AuthInfo,
}

/// The pod's own cluster; None if this is no pod.
pub(super) fn read(environment: &Environment) -> Option<InCluster> {
    let host = environment.text("KUBERNETES_SERVICE_HOST")?;
    let port = environment.text("KUBERNETES_SERVICE_PORT")?;
    let folder = environment.system("/var/run/secrets/kubernetes.io/serviceaccount");
    let token = folder.join("token");
    if !token.is_file() {
        return None;
    }
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let namespace = environment.text("POD_NAMESPACE").map(str::to_owned).or_else(|| {
        let text = std::fs::read_to_string(folder.join("namespace")).ok()?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    });
    let ca = folder.join("ca.crt");
    let path = |path: &std::path::Path| Some(path.to_string_lossy().into_owned());
    Some(InCluster {
        namespace: namespace.unwrap_or_else(|| "default".to_owned()),
        cluster: Cluster {
            server: Some(format!("https://{host}:{port}")),
            certificate_authority: ca.is_file().then(|| path(&ca)).flatten(),
            ..Cluster::default()
        },
        user: AuthInfo { token_file: path(&token), ..AuthInfo::default() },
    })
}
